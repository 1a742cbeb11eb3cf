"""Moderating reviews: what counts, what is read before it is published, who may, and the shop's reply."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import CatalogRevision, Product, Review
from tests.catalog.reviewing import WORDS, address, everything, moderate, rating_shown, reviewed, staff_with
from tests.factories import make_product, make_user, refresh_now
from tests.staff import client_of, if_match, member_with
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db


def test_publishing_counts_and_rejecting_no_longer(product: Product, moderator: APIClient, api: APIClient) -> None:
    first, second = reviewed(product, 5, is_published=False), reviewed(product, 4, is_published=False)

    for review in (first, second):
        response = moderate(moderator, review.pk, {"status": "published"})
        assert (response.status_code, response.json()["status"]) == (200, "published")

    assert rating_shown(api, product) == {"average": "4.5", "count": 2}
    assert api.get("/api/products?rating=4.5").json()["count"] == 1
    listed = api.get(address(product)).json()
    assert listed["count"] == 2
    assert listed["summary"] == {
        "average": "4.5",
        "count": 2,
        "verified_count": 0,
        "distribution": {"5": 1, "4": 1, "3": 0, "2": 0, "1": 0},
    }

    rejection = {"status": "rejected", "reason": "It is about the courier."}
    response = moderate(moderator, first.pk, rejection)

    assert response.json()["rejection_reason"] == "It is about the courier."
    assert rating_shown(api, product) == {"average": "4.0", "count": 1}
    assert [row["id"] for row in api.get(address(product)).json()["results"]] == [second.pk]


def test_publishing_twice_counts_once(product: Product, moderator: APIClient, api: APIClient) -> None:
    review = reviewed(product, 3)
    revision = CatalogRevision.objects.get().number

    assert moderate(moderator, review.pk, {"status": "published"}).status_code == 200

    assert rating_shown(api, product) == {"average": "3.0", "count": 1}
    assert CatalogRevision.objects.get().number == revision


@pytest.mark.parametrize("body", [{"status": "published"}, {"status": "rejected", "reason": "No words."}])
@pytest.mark.parametrize("where", ["/api/staff/reviews", "/api/reviews/{id}"])
def test_what_changed_since_it_was_read_is_not_moderated(
    product: Product, author: User, writer: APIClient, moderator: APIClient, body: Any, where: str
) -> None:
    review = reviewed(product, author=author, is_published=False)
    moderation = f"/api/reviews/{review.pk}/moderation"
    read = moderator.get(where.format(id=review.pk)).json()
    headers = if_match(read["results"][0] if "results" in read else read)
    writer.patch(f"/api/reviews/{review.pk}", {"text": "Buy elsewhere."})
    before = everything()

    problem_in(moderator.put(moderation, body, headers=headers), 412, "precondition_failed")
    problem_in(moderator.put(moderation, body), 428, "precondition_required")
    problem_in(moderator.put(moderation, body, headers={"If-Match": "x"}), 400, "invalid")

    assert everything() == before
    assert "etag" not in writer.get(f"/api/reviews/{review.pk}").json()
    assert moderate(moderator, review.pk, body).json()["status"] == body["status"]


def test_the_version_of_a_review_is_what_is_moderated(product: Product, moderator: APIClient) -> None:
    review = reviewed(product)

    def tag() -> str:
        return str(moderator.get(f"/api/reviews/{review.pk}").json()["etag"])

    before = tag()
    assert client_of(make_user()).post(f"/api/reviews/{review.pk}/helpful").status_code == 204
    assert tag() == before
    review.photos.create(display="a.webp", thumbnail="b.webp", created_at=timezone.now())
    assert tag() != before


def test_averages_are_rounded_half_up(product: Product, api: APIClient) -> None:
    for rating in (5, 5, 4, 4, 4, 4, 4, 4):
        reviewed(product, rating)

    product.refresh_from_db()
    assert str(product.rating_average) == "4.25"
    assert product.rating_count == 8
    assert rating_shown(api, product)["average"] == "4.2"


@pytest.mark.parametrize(
    "body",
    [
        {"status": "pending"},
        {"status": "rejected"},
        {"status": "rejected", "reason": ""},
        {"status": "published", "reason": "x"},
        {"reason": "x"},
        {},
        [],
        "published",
    ],
)
def test_moderation_that_is_none(product: Product, moderator: APIClient, body: Any) -> None:
    review = reviewed(product, is_published=False)
    before = everything()

    response = moderate(moderator, review.pk, body)

    assert response.status_code == 400, response.content
    assert everything() == before


def test_the_queue_is_for_staff(product: Product, moderator: APIClient, writer: APIClient, api: APIClient) -> None:
    shown, waiting = reviewed(product), reviewed(product, is_published=False)

    assert [row["id"] for row in moderator.get("/api/staff/reviews").json()["results"]] == [waiting.pk, shown.pk]
    assert [row["id"] for row in moderator.get("/api/staff/reviews?status=pending").json()["results"]] == [waiting.pk]
    problem_in(writer.get("/api/staff/reviews"), 403, "permission_denied")
    problem_in(api.get("/api/staff/reviews"), 401, "not_authenticated")
    problem_in(moderator.get("/api/staff/reviews?status=lost"), 400, "invalid")


def test_each_thing_that_staff_do_needs_its_permission(product: Product) -> None:
    review = reviewed(product)
    before = everything()
    looker = staff_with("view_review", "change_review", "add_review")

    problem_in(looker.put(f"/api/reviews/{review.pk}/moderation", {"status": "published"}), 403, "permission_denied")
    problem_in(looker.put(f"/api/reviews/{review.pk}/reply", {"text": "Asante"}), 403, "permission_denied")
    problem_in(looker.delete(f"/api/reviews/{review.pk}/reply"), 403, "permission_denied")
    problem_in(looker.delete(f"/api/reviews/{review.pk}"), 404, "not_found")
    problem_in(looker.patch(f"/api/reviews/{review.pk}", {"rating": 1}), 404, "not_found")
    assert everything() == before

    assert staff_with("delete_review").delete(f"/api/reviews/{review.pk}").status_code == 204
    assert not Review.objects.exists()


def test_a_permission_without_being_staff_opens_nothing(product: Product) -> None:
    shown, hidden = reviewed(product), reviewed(product, is_published=False)
    former = member_with("catalog.view_review", "catalog.delete_review")
    User.objects.filter(pk=former.pk).update(is_staff=False)
    former.refresh_from_db()
    client, before = client_of(former), everything()

    problem_in(client.get(f"/api/reviews/{hidden.pk}"), 404, "not_found")
    assert "status" not in client.get(f"/api/reviews/{shown.pk}").json()
    for review in (shown, hidden):
        problem_in(client.delete(f"/api/reviews/{review.pk}"), 404, "not_found")
    assert everything() == before


def test_a_review_goes_with_its_product(product: Product, author: User, writer: APIClient, api: APIClient) -> None:
    review = reviewed(product, author=author)
    assert api.get(f"/api/reviews/{review.pk}").status_code == 200
    product.variants.update(is_active=False)
    refresh_now([product.pk])

    problem_in(api.get(f"/api/reviews/{review.pk}"), 404, "not_found")
    problem_in(client_of(make_user()).get(f"/api/reviews/{review.pk}"), 404, "not_found")
    assert writer.get(f"/api/reviews/{review.pk}").status_code == 200


@pytest.mark.parametrize("words", [{"rating": "5"}, {"title": "Two\nlines"}, {"title": "ab\u202ecd"}])
def test_stars_are_numbers_and_titles_are_lines(
    product: Product, author: User, writer: APIClient, words: dict[str, Any]
) -> None:
    review = reviewed(make_product(), author=author)
    before = everything()

    problem_in(writer.post(address(product), {**WORDS, **words}), 400, "invalid")
    problem_in(writer.patch(f"/api/reviews/{review.pk}", words), 400, "invalid")

    assert everything() == before


def test_the_shop_replies(product: Product, api: APIClient) -> None:
    review, pending = reviewed(product), reviewed(product, is_published=False)
    support = staff_with("view_review", "reply_to_review")

    response = support.put(f"/api/reviews/{review.pk}/reply", {"text": "Asante!"})

    assert (response.status_code, response.json()["reply"]["text"]) == (200, "Asante!")
    assert api.get(address(product)).json()["results"][0]["reply"]["text"] == "Asante!"
    problem_in(support.put(f"/api/reviews/{pending.pk}/reply", {"text": "Asante!"}), 409, "not_published")
    assert support.delete(f"/api/reviews/{review.pk}/reply").status_code == 204
    assert api.get(address(product)).json()["results"][0]["reply"] is None
