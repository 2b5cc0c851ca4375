from django.urls import path

from jcoc.trail.channels import public, views

app_name = "channels"
urlpatterns = [
    path("messages/", views.outbox, name="outbox"),
    path("messages/channels/", views.channel_list, name="channels"),
    path("messages/letters/", views.letter_list, name="letters"),
    path("messages/letters/<uuid:pk>/", views.batch, name="batch"),
    path("messages/letters/<uuid:pk>/pdf/", views.batch_file, name="batch-file"),
    path("messages/<uuid:pk>/", views.message, name="message"),
    path("messages/<uuid:pk>/change/", views.change, name="change"),
    path("channels/report/<slug:name>/", public.report, name="report"),
    path("channels/inbound/<slug:name>/", public.inbound, name="inbound"),
    path("channels/stop/<str:token>/", public.stop, name="stop"),
]
