"""Addresses of the account pages."""

from django.urls import path

from departments import views

app_name = "departments"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("language/", views.language, name="language"),
    path("step-in/", views.step_in, name="step_in"),
]
