from django.urls import path

from jcoc.people.identity import views

app_name = "identity"
urlpatterns = [
    path("residents/", views.residents, name="residents"),
    path("residents/add/", views.add, name="add"),
    path("residents/<uuid:pk>/", views.person, name="person"),
    path("residents/<uuid:pk>/change/", views.change, name="change"),
    path("residents/<uuid:pk>/open/", views.open_fields, name="open"),
    path("residents/<uuid:pk>/let-in/", views.let_in, name="let-in"),
    path("residents/<uuid:pk>/guardian/", views.guardian_add, name="guardian-add"),
    path("residents/guardianship/<int:pk>/end/", views.guardian_end, name="guardian-end"),
]
