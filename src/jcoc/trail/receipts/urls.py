from django.urls import path

from jcoc.trail.receipts import views

app_name = "receipts"
urlpatterns = [
    path("unsent/", views.unsent, name="unsent"),
    path("offline/state/", views.state, name="state"),
    path("field-phones/", views.phones, name="phones"),
    path("field-phones/add/", views.phone_add, name="phone-add"),
    path("field-phones/<int:pk>/revoke/", views.phone_revoke, name="phone-revoke"),
    path("field-phones/of/<int:account>/", views.phones_of, name="phones-of"),
]
