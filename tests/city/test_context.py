import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from jcoc.city.context import city
from jcoc.city.models import Place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("laying_out")]


def test_pages_bear_the_name_of_the_city_in_the_tables(rf: RequestFactory) -> None:
    with translation.override("en"):
        assert str(city(rf.get("/"))["city_name"]) == "City operation centre"
    Place.objects.create(code="99.01", name="Kota Uji", level="kota", lon=103.6, lat=-1.6)
    assert str(city(rf.get("/"))["city_name"]) == "Kota Uji"
    assert "Kota Uji" in Client().get("/design/").content.decode()


def test_a_page_without_the_name_does_not_ask_for_it(rf: RequestFactory, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        city(rf.get("/"))
