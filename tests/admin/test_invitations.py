"""Inviting to the staff, sending again and withdrawing, in the back office."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import sweep_invitations as sweeping
from accounts.actions.send_account_messages import send_account_messages
from accounts.models import AccountMessage, AuditEntry, Invitation, Link, User
from electroports.retention import delete_in_batches
from tests.accounts.inviting import PAGE, accept, make_boss, make_invitation, make_manager, token_of
from tests.admin.pages import messages_after, sign_in_with
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/accounts/invitation/add/"
ASKED = "someone@example.com"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(*roles: str, email: str = ASKED, **more: str) -> dict[str, Any]:
    return {"email": email, "roles": [str(Group.objects.get(name=role).pk) for role in roles], **more}


def page_of(invitation: Invitation, page: str) -> str:
    return reverse(f"admin:accounts_invitation_{page}", args=[invitation.pk])


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context_data["form"].errors.as_text())


def nobody_was_invited() -> bool:
    return not Invitation.objects.exists() and not Link.objects.exists() and not AccountMessage.objects.exists()


def test_administrator_invites_by_mail(office: Client, boss: User) -> None:
    response = office.post(ADD, asked("catalogue", "support", email="Someone@Example.com"))

    invitation = Invitation.objects.get()
    assert response.headers["Location"] == page_of(invitation, "change")
    assert (invitation.email, invitation.invited_by, invitation.is_administrator) == (ASKED, boss, False)
    assert set(invitation.roles.values_list("name", flat=True)) == {"catalogue", "support"}
    assert invitation.expires_at - invitation.created_at == timedelta(hours=72)
    assert send_account_messages(at=timezone.now()) == 1
    (sent,) = mail.outbox
    assert sent.to == [ASKED]
    assert f"https://testserver{PAGE}#token={token_of(invitation)}" in str(sent.body).replace("http://", "https://")
    entry = AuditEntry.objects.get(user=boss)
    assert (entry.action, entry.object_id) == ("invited", str(invitation.pk))
    assert entry.changes["roles"][1] == ["catalogue", "support"]
    assert token_of(invitation) not in str(AccountMessage.objects.values()) + str(AuditEntry.objects.values())


def test_manager_invites_to_no_more_than_what_a_manager_may() -> None:
    client = browser(make_manager())
    beyond = Group.objects.create(name="keys")
    beyond.permissions.add(Permission.objects.get(codename="change_user", content_type__app_label="accounts"))

    form: Any = client.get(ADD).context_data["form"]
    offered = set(form.fields["roles"].queryset.values_list("name", flat=True))
    assert offered == {"catalogue", "fulfillment", "manager", "support"}
    assert "is_administrator" not in form.fields
    assert "Select a valid choice" in errors_of(client.post(ADD, asked("keys")))
    assert "Choose at least one role" in errors_of(client.post(ADD, asked(is_administrator="on")))
    assert nobody_was_invited()

    assert client.post(ADD, asked("support", is_administrator="on")).status_code == 302
    assert Invitation.objects.get().is_administrator is False


@pytest.mark.parametrize("role", ["support", "fulfillment", "catalogue"])
def test_others_do_not_invite(role: str) -> None:
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))

    assert browser(user).post(ADD, asked("support")).status_code == 403

    assert nobody_was_invited()


def test_who_may_only_invite_gives_no_role_that_can_do_more() -> None:
    client = sign_in_with("accounts.add_invitation")

    assert "Select a valid choice" in errors_of(client.post(ADD, asked("support")))

    assert nobody_was_invited()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"is_staff": True}, "a member of staff already"),
        ({"is_superuser": True}, "a member of staff already"),
        ({"is_active": False}, "is disabled"),
    ],
)
def test_nobody_is_invited_twice_over(office: Client, fields: dict[str, bool], told: str) -> None:
    make_user(email=ASKED, **fields)

    assert told in errors_of(office.post(ADD, asked("support", email="SOMEONE@example.com")))

    assert nobody_was_invited()


def test_open_invitation_stands_in_the_way_of_another_until_it_expires(office: Client) -> None:
    first = make_invitation(email=ASKED, hours=71)

    assert "has an open invitation" in errors_of(office.post(ADD, asked("support")))
    assert Invitation.objects.get() == first

    Invitation.objects.update(expires_at=timezone.now())
    assert office.post(ADD, asked("support")).status_code == 302
    first.refresh_from_db()
    assert (first.revoked_at is not None, Invitation.objects.count()) == (True, 2)
    assert first.state(at=timezone.now()) == "expired"


def test_sending_again_voids_the_older_link_and_takes_a_pause(office: Client, boss: User) -> None:
    invitation = make_invitation(hours=2)
    old = token_of(invitation)

    assert office.post(page_of(invitation, "resend")).status_code == 302

    new = token_of(invitation)
    assert new != old
    assert invitation.invited_by == boss
    assert invitation.expires_at > timezone.now() + timedelta(hours=71)
    assert AccountMessage.objects.filter(kind="invitation").count() == 2
    assert accept(old).status_code == 400
    assert not User.objects.filter(username="wanjiku.k").exists()

    response: Any = office.post(page_of(invitation, "resend"))
    assert response.status_code == 200
    assert "We have just written to this address" in messages_after(office, response)[-1]
    assert token_of(invitation) == new
    assert accept(new).status_code == 302


def test_expired_one_is_sent_again(office: Client) -> None:
    invitation = make_invitation(hours=80)
    assert accept(token_of(invitation)).status_code == 400

    assert office.post(page_of(invitation, "resend")).status_code == 302

    assert accept(token_of(invitation)).status_code == 302


def test_withdrawn_one_opens_nothing(office: Client, boss: User) -> None:
    invitation = make_invitation()

    assert office.post(page_of(invitation, "withdraw")).status_code == 302

    assert accept(token_of(invitation)).status_code == 400
    assert not User.objects.filter(username="wanjiku.k").exists()
    invitation.refresh_from_db()
    assert invitation.state(at=timezone.now()) == "withdrawn"
    assert AuditEntry.objects.filter(user=boss).get().message == "Withdrawn."
    assert send_account_messages(at=timezone.now()) >= 0
    assert mail.outbox == []
    for page in ("resend", "withdraw"):
        assert office.post(page_of(invitation, page)).status_code == 403


def test_manager_does_not_touch_what_an_administrator_alone_may_give() -> None:
    invitation = make_invitation(is_administrator=True, hours=1)
    link, client = invitation.link_id, browser(make_manager())

    assert [client.post(page_of(invitation, page)).status_code for page in ("resend", "withdraw")] == [403, 403]

    invitation.refresh_from_db()
    assert (invitation.link_id, invitation.revoked_at) == (link, None)


def test_list_and_page_show_what_became_of_it(office: Client) -> None:
    boss = make_boss()
    open_one, other = make_invitation(by=boss, email="a@example.com"), make_invitation(by=boss, email="b@example.com")
    accept(token_of(other))

    text = office.get("/admin/accounts/invitation/").content.decode()

    assert "a@example.com" in text
    assert "accepted" in text
    assert "Send again" in office.get(page_of(open_one, "change")).content.decode()
    assert "Send again" not in office.get(page_of(other, "change")).content.decode()


def test_old_ones_are_swept_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for days in (94, 95):
        make_invitation(email=f"{days}@example.com", days=days)
    kept = make_invitation(email="kept@example.com", days=92)
    monkeypatch.setattr(sweeping, "delete_in_batches", partial(delete_in_batches, batch=1))

    assert sweeping.sweep_invitations(at=timezone.now()) == 2

    assert Invitation.objects.get() == kept


def test_menu_leads_to_the_pages_of_the_second_factor(office: Client) -> None:
    text = office.get("/admin/").content.decode()

    for name in ("admin:password_change", "second-factor-set-up", "recovery-codes"):
        assert f'href="{reverse(name)}"' in text
