from django.urls import path

from jcoc.demo.field_note import views

app_name = "field_note"
urlpatterns = [
    path("demo/field-notes/", views.notes, name="notes"),
    path("demo/field-notes/add/", views.add, name="add"),
    path("demo/field-notes/<int:pk>/", views.change, name="change"),
]
