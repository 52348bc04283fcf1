"""The whole map of the tracker on one screen."""

from django.urls import URLPattern

app_name = "measures"

urlpatterns: list[URLPattern] = []
