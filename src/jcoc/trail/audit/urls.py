from django.urls import path

from jcoc.trail.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.search, name="search"),
    path("audit/entries.csv", views.export, name="export"),
    path("audit/entries/<int:seq>/", views.entry, name="entry"),
    path("audit/verify/", views.verify, name="verify"),
    path("audit/heads/", views.heads, name="heads"),
    path("audit/heads/sign/", views.sign, name="sign"),
    path("audit/heads/<int:pk>/", views.head, name="head"),
]
