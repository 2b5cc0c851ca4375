from django.urls import path

from jcoc.web import service_worker, views

app_name = "web"
urlpatterns = [
    path("design/", views.components, name="components"),
    path("sw.js", service_worker.service_worker, name="service-worker"),
]
