"""Which addresses do the account pages have?"""

from django.urls import path

from departments import views

app_name = "departments"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("second-factor/check/", views.second_factor_check, name="second_factor_check"),
    path("sessions/", views.session_list, name="session_list"),
    path("sessions/end-others/", views.session_end_others, name="session_end_others"),
    path("held/", views.held_list, name="held_list"),
    path("held/discard/", views.held_discard, name="held_discard"),
    path("language/", views.language, name="language"),
    path("acting-for/", views.acting_for, name="acting_for"),
    path("step-in/", views.step_in, name="step_in"),
]
