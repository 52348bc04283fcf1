"""Which typeface does a document take for each role of GB/T 9704, and can it print every character?

One list for each role: the licensed typefaces first (used where the server has them, never bundled), then
the free ones. Reads the list of installed fonts. It must not import WeasyPrint, so that a check can call it.
"""

import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

NO_GLYPH_NEEDED = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Cs"}  # controls, spaces, variation selectors


@dataclass(frozen=True)
class Role:
    """The typefaces for one place in the document, the preferred one first.

    The families in `bold` are used in their bold weight. Fandol's are not, because both its weights are
    called regular. Beside the families in `thin`, a missing character is taken from the next family's light
    weight.
    """

    name: str
    label: str
    used_for: str
    licensed: tuple[str, ...]
    free: tuple[str, ...]
    bold: frozenset[str] = frozenset()
    thin: frozenset[str] = frozenset()

    @property
    def families(self) -> tuple[str, ...]:
        return self.licensed + self.free

    def chosen(self) -> str | None:
        """The family that this machine will use."""
        present = installed().families
        return next((family for family in self.families if family.casefold() in present), None)


SANS, SERIF, WENKAI = "Noto Sans CJK SC", "Noto Serif CJK SC", "LXGW WenKai"

ROLES = (
    Role(
        "title",
        "小标宋",
        "标题",
        ("FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "方正小标宋简体", "方正小标宋_GBK"),
        (SERIF, "FandolSong"),
        frozenset({SERIF}),
    ),
    Role(
        "fangsong",
        "仿宋",
        "正文",
        ("方正仿宋_GBK", "FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋"),
        ("FandolFang", WENKAI, SERIF),
        thin=frozenset({"FandolFang"}),
    ),
    Role(
        "kai",
        "楷体",
        "二级标题",
        ("方正楷体_GBK", "KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体"),
        ("FandolKai", WENKAI, SERIF),
        thin=frozenset({"FandolKai"}),
    ),
    Role(
        "hei",
        "黑体",
        "一级标题、附件号",
        ("方正黑体_GBK", "SimHei", "黑体"),
        (SANS, "FandolHei"),
        frozenset({SANS}),
    ),
    Role("song", "宋体", "页码、表格", ("方正书宋_GBK", "SimSun", "宋体"), (SERIF, "FandolSong")),
)


BODY = next(role for role in ROLES if role.name == "fangsong")


@dataclass(frozen=True)
class Installed:
    families: frozenset[str]  # case folded
    covered: bytes  # one byte for each code point: 1 where some font has it


@lru_cache(maxsize=1)
def installed() -> Installed:
    """The fonts that fontconfig knows, read once a process (about 0.1 s); empty without fontconfig."""
    families: set[str] = set()
    ranges: set[str] = set()
    for line in _listing().splitlines():
        names, _, characters = line.partition("\t")
        families.update(name.strip().casefold() for name in names.split(","))
        ranges.update(characters.split())
    covered = bytearray(0x110000)
    for text in ranges:
        first, _, last = text.partition("-")
        start, end = int(first, 16), int(last or first, 16) + 1
        covered[start:end] = b"\x01" * (end - start)
    return Installed(frozenset(families), bytes(covered))


def _listing() -> str:
    return _told_by("fc-list", "--format", "%{family}\t%{charset}\n")


def files() -> list[str]:
    """Each file of a font or of the configuration of fontconfig, with version, size and time of change."""
    faces = _told_by("fc-list", "--format", "%{file}\t%{index}\t%{fontversion}\n").splitlines()
    rules = [line.partition(": ")[0][2:] for line in _told_by("fc-conflist").splitlines()]
    places = {face.partition("\t")[0] for face in faces} | set(rules)
    return sorted([*faces, *(_state_of(Path(place)) for place in places)])


def _state_of(file: Path) -> str:
    try:
        state = file.stat()
    except OSError:
        return f"{file} missing"
    return f"{file} {state.st_size} {state.st_mtime_ns}"


def _told_by(name: str, *options: str) -> str:
    """What a program of fontconfig writes; nothing where it is not installed."""
    program = shutil.which(name)
    if program is None:
        return ""
    told = subprocess.run([program, *options], capture_output=True, encoding="utf-8", check=True)  # noqa: S603  # our words only
    return told.stdout


def missing_roles() -> list[Role]:
    """Roles that no installed family of their stack can fill."""
    return [role for role in ROLES if role.chosen() is None]


def none_for_chinese() -> bool:
    """Whether no installed font can draw Chinese.

    Pango would then crash (no font at all) or run for minutes (DejaVu only). False without fc-list, when
    nothing is known. A machine without such a font is asked again each time, because one may be installed.
    """
    if installed().covered[ord("国")] or shutil.which("fc-list") is None:
        return False
    installed.cache_clear()
    return True


def characters_without_glyph(text: str) -> list[str]:
    """The characters that no installed font can draw, each once, in their order of appearance.

    None when nothing is known of the fonts: `missing_roles` says that.
    """
    covered = installed().covered
    if not any(covered):
        return []
    return [
        character
        for character in dict.fromkeys(text)
        if not covered[ord(character)] and unicodedata.category(character) not in NO_GLYPH_NEEDED
    ]


def code_points(characters: Iterable[str]) -> str:
    """How a document names a character that it cannot draw: U+20164、U+4DAE."""
    return "、".join(f"U+{ord(character):04X}" for character in characters)


def weight(role: Role) -> int:
    """Bold for a family in `bold`, and where the body uses the same family, so that the levels differ."""
    family = role.chosen()
    same_as_body = role.name == "kai" and family is not None and family == BODY.chosen()
    return 700 if family in role.bold or same_as_body else 300 if family in role.thin else 400


def css_variables() -> str:
    """Family and weight of every role as CSS variables for the stylesheet."""
    lines = []
    for role in ROLES:
        stack = ", ".join(f'"{family}"' for family in role.families)
        lines.append(f"--{role.name}: {stack}; --{role.name}-weight: {weight(role)};")
    return ":root {\n" + "\n".join(lines) + "\n}\n"
