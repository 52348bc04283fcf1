"""The addresses of the site, and the bare view beside them."""

from django.urls import path

from langfang_policy.urls import handler500, urlpatterns
from tests.benchmarks.bare import bare

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [path("bare/", bare, name="bare"), *urlpatterns]
