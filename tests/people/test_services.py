import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from jcoc.people import services
from jcoc.people.access import principal_of_user
from jcoc.people.models import User
from jcoc.trail.receipts.services import add_phone, phone_of
from support import PASSWORD, a_lock_is_waited_for, until

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def administrator() -> User:
    return services.add_account("kepala", PASSWORD, ["administrator"])


def test_every_role_counts(administrator: User) -> None:
    services.give(administrator, services.Grant("operator"))
    principal = principal_of_user(administrator)
    assert principal
    assert principal.roles == {"administrator", "operator"}
    assert principal.audiences == {"public", "operators", "administrators"}


def test_an_account_without_a_role_is_nobody() -> None:
    assert principal_of_user(services.add_account("tamu", PASSWORD, [])) is None


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("budi", "pendek", "password_too_short"),
        ("budi", "qwerty123456", "password_too_common"),
        ("a b", PASSWORD, "invalid"),
    ],
)
def test_a_weak_password_or_a_bad_name_leaves_nothing_behind(username: str, password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.add_account(username, password, ["operator"])
    faults = refused.value.error_dict["username"] if username == "a b" else refused.value.error_list
    assert code in {fault.code for fault in faults}
    assert not User.objects.exists()


def test_the_last_administrator_cannot_be_lost(administrator: User) -> None:
    with pytest.raises(ValidationError):
        services.deactivate(administrator)
    with pytest.raises(ValidationError):
        services.take_back(administrator.grants.get())
    second = services.add_account("wakil", PASSWORD, ["administrator"])
    services.deactivate(administrator)
    with pytest.raises(ValidationError):
        services.deactivate(second)


def test_deactivation_and_a_new_password_end_the_sessions(administrator: User, client: Client) -> None:
    services.add_account("wakil", PASSWORD, ["administrator"])
    assert client.login(username="kepala", password=PASSWORD)
    services.set_password(administrator, PASSWORD + "-baru")
    assert not Session.objects.exists()
    assert client.login(username="kepala", password=PASSWORD + "-baru")
    services.deactivate(administrator)
    assert not Session.objects.exists()
    assert not client.login(username="kepala", password=PASSWORD + "-baru")


@pytest.mark.parametrize(
    "shut",
    [services.deactivate, lambda user: services.set_password(user, PASSWORD + "-baru")],
    ids=["close", "password"],
)
def test_whoever_is_shut_out_loses_field_phones_too(shut: Callable[[User], None]) -> None:
    user, other = (services.add_account(name, PASSWORD, ["supervisor"]) for name in ("rani", "budi"))
    _phone, token = add_phone(user, "Ponsel")
    kept, _token = add_phone(other, "Ponsel")
    shut(user)
    assert phone_of(token).revoked is not None  # type: ignore[union-attr]
    kept.refresh_from_db()
    assert kept.revoked is None


def test_of_a_nameless_account_no_role_is_left_and_it_stays_closed() -> None:
    user = services.add_account("rani", PASSWORD, ["resident"])
    later = timezone.now() + timedelta(days=1)
    services.give(user, services.Grant("guardian", valid_from=later))
    services.make_nameless(user)
    assert not user.grants.not_over().exists()
    with pytest.raises(ValidationError):
        services.activate(user)
    user.refresh_from_db()
    assert not user.is_active
    assert not set(user.grants.values_list("reason", "taken_back_reason")) - {("", "")}


def test_expired_sessions_are_cleared(administrator: User, client: Client) -> None:
    client.force_login(administrator)
    Client().force_login(administrator)
    Session.objects.exclude(pk=client.session.session_key).update(
        expire_date=timezone.now() - timedelta(days=1)
    )
    services.clear_expired_sessions()
    assert [session.pk for session in Session.objects.all()] == [client.session.session_key]


def test_a_kiosk_link_opens_until_it_is_revoked_and_its_secret_is_not_kept() -> None:
    link, secret = services.make_kiosk_link("ruang kendali")
    assert secret not in str(vars(link))
    opened = services.open_kiosk_link(secret)
    assert opened
    assert opened.last_opened
    services.revoke_kiosk_link(link)
    assert services.open_kiosk_link(secret) is None
    assert services.open_kiosk_link("guess") is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "lose",
    [services.deactivate, lambda user: services.take_back(user.grants.get())],
    ids=["close", "demote"],
)
def test_two_administrators_cannot_undo_each_other_at_once(lose: Callable[[User], None]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one transaction write at a time; tests/cluster runs this on PostgreSQL")
    first, second = (services.add_account(name, PASSWORD, ["administrator"]) for name in ("satu", "dua"))
    refused: list[ValidationError] = []

    def lose_second() -> None:
        try:
            services.deactivate(second)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    beside = threading.Thread(target=lose_second)

    with transaction.atomic():
        lose(first)
        beside.start()
        until(a_lock_is_waited_for, what="the wait for the other's lock")
    beside.join(20)
    assert refused
    assert principal_of_user(User.objects.get(pk=second.pk)).roles == {"administrator"}  # type: ignore[union-attr]
