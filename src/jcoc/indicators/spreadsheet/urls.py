from django.urls import path

from jcoc.indicators.spreadsheet import views

app_name = "spreadsheet"
urlpatterns = [
    path("indicators/import/", views.start, name="start"),
    path("indicators/import/template.xlsx", views.template, name="template"),
    path("indicators/import/<uuid:pk>/", views.look, name="preview"),
    path("indicators/import/<uuid:pk>/choose/", views.choose, name="choose"),
    path("indicators/import/<uuid:pk>/keep/", views.keep, name="keep"),
    path("indicators/import/<uuid:pk>/cancel/", views.cancel, name="cancel"),
]
