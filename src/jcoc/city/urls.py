from django.urls import path

from jcoc.city import views

app_name = "city"
urlpatterns = [
    path(f"map/{name}.geojson", views.layer, {"name": name}, name=name)
    for name in ("kelurahan", "kecamatan", "rivers", "sites")
]
