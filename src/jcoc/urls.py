from django.urls import include, path

from jcoc.contract.urls import programme_urls

urlpatterns = [
    path("", include("jcoc.portal.urls")),
    path("", include("jcoc.people.urls")),
    path("", include("jcoc.people.identity.urls")),
    path("", include("jcoc.people.authentication.urls")),
    path("", include("jcoc.people.privacy.urls")),
    path("", include("jcoc.web.urls")),
    path("", include("jcoc.trail.receipts.urls")),
    path("", include("jcoc.trail.audit.urls")),
    path("", include("jcoc.trail.tasks.urls")),
    path("", include("jcoc.trail.uploads.urls")),
    path("", include("jcoc.trail.channels.urls")),
    path("", include("jcoc.operations.urls")),
    path("", include("jcoc.indicators.leader.urls")),
    path("", include("jcoc.indicators.spreadsheet.urls")),
    path("", include("jcoc.indicators.urls")),
    path("", include("jcoc.telemetry.urls")),
    path("", include("jcoc.city.urls")),
    path("", include("jcoc.demo.field_note.urls")),
    path("programmes/", include("jcoc.contract.urls")),
    path("programmes/", include(programme_urls)),
]
handler400 = "jcoc.web.views.bad_request"
handler403 = "jcoc.web.views.forbidden"
handler404 = "jcoc.web.views.not_found"
handler500 = "jcoc.web.views.server_error"
