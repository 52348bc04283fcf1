"""Is the browser of a sign-in told in words that its person recognizes?"""

import pytest

from departments.devices import device_words

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        (f"{CHROME} Edg/126.0", "Edge · Windows"),
        (f"{CHROME} QIHU 360SE", "360 · Windows"),
        (f"{IPHONE} Version/17.5 Mobile Safari/604.1", "Safari · iOS"),
        (f"{IPHONE} MicroMessenger/8.0", "微信 · iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS; ALN) Chrome/114 HuaweiBrowser/14", "华为 · HarmonyOS"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_device_is_told_by_browser_and_system(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words
