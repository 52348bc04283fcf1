"""Names the site that Django's admin shall be. Apart from `apps`: Django must not take it for our own app."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "langfang_policy.site.Administration"
