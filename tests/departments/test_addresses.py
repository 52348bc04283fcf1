"""Whose address does the lock-out count against?"""

import pytest
from django.test import RequestFactory

from departments.addresses import client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("10.1.2.3", "", "10.1.2.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "8.8.8.8, 10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "8.8.8.8", "10.1.2.3"),
        ("", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "nobody's address", "127.0.0.1"),
        ("127.0.0.1", "::ffff:10.1.2.3", "::ffff:10.1.2.3"),
    ],
)
def test_client_address_believes_only_the_proxy_on_this_machine(
    peer: str, forwarded: str, believed: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    assert client_address(request) == believed
