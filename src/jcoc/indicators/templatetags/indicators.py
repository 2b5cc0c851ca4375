"""What the templates of indicators say: wording.py, marks.py and markup.py as filters and tags."""

from __future__ import annotations

from django import template

from jcoc.indicators import marks, markup, wording

register = template.Library()
for _filter in (
    wording.sub_dimension_word,
    wording.period_words,
    wording.figure,
    wording.told,
    wording.by_whom,
    wording.flag_sides,
):
    register.filter(_filter.__name__, _filter)
for _tag in (
    marks.origin_mark,
    marks.standing_mark,
    marks.provisional_mark,
    marks.few_mark,
    marks.doubted_mark,
    marks.amount,
):
    register.simple_tag(_tag)
register.simple_tag(markup.history, name="history_rows")
register.simple_tag(markup.places, name="place_rows")
register.simple_tag(markup.options, name="period_options")
register.simple_tag(markup.charts, name="course_charts")
register.simple_tag(markup.map_shapes, name="map_shapes")
