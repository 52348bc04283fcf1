"""Which face fills which role, and which characters no face can draw."""

import shutil

import pytest

from measures.reports import fonts

INSTALLED = fonts.Installed(frozenset({"lxgw wenkai", "noto serif cjk sc"}), bytes(0x110000))


@pytest.fixture
def few_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed", lambda: INSTALLED)


def role(name: str) -> fonts.Role:
    return next(role for role in fonts.ROLES if role.name == name)


def test_every_role_of_the_standard_has_a_stack() -> None:
    assert [role.label for role in fonts.ROLES] == ["小标宋", "仿宋", "楷体", "黑体", "宋体"]
    assert all(role.licensed and role.free for role in fonts.ROLES)


def test_licensed_face_comes_before_the_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    both = fonts.Installed(frozenset({"lxgw wenkai", "仿宋_gb2312"}), b"")
    monkeypatch.setattr(fonts, "installed", lambda: both)

    assert role("fangsong").chosen() == "仿宋_GB2312"


def test_role_without_any_installed_family_is_missing(few_fonts: None) -> None:
    assert [missing.name for missing in fonts.missing_roles()] == ["hei"]


def test_bold_is_asked_for_only_where_a_bold_face_stands_in(
    few_fonts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fonts.weight(role("title")) == 700
    assert fonts.weight(role("song")) == 400

    licensed = fonts.Installed(frozenset({"方正小标宋简体", "noto serif cjk sc"}), b"")
    monkeypatch.setattr(fonts, "installed", lambda: licensed)
    assert fonts.weight(role("title")) == 400


def test_heading_in_the_face_of_the_body_is_bold(few_fonts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert role("kai").chosen() == role("fangsong").chosen() == "LXGW WenKai"
    assert fonts.weight(role("kai")) == 700

    apart = fonts.Installed(frozenset({"fandolkai", "fandolfang"}), b"")
    monkeypatch.setattr(fonts, "installed", lambda: apart)
    assert fonts.weight(role("kai")) == fonts.weight(role("fangsong")) == 300  # their thin strokes


def test_stylesheet_gets_one_stack_and_weight_for_each_role(few_fonts: None) -> None:
    css = fonts.css_variables()

    assert '--kai: "方正楷体_GBK"' in css
    assert "--hei-weight: 400;" in css
    assert css.count("-weight:") == len(fonts.ROLES)


def test_rare_names_have_glyphs_here() -> None:
    assert fonts.characters_without_glyph("𠅤䶮㛃喆玥堃镕赟㎡①——“”\u200b\n\ufe00") == []


def test_character_without_glyph_is_named_once_in_order() -> None:
    missing = fonts.characters_without_glyph("甲\ue000乙\U000f0000\ue000")

    assert missing == ["\ue000", "\U000f0000"]
    assert fonts.code_points(missing) == "U+E000、U+F0000"


def test_machine_without_fontconfig_has_no_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    fonts.installed.cache_clear()
    try:
        assert fonts.missing_roles() == list(fonts.ROLES)
        assert fonts.characters_without_glyph("甲") == []
    finally:
        fonts.installed.cache_clear()


def test_machine_without_chinese_fonts_is_asked_again_until_it_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listings = ["", "DejaVu Sans\t20-7e\n", "Noto Serif CJK SC\t20-7e 4e00-9fff\n"]
    monkeypatch.setattr(fonts, "_listing", lambda: listings.pop(0))
    fonts.installed.cache_clear()
    try:
        assert [fonts.none_for_chinese() for _ in range(4)] == [True, True, False, False]
    finally:
        fonts.installed.cache_clear()


def test_nothing_known_of_the_fonts_is_no_reason_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    fonts.installed.cache_clear()
    try:
        assert not fonts.none_for_chinese()
    finally:
        fonts.installed.cache_clear()
