from types import SimpleNamespace

from django.apps import apps
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from jcoc.web.context import menu, navigation


def seen_by(role: str | None, path: str = "/wall/") -> list[dict[str, object]]:
    request = RequestFactory().get(path)
    principal = SimpleNamespace(roles=frozenset({role}), reads_only=role == "kiosk") if role else None
    request.principal = principal  # type: ignore[attr-defined]
    return navigation(request)


def test_each_role_is_shown_where_it_may_go() -> None:
    operator = [entry["url"] for entry in seen_by("operator")]
    administrator = [entry["url"] for entry in seen_by("administrator")]
    assert "/wall/" in operator
    assert "/sensors/" in operator
    assert "/tokens/" not in operator
    assert set(operator) < set(administrator)
    assert {"/feeds/", "/tokens/", "/accounts/", "/places/"} <= set(administrator)
    assert seen_by("kiosk") == seen_by(None) == []


def test_a_link_is_shown_to_those_only_whom_it_lets_in() -> None:
    template = Template('{% load web %}{% may_open "telemetry:sensor_list" as it %}{{ it }}')
    for role, expected in (("operator", "True"), ("teacher", "False"), ("resident", "False")):
        request = RequestFactory().get("/")
        request.principal = SimpleNamespace(roles=frozenset({role}), reads_only=False)  # type: ignore[attr-defined]
        assert template.render(RequestContext(request)) == expected


def test_the_page_one_is_on_is_marked() -> None:
    current = [entry["url"] for entry in seen_by("operator", "/sensors/sungai-asam/") if entry["current"]]
    assert current == ["/sensors/"]


def test_a_page_below_another_of_the_menu_is_marked_alone() -> None:
    for path in ("/privacy/retention/", "/privacy/"):
        current = [entry["url"] for entry in seen_by("data_officer", path) if entry["current"]]
        assert current == [path]


def test_a_query_keeps_what_it_had_and_changes_one_thing() -> None:
    request = RequestFactory().get("/sensors/?q=air&page=3")
    template = Template("{% load web %}{% query_with page=4 %}|{% query_with page=None sort='-name' %}")
    assert template.render(Context({"request": request})) == "?q=air&amp;page=4|?q=air&amp;sort=-name"


def test_a_state_has_shape_and_word() -> None:
    template = Template("{% load web %}{% for s in states %}{% state_badge s %}{% endfor %}")
    states = ("normal", "check", "silent", "empty")
    shown = template.render(Context({"states": states}))
    words = {part.split("<", 1)[0] for part in shown.split('state-word">')[1:]}
    shapes = {part.split("</svg>", 1)[0] for part in shown.split('aria-hidden="true">')[1:]}
    assert len(words) == len(shapes) == len(states)


def test_each_ring_names_its_own_pages_for_the_menu() -> None:
    named = {app.label: [entry.view for entry in getattr(app, "menu", ())] for app in apps.get_app_configs()}
    assert {view for views in named.values() for view in views} == {entry.view for entry in menu()}
    for label, views in named.items():
        assert all(view.startswith(f"{label}:") for view in views)
