"""Does a text name what belongs to one person: an identity number, a bank card, a mobile telephone?

What looks like one is told with its place; whether it may stay is decided by whoever writes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Digits as Chinese keyboards write them too; as long as the text, so that places stay.
PLAIN_DIGITS: Final = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
# GB 11643-1999: what each digit weighs, and the check digit by the rest of eleven.
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS: Final = "10X98765432"
# GB/T 2260: the first two digits of a region, by the parts of the country; 91 for holders from abroad.
REGIONS: Final = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
) | {71, 81, 82, 83, 91}
# A region and a day of these years are the number of a document more often than that of a child.
DOCUMENTS_FROM: Final = 2010
SHOWN: Final = 3  # digits at the beginning, and two at the end: enough to find it


@dataclass(frozen=True)
class PersonalNumber:
    kind: str
    digits: str
    position: int

    @property
    def masked(self) -> str:
        """For a message: the number itself is not written once more."""
        return f"{self.digits[:SHOWN]}…{self.digits[-2:]}"


def is_identity_number(digits: str) -> bool:
    """A day of birth in it, and a region or the check digit of the standard.

    One digit mistyped, it tells as well where and when a person was born: the check digit excuses nothing.
    """
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(digits[:17], WEIGHTS, strict=True))
    mistyped = born.year < DOCUMENTS_FROM and int(digits[:2]) in REGIONS
    return born.year >= 1900 and (mistyped or digits[17] == CHECK_DIGITS[weighed % 11])


def is_bank_card(digits: str) -> bool:
    """The formula of Luhn (ISO/IEC 7812-1); cards begin with 3 to 6."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return digits[0] in "3456" and sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def is_mobile(_digits: str) -> bool:
    """Its pattern says all."""
    return True


KINDS: Final[tuple[tuple[str, Callable[[str], bool], Promise], ...]] = (
    (r"\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]", is_identity_number, _("identity number")),
    (r"\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?", is_bank_card, _("bank card number")),
    (r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}", is_mobile, _("mobile telephone number")),
)
PATTERNS: Final = tuple(
    (re.compile(rf"(?<![\dA-Za-z]){pattern}(?![\dA-Za-z元]|[.,]\d)"), is_one, kind)
    for pattern, is_one, kind in KINDS
)


def personal_numbers(text: str) -> list[PersonalNumber]:
    """In the order of the text; each place is told once, as the first kind that it can be."""
    found: dict[int, PersonalNumber] = {}
    for number in _candidates(text.translate(PLAIN_DIGITS)):
        found.setdefault(number.position, number)
    return [found[position] for position in sorted(found)]


def _candidates(text: str) -> Iterator[PersonalNumber]:
    for pattern, is_one, kind in PATTERNS:
        for match in pattern.finditer(text):
            digits = re.sub("[ -]", "", match.group()).upper()
            if is_one(digits):
                yield PersonalNumber(str(kind), digits, match.start() + 1)
