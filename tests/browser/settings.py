"""The settings of the site of a journey: the product's, but that a password is hashed in a moment.

A quarter of a second of a core for each sign-in is what an attacker has to pay. The product names no hashers:
it takes Django's own.
"""

from django.conf import global_settings

from langfang_policy.settings import *  # noqa: F403  # Django reads every name of this module

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *global_settings.PASSWORD_HASHERS]
