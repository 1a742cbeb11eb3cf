"""Who may do what: all roles side by side, as the documentation has them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import DUTIES, ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]


def rows_of(office: Client) -> tuple[list[str], dict[str, list[str]]]:
    """The roles, and each row's words with what stands below the roles."""
    answer: Any = office.get(reverse("admin:auth_group_matrix"))
    found = answer.context_data["rows"]
    assert len({row.words for row in found}) == len(found)
    return answer.context_data["roles"], {row.words: row.held for row in found}


def test_each_sentence_has_one_row(office: Client) -> None:
    roles, rows = rows_of(office)

    assert roles == list(ROLES)
    assert rows == {duty.words: ["yes" if role in duty.roles else "" for role in ROLES] for duty in DUTIES}


def test_what_was_changed_by_hand_shows(office: Client) -> None:
    role = Group.objects.create(name="packers")
    role.permissions.set(Permission.objects.filter(codename__in=["view_orderline", "change_user"]))

    roles, rows = rows_of(office)

    assert roles[-1] == "packers"
    assert rows["Look at orders: lines, contact and address, timeline"][-1] == "partly"
    assert rows["Can change user"] == ["", "", "", "", "yes"]
    assert [words for words, held in rows.items() if held[-1]] == [
        "Look at orders: lines, contact and address, timeline",
        "Can change user",
    ]


def test_the_number_of_queries_does_not_grow(office: Client) -> None:
    page, counts = reverse("admin:auth_group_matrix"), []
    office.get(page)  # which learns what is then kept

    for name in ("packers", "auditors"):
        with CaptureQueriesContext(connection) as caught:
            office.get(page)
        counts.append(len(caught))
        Group.objects.create(name=name).permissions.set(Permission.objects.all())

    assert counts[0] == counts[1]
