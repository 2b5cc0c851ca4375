import pytest
import shapely

from jcoc.city.models import RiverStretch
from jcoc.demo.registration import load_demonstration_city
from jcoc.demo.river import SOURCE, border


def test_the_border_of_two_neighbours_begins_and_ends_where_they_part() -> None:
    north, south = shapely.box(0, 1000, 4000, 2000), shapely.box(0, 0, 4000, 1000)
    line = border(north, south)
    ends = sorted([line.coords[0][0], line.coords[-1][0]])
    assert ends == pytest.approx([0, 4000], abs=2)
    assert line.distance(shapely.Point(2000, 1000)) < 1.5


def test_corners_are_rounded_but_stay_near() -> None:
    south = shapely.Polygon([(0, 0), (4000, 0), (4000, 1000), (2000, 2000), (0, 1000)])
    north = shapely.box(0, 0, 4000, 3000).difference(south)
    line = border(north, south)
    assert len(line.coords) > 10
    assert line.hausdorff_distance(shapely.LineString([(0, 1000), (2000, 2000), (4000, 1000)])) < 300


@pytest.mark.django_db
def test_the_batanghari_is_drawn_once_and_says_what_it_is() -> None:
    load_demonstration_city()
    drawn = list(RiverStretch.objects.filter(river__code="batanghari").order_by("from_m"))
    assert sum(stretch.to_m - stretch.from_m for stretch in drawn) > 8000
    assert all(stretch.approximate and stretch.source == SOURCE for stretch in drawn)
    load_demonstration_city()
    assert RiverStretch.objects.count() == len(drawn)
