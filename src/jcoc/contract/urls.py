"""The pages about programmes, and below each programme's code its own."""

from django.urls import include, path

from jcoc.contract import linking, registry, views

app_name = "contract"
urlpatterns = [
    path("", views.programmes, name="programmes"),
    path("<slug:code>/", views.programme, name="programme"),
]
#: Beside this module's names, not within them: a programme's URLs have a namespace of their own, its code.
programme_urls = [
    path(f"{each.code}/", include((linking.patterns(each), each.code))) for each in registry.running()
]
