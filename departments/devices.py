"""In what words does a person recognize the browser of a sign-in? Guessed from what it says of itself."""

import re

# The first that fits: many browsers also name those that they descend from.
BROWSERS = (
    (re.compile(r"Edg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"360SE|360EE|QihooBrowser|QHBrowser"), "360"),
    (re.compile(r"MicroMessenger/"), "微信"),
    (re.compile(r"QQBrowser/"), "QQ"),
    (re.compile(r"UBrowser/|UCBrowser/"), "UC"),
    (re.compile(r"HuaweiBrowser/"), "华为"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/|Chromium/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
    (re.compile(r"Trident/|MSIE "), "Internet Explorer"),
)
SYSTEMS = (
    (re.compile(r"HarmonyOS|OpenHarmony"), "HarmonyOS"),
    (re.compile(r"iPhone|iPad"), "iOS"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X|Macintosh"), "macOS"),
    (re.compile(r"UOS|Uniontech"), "统信 UOS"),
    (re.compile(r"Kylin"), "麒麟"),
    (re.compile(r"Linux|X11"), "Linux"),
)


def device_words(user_agent: str) -> str:
    """Like "Chrome · Windows"; empty when nothing is recognized."""
    found = (
        next((word for pattern, word in known if pattern.search(user_agent)), "")
        for known in (BROWSERS, SYSTEMS)
    )
    return " · ".join(filter(None, found))
