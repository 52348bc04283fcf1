"""What does a person show besides the password? A code of six digits from a telephone (TOTP, RFC 6238).

Or one of the recovery codes that were written down. The library keeps devices, codes and the slowing down of
guesses; here stands who needs it and how it is set up. What a session has shown is kept in the session.
"""

from base64 import b32encode
from typing import Final

import segno
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from departments.actors import Actor
from departments.models import User

# In the session: a code is due, or was shown.
STATE: Final = "second_factor"
DUE: Final = "due"
SHOWN: Final = "shown"
ADMINISTRATOR: Final = "administrator"  # beside the roles, in the setting
RECOVERY_CODES: Final = 8


def is_required(actor: Actor) -> bool:
    """Does a role that is held today ask for it?"""
    wanted = settings.TWO_FACTOR_ROLES
    held = {role for _department, role in actor.roles} | ({ADMINISTRATOR} if actor.is_admin else set())
    return bool(held & set(wanted))


def device_of(user: User) -> TOTPDevice | None:
    device: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return device


def pending_device(user: User) -> TOTPDevice | None:
    """A device whose secret was shown and whose first code is still to come."""
    device: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device


@transaction.atomic
def begin(user: User) -> TOTPDevice:
    """A new secret; an earlier one that was never confirmed is forgotten."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    device: TOTPDevice = TOTPDevice.objects.create(user=user, name="totp", confirmed=False)
    return device


@transaction.atomic
def confirm(user: User, code: str) -> list[str] | None:
    """The first code proves that the telephone has the secret. The recovery codes, told once, or None."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(code):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    StaticDevice.objects.filter(user=user).delete()
    written = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=written, token=code) for code in codes)
    return codes


@transaction.atomic
def check(user: User, code: str) -> bool:
    """Six digits of the telephone, or a recovery code, which is used up. Guesses are slowed down."""
    code = code.replace(" ", "").lower()
    model = TOTPDevice if code.isdecimal() else StaticDevice
    device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device is not None and bool(device.verify_token(code))


@transaction.atomic
def remove(user: User) -> bool:
    """Telephone and recovery codes; says whether there was anything."""
    removed = TOTPDevice.objects.filter(user=user).delete()[0]
    return bool(removed + StaticDevice.objects.filter(user=user).delete()[0])


def ask_for_code(session: SessionBase, user: User) -> bool:
    """After a sign-in with the password: is a code due too? Then this session is asked for it from now on."""
    if device_of(user) is None:
        return False
    session[STATE] = DUE
    return True


def qr_code(device: TOTPDevice) -> SafeString:
    """The secret to be photographed, as a picture within the page: no script, no style, no request."""
    code = segno.make(device.config_url, error="l", micro=False)
    drawn: str = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308  # drawn by segno from black and white squares


def secret_words(device: TOTPDevice) -> str:
    """The secret to be typed, in groups of four as such apps show it."""
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
