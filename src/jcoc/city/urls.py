from django.urls import path

from jcoc.city import views

app_name = "city"
urlpatterns = [
    *(
        path(f"map/{name}.geojson", views.layer, {"name": name}, name=name)
        for name in ("kelurahan", "kecamatan", "rivers", "sites")
    ),
    path("places/", views.admin, name="admin"),
    path("places/succession/", views.succession, name="succession-add"),
    path("places/succession/<int:pk>/", views.succession, name="succession"),
    path("places/succession/<int:pk>/remove/", views.succession_remove, name="succession-remove"),
]
