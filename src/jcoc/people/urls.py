from django.urls import path

from jcoc.people import views

app_name = "people"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password, name="password"),
    path("language/", views.language, name="language"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/<int:pk>/", views.account_change, name="account-change"),
    path("kiosk/", views.kiosk_links, name="kiosk-links"),
    path("kiosk/<int:pk>/revoke/", views.kiosk_revoke, name="kiosk-revoke"),
    path("kiosk/<str:secret>/", views.kiosk_open, name="kiosk-open"),
]
