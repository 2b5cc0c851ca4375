from django.urls import path

from jcoc.trail.uploads import views

app_name = "uploads"
urlpatterns = [
    path("files/<uuid:pk>/", views.file, name="file"),
    path("files/<uuid:pk>/<str:signature>/", views.elsewhere, name="elsewhere"),
]
