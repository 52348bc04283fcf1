"""Which site is Django's admin? Ours. Apart from `apps`: Django must not take it for our own app."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "langfang_policy.admin_site.Administration"
