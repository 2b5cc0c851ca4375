from django.urls import path

from jcoc.people.privacy.views import breaches, consents, own, queue, retention

app_name = "privacy"
urlpatterns = [
    path("privacy/", queue.queue, name="queue"),
    path("privacy/requests/<uuid:pk>/", queue.detail, name="request"),
    path("privacy/requests/<uuid:pk>/act/", queue.act, name="request-act"),
    path("privacy/requests/<uuid:pk>/words/", queue.words, name="request-words"),
    path("privacy/requests/<uuid:pk>/export/", queue.export, name="request-export"),
    path("privacy/persons/<uuid:subject>/request/", queue.receive, name="receive"),
    path("privacy/restrictions/<int:pk>/lift/", queue.lift, name="restriction-lift"),
    path("privacy/purposes/", consents.overview, name="purposes"),
    path("privacy/purposes/<slug:purpose>/", consents.texts, name="texts"),
    path("privacy/breaches/", breaches.register, name="breaches"),
    path("privacy/breaches/new/", breaches.add, name="breach-add"),
    path("privacy/breaches/<uuid:pk>/", breaches.detail, name="breach"),
    path("privacy/breaches/<uuid:pk>/act/", breaches.act, name="breach-act"),
    path("privacy/breaches/<uuid:pk>/notice/", breaches.notice, name="breach-notice"),
    path("privacy/retention/", retention.overview, name="retention"),
    path("me/data/", own.mine, name="mine"),
    path("me/data/held/", own.held, name="held"),
    path("me/data/file/", own.take_along, name="take-along"),
    path("me/data/consent/<slug:purpose>/", own.consent, name="consent"),
]
