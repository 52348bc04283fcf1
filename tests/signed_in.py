"""How does a test get a browser in which somebody is signed in already? By the session alone.

Signing in also writes an event of the account, the day of the last visit and what the lock-out keeps, in
eight statements and more. That has tests of its own, in departments; whoever tests a page needs none of it.
"""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.utils import timezone

from departments.models import User
from departments.sessions import LAST_SEEN, SINCE, SessionStore

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(client: Client, person: User) -> Client:
    """As after signing in and the first page."""
    now = int(timezone.now().timestamp())
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: MODEL_BACKEND,
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            SINCE: now,
            LAST_SEEN: now,
        }
    )
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client
