from django.urls import path

from jcoc.web import views

app_name = "web"
urlpatterns = [path("design/", views.components, name="components")]
