"""Reviews in the back office: the queue, and what staff may do with them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from catalog.admin.reviews import pending_badge
from catalog.models import Review
from tests.admin.pages import change_page, messages_after, sign_in_with
from tests.admin.rows import make_notice, make_review
from tests.catalog.reviewing import everything, reviewed
from tests.factories import make_product

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/review/"


def page_of(review: Review, verb: str) -> str:
    return f"{LIST}{review.pk}/{verb}/"


def looked_at(browser: Client, address: str) -> dict[str, str]:
    """The versions that a page shows, as the browser sends them back."""
    page = browser.get(address).content.decode()
    fields = re.findall(r'<input type="hidden" name="(version\w*)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}


def test_the_chosen_are_published_and_counted(office: Client) -> None:
    product = make_product()
    chosen = [reviewed(product, rating, is_published=False) for rating in (5, 2)]
    other = reviewed(product, 1, is_published=False)

    choice = {"action": "publish_chosen", "_selected_action": [row.pk for row in chosen]}
    response = office.post(LIST, {**choice, **looked_at(office, LIST)})

    assert response.status_code == 302
    product.refresh_from_db()
    assert (str(product.rating_average), product.rating_count) == ("3.50", 2)
    assert list(Review.objects.filter(status="pending")) == [other]
    assert LogEntry.objects.count() == 2


def test_the_list_begins_with_those_that_wait_then_the_newest(office: Client) -> None:
    product, now = make_product(), timezone.now()
    states = [("new", True, 1), ("old", True, 30), ("waits", False, 20), ("middle", True, 9), ("waits long", False, 40)]
    for title, is_published, days in states:
        review = reviewed(product, title=title, is_published=is_published)
        Review.objects.filter(pk=review.pk).update(created_at=now - timedelta(days=days))

    def titles(query: str = "") -> list[str]:
        response: Any = office.get(LIST + query)
        return [row.title for row in response.context_data["cl"].result_list]

    assert titles() == ["waits", "waits long", "new", "middle", "old"]
    assert titles("?o=-7") == ["new", "middle", "waits", "old", "waits long"]


@pytest.mark.parametrize("make", [make_review, make_notice])
def test_a_row_of_the_page_has_room_for_its_fields(office: Client, make: Any) -> None:
    response: Any = office.get(change_page(make()))

    rows = [line.fields for fieldset in response.context_data["adminform"] for line in fieldset]
    assert rows
    assert max(len(fields) for fields in rows) == 2


def test_one_is_published_rejected_and_answered(office: Client) -> None:
    review = reviewed(make_product(name="Nano II"), is_published=False)

    assert b"Nano II" in office.get(page_of(review, "publish")).content
    assert office.post(page_of(review, "publish"), looked_at(office, page_of(review, "publish"))).status_code == 302
    response = office.post(page_of(review, "answer"), {"text": "Asante!"})
    assert messages_after(office, response) == ["Published.", "Replied."]
    assert messages_after(office, office.get(page_of(review, "publish"))) == ["It is published."]
    rejection = {"reason": "It is about the courier."}
    office.post(page_of(review, "reject"), {**rejection, **looked_at(office, page_of(review, "reject"))})

    review.refresh_from_db()
    assert (review.status, review.rejection_reason, review.reply) == ("rejected", "It is about the courier.", "Asante!")
    assert review.product.rating_count == 0


def test_a_rejection_needs_a_reason_and_a_reply_a_published_review(office: Client) -> None:
    review = reviewed(make_product(), is_published=False)
    before = everything()

    assert office.post(page_of(review, "reject"), {"reason": " "}).status_code == 200
    response: Any = office.post(page_of(review, "answer"), {"text": "Asante!"})

    assert messages_after(office, response) == ["Only a published review has a reply."]
    assert everything() == before


def test_each_thing_needs_its_permission() -> None:
    review = reviewed(make_product(), is_published=False)
    looker = sign_in_with("catalog.view_review")
    before = everything()

    assert looker.get(change_page(review)).status_code == 200
    for verb in ("publish", "reject", "answer", "delete"):
        looker.post(page_of(review, verb), {"reason": "x", "text": "x", "post": "yes"})
    looker.post(LIST, {"action": "publish_chosen", "_selected_action": [review.pk]})
    assert everything() == before

    moderator = sign_in_with("catalog.view_review", "catalog.moderate_review")
    moderator.post(page_of(review, "publish"), looked_at(moderator, page_of(review, "publish")))
    moderator.post(page_of(review, "answer"), {"text": "x"})
    review.refresh_from_db()
    assert (review.status, review.reply) == ("published", "")


@pytest.mark.parametrize("verb", ["publish", "reject"])
def test_what_changed_since_the_page_was_shown_is_shown_again(office: Client, verb: str) -> None:
    review = reviewed(make_product(), is_published=False)
    page = page_of(review, verb)
    sent = {"reason": "x", **looked_at(office, page)}
    review.photos.create(display="new.webp", thumbnail="new-small.webp", created_at=timezone.now())
    before = everything()

    response: Any = office.post(page, sent)

    assert response.headers["Location"] == page
    assert messages_after(office, response) == ["The review changed since you have read it. This is what it says now."]
    assert b"new-small.webp" in office.get(page).content
    office.post(page, {"reason": "x"})  # without a version at all
    assert everything() == before
    assert office.post(page, {**sent, **looked_at(office, page)}).status_code == 302
    review.refresh_from_db()
    assert review.status == f"{verb}ed"


def test_of_the_chosen_those_that_changed_meanwhile_are_left_and_named(office: Client) -> None:
    product = make_product()
    same, changed = (reviewed(product, title=title, is_published=False) for title in ("Same", "Changed"))
    sent = looked_at(office, LIST)
    assert set(sent) == {f"version_{same.pk}", f"version_{changed.pk}"}
    Review.objects.filter(pk=changed.pk).update(text="Nobody has read this.")

    response = office.post(LIST, {"action": "publish_chosen", "_selected_action": [same.pk, changed.pk], **sent})

    assert messages_after(office, response) == [
        "Published.",
        "Changed since the list was shown, and left as they are: “Changed”.",
    ]
    assert list(Review.objects.filter(status="published")) == [same]
    assert LogEntry.objects.count() == 1


def test_deleting_takes_the_rating_along(office: Client) -> None:
    product = make_product()
    one, two = reviewed(product, 5), reviewed(product, 1)

    assert office.post(page_of(one, "delete"), {"post": "yes"}).status_code == 302
    product.refresh_from_db()
    assert product.rating_count == 1
    office.post(LIST, {"action": "delete_selected", "_selected_action": [two.pk], "post": "yes"})

    product.refresh_from_db()
    assert (product.rating_average, product.rating_count) == (None, 0)


def test_the_sidebar_says_how_many_wait(office: Client) -> None:
    product = make_product()
    assert "Reviews" in office.get("/admin/").content.decode()
    for _ in range(3):
        reviewed(product, is_published=False)

    request = office.get("/admin/").wsgi_request
    assert pending_badge(request) == "3"
    assert pending_badge(sign_in_with("catalog.view_brand").get("/admin/").wsgi_request) == ""


def test_where_nothing_waits_the_sidebar_has_no_empty_badge(office: Client) -> None:
    badge = re.compile(r'<span class="font-semibold h-\[18px\][^>]*>\s*(.*?)\s*</span>', re.DOTALL)
    assert badge.findall(office.get("/admin/").content.decode()) == []

    reviewed(make_product(), is_published=False)

    assert badge.findall(office.get("/admin/").content.decode()) == ["1"]


def test_what_customers_write_is_text_here_too(office: Client) -> None:
    review = reviewed(make_product(), title="<b>x</b>", text="<script>alert(1)</script>", is_published=False)

    for address in (LIST, change_page(review), page_of(review, "reject")):
        assert b"<script>alert(1)" not in office.get(address).content
        assert b"<b>x</b>" not in office.get(address).content
