"""How are Chinese numerals up to 999 written in headings of official documents? Below the models."""

from typing import Final

LARGEST: Final = 999
# For regular expressions: what may be a numeral, which `number_of` then reads or does not. Of 1 to 999 the
# longest have five characters: 九百九十九.
NUMERAL: Final = "[零一二三四五六七八九十百]{1,5}"

_DIGITS: Final = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """一, 十, 十一, 二十 … 一百, 一百零一, 一百一十 … 九百九十九. Raises ValueError outside 1–999."""
    if not 1 <= number <= LARGEST:
        raise ValueError(f"no heading is numbered {number}")
    hundreds, rest = divmod(number, 100)
    if hundreds == 0:
        return _below_100(rest)
    head = f"{_DIGITS[hundreds]}百"
    if rest == 0:
        return head
    # Behind hundreds the ten is counted, and a missing one is spoken: 一百一十, 一百零一.
    between = "零" if rest < 10 else "一" if rest < 20 else ""
    return f"{head}{between}{_below_100(rest)}"


def _below_100(number: int) -> str:
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[units] if units else "")


_NUMBERS: Final = {chinese_numeral(number): number for number in range(1, LARGEST + 1)}


def number_of(numeral: str) -> int | None:
    """The way back; None for what is not written as `chinese_numeral` writes it (一十, 一百十, 廿一)."""
    return _NUMBERS.get(numeral)
