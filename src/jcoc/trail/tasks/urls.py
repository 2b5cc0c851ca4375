from django.urls import path

from jcoc.trail.tasks import views

app_name = "tasks"
urlpatterns = [
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("tasks/<int:pk>/repeat/", views.repeat, name="repeat"),
]
