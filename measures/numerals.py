"""How are Chinese numerals up to 99 written in headings of official documents? Below the models."""

_DIGITS = "〇一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """一, 十, 十一, 二十 … 九十九. Raises ValueError outside 1–99."""
    if not 1 <= number <= 99:
        raise ValueError(f"no heading is numbered {number}")
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[units] if units else "")


_NUMBERS = {chinese_numeral(number): number for number in range(1, 100)}


def number_of(numeral: str) -> int | None:
    """The way back; None for what is not written as `chinese_numeral` writes it (一十, 二百, 廿一)."""
    return _NUMBERS.get(numeral)
