"""From where does a request come, as far as that can be believed? Asked by the lock-out only."""

from django.http import HttpRequest

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def client_address(request: HttpRequest) -> str:
    """The peer; behind a proxy on this machine, the address that the proxy wrote last.

    Without it everybody behind the proxy would share one address, and a stranger could lock anybody out.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return forwarded if forwarded and (peer in LOOPBACK or not peer) else peer
