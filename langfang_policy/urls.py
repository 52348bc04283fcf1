"""Where do the three parts of the site begin: admin, people, measures?"""

from django.contrib import admin
from django.urls import include, path

from departments.views import admin_login
from langfang_policy.health import healthz
from langfang_policy.progress import progress

handler500 = "departments.failures.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("progress/", progress, name="progress"),
    path("admin/login/", admin_login),  # before admin's own: one sign-in for all
    path("admin/", admin.site.urls),
    path("", include("departments.urls")),
    path("", include("measures.urls")),
]
