"""When is signing in refused after wrong passwords? Three counts over the last minutes, each with its limit.

For one name at one address, for one address whatever the name, for one name whatever the address. The handler
that django-axes calls; it also writes the record of sign-ins.
"""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from departments import accounts
from departments.account_details import LOCKED
from departments.models import AccountAct, User
from departments.sessions import ADDRESS, DEVICE, SINCE

Credentials = dict[str, Any] | None


class LockOut(AxesDatabaseHandler):
    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """As axes compares it, with one limit for all: at that limit once any of ours is reached.

        Leaves in `request.sign_in_limit` which one it was, for the page that says so.
        """
        tried = [
            rows.aggregate(total=Sum("failures_since_start"))["total"] or 0
            for rows in self.get_user_attempts(request, credentials)
        ]
        for name, count in zip(settings.SIGN_IN_LIMITS, tried, strict=True):
            if count >= settings.SIGN_IN_LIMITS[name]:
                request.sign_in_limit = name  # type: ignore[attr-defined]  # read by locked_out.html
                return max(count, settings.AXES_FAILURE_LIMIT)
        return min(tried[0], settings.AXES_FAILURE_LIMIT - 1)

    def reset_user_attempts(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """A success clears what its person mistyped there, not what others tried there or on the name."""
        count: int = self.filter_user_attempts(request, credentials)[0].delete()[0]
        return count

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is not None:
            name = str(credentials.get("username") or "")
            person = User.objects.filter(username=name).first()
            details = getattr(request, "sign_in_limit", "")
            accounts.record(
                AccountAct.SIGN_IN_FAILED,
                person,
                request,
                username=name,
                details=details and LOCKED + details,
            )

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().user_logged_in(sender, request, user, **kwargs)
        event = accounts.record(AccountAct.SIGN_IN, user, request)
        request.session[ADDRESS] = event.address
        request.session[DEVICE] = event.device
        # The record of accounts may stand at the demo's day; what lasts is counted as LAST_SEEN is.
        request.session[SINCE] = int(timezone.now().timestamp())

    def user_logged_out(self, sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        super().user_logged_out(sender, request, user, **kwargs)
        if user is not None:
            accounts.record(AccountAct.SIGN_OUT, user, request)
