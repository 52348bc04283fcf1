"""Who may enter Django's admin, what is it called, and which of its doors are ours? The admin site itself.

Accounts and reference data only; which pages there are is said by the `admin` modules.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from departments import views


def no_such_page(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    raise Http404


class Administration(admin.AdminSite):
    """Django's admin behind our own doors: one sign-in, one password page, one way out."""

    site_header = site_title = settings.PRODUCT_NAME
    index_title = _("Reference data and accounts")
    empty_value_display = "—"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # nothing is deleted in bulk

    def get_urls(self) -> list[Any]:
        """Without Django's shortcut to the page of a row: no row of ours has one, and it fails on any key."""
        shortcut = path("r/<path:content_type_id>/<path:object_id>/", no_such_page, name="view_on_site")
        return [shortcut, *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        """The administrator only: being called staff opens nothing here."""
        return request.user.is_active and bool(getattr(request.user, "is_superuser", False))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return views.logout(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("departments:password_change")
