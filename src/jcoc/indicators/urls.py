from django.urls import path

from jcoc.indicators.views import correcting, detail, downloads, flags, listing, revisions, rows

app_name = "indicators"
urlpatterns = [
    path("indicators/", listing.listing, name="list"),
    path("indicators/flags/", flags.flags, name="flags"),
    path("indicators/flags/<int:pk>/close/", flags.close, name="flag-close"),
    path("indicators/<slug:code>/", detail.detail, name="detail"),
    path("indicators/<slug:code>.csv", downloads.as_csv, name="csv"),
    path("indicators/<slug:code>.json", downloads.as_json, name="json"),
    path("indicators/<slug:code>.csv-metadata.json", downloads.metadata, name="metadata"),
    path("indicators/<slug:code>/rows/<str:place>/<str:period>/", rows.rows, name="rows"),
    path("indicators/<slug:code>/rows/<str:place>/<str:period>/rows.csv", rows.rows_csv, name="rows-csv"),
    path("indicators/<slug:code>/revisions/<str:place>/<str:period>/", revisions.revisions, name="revisions"),
    path("indicators/<slug:code>/correct/<str:place>/<str:period>/", correcting.correct, name="correct"),
]
