from django.urls import path

from jcoc.telemetry import feed_views, token_views, views

app_name = "telemetry"
urlpatterns = [
    path("sensors/", views.sensors, name="sensor_list"),
    path("sensors/<slug:code>/", views.sensor, name="sensor"),
    path("sensors/<slug:code>/series.json", views.series, name="series"),
    path("sensors/<slug:code>/download.<str:form>", views.download, name="download"),
    path("feeds/", feed_views.feeds, name="feeds"),
    path("tokens/", token_views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", token_views.revoke, name="token-revoke"),
]
