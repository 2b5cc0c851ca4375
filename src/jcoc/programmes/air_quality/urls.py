"""The programme's pages, below /programmes/air_quality/."""

from django.urls import path

from jcoc.programmes.air_quality import views

urlpatterns = [path("now/", views.now, name="now")]
