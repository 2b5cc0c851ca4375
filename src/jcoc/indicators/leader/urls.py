from django.urls import path

from jcoc.indicators.leader import views

app_name = "leader"
urlpatterns = [
    path("leader/", views.leader, name="leader"),
    path("leader.pdf", views.sheet, name="sheet"),
]
