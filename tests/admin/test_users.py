"""People in the back office: users, their sessions, and who may give rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.start_session import start_session
from accounts.models import AccountMessage, User
from tests import factories
from tests.admin.pages import change_page, errors_on, messages_after, read_form, save, sign_in_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]
# Even who may do everything with users, and see those of the staff, is no administrator.
STAFF_OF_PEOPLE = tuple(
    f"accounts.{verb}"
    for verb in (
        *("view_user", "change_user", "delete_user", "add_user", "view_staff_user", "sign_out_user"),
        *("export_person", "erase_person"),
    )
)


def password_page(user: User) -> str:
    return reverse("admin:auth_user_password_change", args=[user.pk])


def token_of(user: User) -> str:
    """Sign in through the API; return the access token."""
    answer = APIClient().post("/api/users/login", {"username": user.username, "password": factories.PASSWORD})
    return str(answer.json()["access"])


def is_good(token: str) -> bool:
    return APIClient().get("/api/users/me", headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_new_user_can_sign_in(office: Client) -> None:
    address = reverse("admin:accounts_user_add")
    new = {
        "username": "wanjiku",
        "email": "wanjiku@example.com",
        "password1": "nyama-choma-12",
        "usable_password": "true",
    }

    response = office.post(address, {**read_form(office, address), **new, "password2": "nyama-choma-12"})

    user = User.objects.get(username="wanjiku")
    assert response.headers["Location"] == change_page(user)
    assert user.check_password("nyama-choma-12")
    assert not user.is_staff


@pytest.mark.parametrize(("field", "value"), [("username", "OTIENO"), ("email", "Otieno@Example.com")])
def test_names_and_addresses_are_taken_in_any_case(office: Client, field: str, value: str) -> None:
    factories.make_user(username="otieno", email="otieno@example.com")
    address = reverse("admin:accounts_user_add")
    new = {"username": "fresh", "email": "fresh@example.com", "password1": "nyama-choma-12", "usable_password": "true"}

    response = office.post(address, {**read_form(office, address), **new, "password2": "nyama-choma-12", field: value})

    assert "already" in errors_on(response)
    assert User.objects.count() == 2


@pytest.mark.parametrize("is_new", [True, False])
def test_addresses_hold_no_control_characters(office: Client, is_new: bool) -> None:
    user = factories.make_user(username="otieno", email="otieno@example.com")
    address = reverse("admin:accounts_user_add") if is_new else change_page(user)
    new = {"username": "fresh", "password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": "true"}
    form = {**read_form(office, address), **(new if is_new else {})}

    response = office.post(address, {**form, "email": '"a\x0bbcc:victim@x.com"@example.com'})

    assert "U+000B" in errors_on(response)
    assert list(User.objects.filter(is_staff=False).values_list("email", flat=True)) == ["otieno@example.com"]


def test_profile_is_changed(office: Client) -> None:
    user = factories.make_user()

    response = save(office, user, first_name="Wanjiku", phone="0712 345 678")

    assert response.status_code == 302, errors_on(response)
    user.refresh_from_db()
    assert (user.first_name, user.phone) == ("Wanjiku", "+254712345678")


def test_of_several_customers_without_an_address_each_is_saved(office: Client) -> None:
    one, other = (
        factories.make_user(email="", phone=f"+25471234567{n}", phone_verified_at=timezone.now()) for n in "12"
    )

    for user in (one, other):
        assert save(office, user, first_name="Wanjiku").status_code == 302

    assert set(User.objects.filter(first_name="Wanjiku")) == {one, other}


@pytest.mark.parametrize("typed", ["0712 345 678", "0722 000 222", ""])
def test_a_phone_by_staff_is_not_verified(office: Client, typed: str) -> None:
    others, at = factories.make_user(phone="+254722000222", phone_verified_at=timezone.now()), timezone.now()
    user = factories.make_user(phone="+254712345678", phone_verified_at=at)

    response = save(office, user, phone=typed)

    assert response.status_code == 302, errors_on(response)
    user.refresh_from_db()
    others.refresh_from_db()
    assert user.phone_verified == (typed == "0712 345 678")
    assert others.phone_verified


def test_phone_that_is_none_is_refused(office: Client) -> None:
    user = factories.make_user()

    response = save(office, user, phone="12345")

    assert "phone" in errors_on(response)
    user.refresh_from_db()
    assert user.phone == ""


def test_new_password_ends_every_session(office: Client) -> None:
    user = factories.make_user()
    token = token_of(user)
    assert is_good(token)

    response = office.post(
        password_page(user), {"password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": "true"}
    )

    assert response.headers["Location"] == change_page(user)
    assert not is_good(token)
    assert user.sessions.get().end_reason == "password_changed"
    user.refresh_from_db()
    assert user.check_password("nyama-choma-12")


def test_weak_password_changes_nothing(office: Client) -> None:
    user = factories.make_user()
    token = token_of(user)

    response = office.post(password_page(user), {"password1": "12345", "password2": "12345", "usable_password": "true"})

    assert response.status_code == 200
    assert is_good(token)


def test_own_password_is_changed(office: Client, boss: User) -> None:
    token = token_of(boss)
    new = {"old_password": factories.PASSWORD, "new_password1": "nyama-choma-12", "new_password2": "nyama-choma-12"}

    response = office.post("/admin/password_change/", new)

    assert response.headers["Location"] == "/admin/password_change/done/"
    assert office.get("/admin/password_change/done/").status_code == 200
    assert not is_good(token)


def test_signing_a_user_out_everywhere(office: Client) -> None:
    user = factories.make_user()
    tokens = [token_of(user), token_of(user)]
    address = reverse("admin:accounts_user_sign_out", args=[user.pk])

    assert office.get(address).status_code == 200
    assert all(map(is_good, tokens))
    response = office.post(address)

    assert messages_after(office, response) == [f"{user.username} is signed out everywhere; sessions ended: 2."]
    assert not any(map(is_good, tokens))


@pytest.fixture
def colleague(db: None) -> User:
    """Another member of staff."""
    return factories.make_user(is_staff=True)


@pytest.fixture
def browsers(colleague: User) -> list[Client]:
    """Two browsers in which the colleague is signed in."""
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(colleague)
    return clients


def may_enter(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_signing_out_everywhere_ends_the_back_office_too(
    office: Client, colleague: User, browsers: list[Client]
) -> None:
    assert all(map(may_enter, browsers))

    office.post(reverse("admin:accounts_user_sign_out", args=[colleague.pk]))

    assert not any(map(may_enter, browsers))
    assert may_enter(office)
    browsers[0].post("/admin/login/", {"username": colleague.username, "password": factories.PASSWORD})
    assert may_enter(browsers[0])


def test_new_password_ends_the_back_office_too(office: Client, colleague: User, browsers: list[Client]) -> None:
    new = {"password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": "true"}

    office.post(password_page(colleague), new)

    assert not any(map(may_enter, browsers))
    assert may_enter(office)


def test_disabled_user_is_out_everywhere(office: Client, colleague: User, browsers: list[Client]) -> None:
    token = token_of(colleague)
    form = {key: value for key, value in read_form(office, change_page(colleague)).items() if key != "is_active"}

    assert office.post(change_page(colleague), form).status_code == 302

    assert not any(map(may_enter, browsers))
    assert not is_good(token)


def test_signing_oneself_out_is_everywhere(office: Client, boss: User) -> None:
    office.post(reverse("admin:accounts_user_sign_out", args=[boss.pk]))

    assert not may_enter(office)


def test_a_sign_in_under_way_is_signed_out_too(office: Client, colleague: User) -> None:
    checked = User.objects.get(pk=colleague.pk)  # by a log-in that has yet to write its session

    office.post(reverse("admin:accounts_user_sign_out", args=[colleague.pk]))

    late = start_session(user=checked, at=timezone.now())
    browser = Client()
    browser.force_login(checked)
    assert not is_good(late.access)
    assert not may_enter(browser)


def test_staff_do_not_give_themselves_rights() -> None:
    client = sign_in_with(*STAFF_OF_PEOPLE)
    me = User.objects.get()
    role = Group.objects.get_or_create(name="manager")[0]

    response = save(client, me, is_superuser="on", is_staff="on", groups=[str(role.pk)], first_name="Me")

    assert response.status_code == 302
    me.refresh_from_db()
    assert me.first_name == "Me"
    assert not me.is_superuser
    assert not me.groups.exists()
    assert me.user_permissions.count() == len(STAFF_OF_PEOPLE)


def test_staff_do_not_touch_administrators(boss: User) -> None:
    client = sign_in_with(*STAFF_OF_PEOPLE)
    new = {"password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": "true"}

    assert client.get(change_page(boss)).status_code == 200
    assert client.post(change_page(boss), {"username": "mine"}).status_code == 403
    assert client.post(password_page(boss), new).status_code == 403
    assert client.post(reverse("admin:accounts_user_sign_out", args=[boss.pk])).status_code == 404
    assert client.post(reverse("admin:accounts_user_delete", args=[boss.pk]), {"post": "yes"}).status_code == 403
    boss.refresh_from_db()
    assert boss.check_password(factories.PASSWORD)


def test_staff_do_not_touch_each_other() -> None:
    client = sign_in_with(*STAFF_OF_PEOPLE)
    manager = factories.make_user(is_staff=True)
    new = {"password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": "true"}

    assert client.post(change_page(manager), {"username": "mine"}).status_code == 403
    assert client.post(password_page(manager), new).status_code == 403
    assert client.post(reverse("admin:accounts_user_delete", args=[manager.pk]), {"post": "yes"}).status_code == 403
    manager.refresh_from_db()
    assert manager.check_password(factories.PASSWORD)


def test_only_administrators_change_roles() -> None:
    client = sign_in_with("auth.view_group", "auth.add_group", "auth.change_group", "auth.delete_group")
    role = Group.objects.create(name="packers")

    assert client.post(change_page(role), {"name": "mine", "permissions": ["1"]}).status_code == 403
    assert client.post(reverse("admin:auth_group_add"), {"name": "mine"}).status_code == 403
    assert client.post(reverse("admin:auth_group_delete", args=[role.pk]), {"post": "yes"}).status_code == 403
    role.refresh_from_db()
    assert role.name == "packers"
    assert not role.permissions.exists()
    assert not Group.objects.filter(name="mine").exists()


def test_role_gets_its_permissions(office: Client) -> None:
    role = Group.objects.create(name="packers")

    response = save(office, role, permissions=["1", "2"])

    assert response.status_code == 302
    assert role.permissions.count() == 2


@pytest.mark.parametrize("right", ["is_staff", "is_superuser", "is_active"])
def test_last_administrator_stays_one(office: Client, boss: User, right: str) -> None:
    factories.make_user(is_staff=True, is_superuser=True, is_active=False)
    form = {key: value for key, value in read_form(office, change_page(boss)).items() if key != right}

    assert "last administrator" in errors_on(office.post(change_page(boss), form))

    boss.refresh_from_db()
    assert boss.is_superuser
    assert boss.is_staff
    assert boss.is_active


def test_nobody_deletes_users(office: Client) -> None:
    user = factories.make_user()
    delete, users = reverse("admin:accounts_user_delete", args=[user.pk]), reverse("admin:accounts_user_changelist")

    page: Any = office.get(change_page(user))
    refused = office.post(delete, {"post": "yes"})
    office.post(users, {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"})

    assert not page.context_data["has_delete_permission"]
    assert refused.status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_of_two_administrators_one_may_go(office: Client) -> None:
    other = factories.make_user(is_staff=True, is_superuser=True)
    form = {key: value for key, value in read_form(office, change_page(other)).items() if key != "is_superuser"}

    assert office.post(change_page(other), form).status_code == 302

    other.refresh_from_db()
    assert not other.is_superuser


@pytest.mark.parametrize("role", ["support", "manager"])
def test_new_role_ends_every_session_and_its_owner_is_told(
    office: Client, colleague: User, browsers: list[Client], role: str
) -> None:
    token = token_of(colleague)
    group = Group.objects.get_or_create(name=role)[0]

    assert save(office, colleague, groups=[str(group.pk)]).status_code == 302

    assert not any(map(may_enter, browsers))
    assert not is_good(token)
    assert AccountMessage.objects.get().kind == "rights_changed"


def test_new_name_ends_no_session(office: Client, colleague: User, browsers: list[Client]) -> None:
    assert save(office, colleague, first_name="Wanjiku").status_code == 302

    assert all(map(may_enter, browsers))


def test_new_address_by_staff_is_not_verified(office: Client) -> None:
    user = factories.make_user(email_verified_at=timezone.now())

    assert save(office, user, email="n@example.com").status_code == 302

    user.refresh_from_db()
    assert (user.email, user.email_verified) == ("n@example.com", False)


def test_ones_own_password_by_the_page_of_others_keeps_this_browser(office: Client, boss: User) -> None:
    new = {"password1": "nyama-choma-12", "password2": "nyama-choma-12", "usable_password": "true"}

    assert office.post(password_page(boss), new).status_code == 302

    assert may_enter(office)
