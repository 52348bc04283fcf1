"""Where the three parts of the site begin: admin, people, measures."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("departments.urls")),
    path("", include("measures.urls")),
]
