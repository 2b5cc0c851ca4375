from django.urls import include, path

from jcoc.people.authentication import account_views, one_time_views, second_factor_views, views

_own = [
    path("login/city/", views.city_identity, name="city-identity"),
    path("login/city/return/", views.city_identity_return, name="city-identity-return"),
    path("login/second-factor/", second_factor_views.due, name="second-factor"),
    path("enter/", one_time_views.enter, name="enter"),
    path("enter/<str:token>/", one_time_views.enter_link, name="enter-link"),
    path("password/", views.password, name="password"),
    path("security/", views.security, name="security"),
    path("security/second-factor/", second_factor_views.activate, name="second-factor-activate"),
    path("security/second-factor/remove/", second_factor_views.remove, name="second-factor-remove"),
    path("security/recovery-codes/", second_factor_views.recovery_codes, name="recovery-codes"),
    path("sessions/", views.sessions, name="sessions"),
    path("accounts/<int:pk>/security/", account_views.account, name="account"),
    path("accounts/<int:pk>/one-time/", account_views.one_time, name="one-time"),
]
#: django-allauth looks for these names.
_named_by_allauth = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("login/code/", second_factor_views.code, name="mfa_authenticate"),
]
urlpatterns = [path("", include((_own, "authentication"))), *_named_by_allauth]
