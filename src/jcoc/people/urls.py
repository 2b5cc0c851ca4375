from django.urls import path

from jcoc.people import account_views, home_views, views

app_name = "people"
urlpatterns = [
    path("language/", views.language, name="language"),
    path("home/", home_views.home, name="home"),
    path("me/", home_views.me, name="me"),
    path("accounts/", account_views.accounts, name="accounts"),
    path("accounts/new/", account_views.account_add, name="account-add"),
    path("accounts/<int:pk>/", account_views.account, name="account"),
    path("accounts/<int:pk>/state/", account_views.account_state, name="account-state"),
    path("accounts/<int:pk>/roles/", account_views.role_give, name="role-give"),
    path("accounts/<int:pk>/roles/<int:grant>/", account_views.role_take_back, name="role-take-back"),
    path("kiosk/", views.kiosk_links, name="kiosk-links"),
    path("kiosk/<int:pk>/revoke/", views.kiosk_revoke, name="kiosk-revoke"),
    path("kiosk/<str:secret>/", views.kiosk_open, name="kiosk-open"),
]
