"""Many reviews and votes at once: the average is that of the published reviews, and each customer counts once."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Avg, Count
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions import vote_on_review as voting
from catalog.actions.change_review import change_review, delete_review
from catalog.actions.moderate_review import publish_review, reject_review
from catalog.actions.record_purchase import record_purchase
from catalog.models import Product, ProductListing, Review, ReviewSummary, ReviewVote
from catalog.views import reviews as views
from electroports.preconditions import ANY_VERSION, Precondition
from tests.catalog.reviewing import WORDS, address, reviewed
from tests.concurrency import at_once, tally
from tests.factories import make_product, make_user, refresh_now
from tests.staff import client_of, if_match, manager

pytestmark = pytest.mark.django_db(transaction=True)

RATINGS = [1, 5, 2, 5, 3, 5, 4, 5, 5, 1, 2, 4]


def published_truth(product: Product) -> tuple[float | None, int]:
    rows = Review.objects.filter(product=product, status="published").aggregate(mean=Avg("rating"), count=Count("pk"))
    return (round(rows["mean"], 2) if rows["mean"] is not None else None, rows["count"])


def told(product: Product) -> tuple[float | None, int]:
    """What the product says of its ratings; its listing must say the same."""
    product.refresh_from_db()
    listing = ProductListing.objects.get(pk=product.pk)
    assert f'"count":{product.rating_count}' in listing.card
    assert listing.rating == (product.rating_average or 0)
    average = product.rating_average
    return (float(average) if average is not None else None, product.rating_count)


def test_average_is_right_when_many_are_published_at_once() -> None:
    product = make_product()
    waiting = [reviewed(product, rating, is_published=False) for rating in RATINGS]

    at_once(
        *[
            partial(publish_review, review=row, expected=ANY_VERSION, acting_user=None, at=timezone.now())
            for row in waiting
        ]
    )

    assert told(product) == published_truth(product) == (3.5, 12)
    assert ReviewSummary.objects.get().count == 12


def publish_unguarded(*, review: Review, everybody_has_read: Barrier) -> None:
    """Read the reviews, compute, write: as many shops do it."""
    stars = [*Review.objects.filter(status="published").values_list("rating", flat=True), review.rating]
    everybody_has_read.wait(timeout=30)
    with transaction.atomic():
        Review.objects.filter(pk=review.pk).update(status="published")
        Product.objects.filter(pk=review.product_id).update(
            rating_average=round(sum(stars) / len(stars), 2), rating_count=len(stars)
        )
        refresh_now([review.product_id])


def test_without_the_guard_the_average_is_wrong() -> None:
    product = make_product()
    waiting = [reviewed(product, rating, is_published=False) for rating in RATINGS]
    barrier = Barrier(len(waiting))

    at_once(*[partial(publish_unguarded, review=row, everybody_has_read=barrier) for row in waiting])

    assert told(product)[1] == 1
    assert published_truth(product) == (3.5, 12)


def test_everything_at_once_ends_right_and_nobody_waits_for_ever() -> None:
    """Publishing, changing, deleting, buying, voting and saving, on two products in both orders."""
    one, two = make_product(), make_product()
    buyers = [make_user() for _ in range(3)]
    shown = [reviewed(product, rating) for product in (one, two) for rating in (1, 4, 5)]
    waiting = [reviewed(product, 2, author=buyer, is_published=False) for product in (one, two) for buyer in buyers]
    at = timezone.now()

    def save_both(ids: list[int]) -> None:
        with transaction.atomic():
            refresh_now(ids)

    calls: list[Any] = [
        *(partial(publish_review, review=row, expected=ANY_VERSION, acting_user=None, at=at) for row in waiting),
        *(partial(change_review, review=row, changes={"rating": 3}, at=at) for row in shown[::3]),
        *(partial(delete_review, review=row, acting_user=None, at=at) for row in shown[1::3]),
        *(partial(voting.vote_on_review, review=row, acting_user=buyers[0], at=at) for row in shown[2::3]),
        *(partial(record_purchase, user_id=buyer.pk, product_ids=[two.pk, one.pk], at=at) for buyer in buyers),
        *(partial(save_both, ids) for ids in ([one.pk, two.pk], [two.pk, one.pk])),
    ]
    at_once(*calls)

    for product in (one, two):
        assert told(product) == published_truth(product)
        summary = ReviewSummary.objects.get(pk=product.pk)
        rows = Review.objects.filter(product=product, status="published")
        assert sum(getattr(summary, f"verified_{n}") for n in range(1, 6)) == 3
        assert rows.filter(is_verified_purchase=True).count() == 3
        assert rows.count() == summary.count == 4


def test_a_purchase_and_a_review_at_once_find_each_other() -> None:
    product = make_product()
    buyers = [make_user() for _ in range(8)]
    calls: list[Any] = []
    for buyer in buyers:
        calls.append(partial(record_purchase, user_id=buyer.pk, product_ids=[product.pk], at=timezone.now()))
        calls.append(partial(reviewed, product, author=buyer, is_published=False))

    at_once(*calls)

    assert Review.objects.filter(is_verified_purchase=True).count() == 8


def twelve_times_the_same(product: Product, author: User) -> list[int]:
    client = client_of(author)
    return [answer.status_code for answer in at_once(*[partial(client.post, address(product), WORDS)] * 12)]


def test_one_customer_writes_one_review() -> None:
    product = make_product()

    statuses = twelve_times_the_same(product, make_user())

    assert tally(statuses) == {201: 1, 409: 11}
    assert Review.objects.count() == 1


def test_without_the_constraint_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The constraint cannot be taken away, so the control shows that a look beforehand does not replace it."""
    passed: list[int] = []

    def look_then_write(*, product_id: int, acting_user: User, **words: Any) -> Review:
        if Review.objects.filter(product=product_id, author=acting_user.pk).exists():
            raise AssertionError
        passed.append(acting_user.pk)
        sleep(0.2)
        review, _ = Review.objects.get_or_create(
            product_id=product_id,
            author_id=acting_user.pk,
            defaults={key: value for key, value in words.items() if key != "at"} | {"created_at": words["at"]},
        )
        return review

    monkeypatch.setattr(views, "write_review", look_then_write)

    twelve_times_the_same(make_product(), make_user())

    assert len(passed) > 1


def test_votes_at_once_count_each_customer_once() -> None:
    review = reviewed(make_product())
    voters = [make_user() for _ in range(6)]
    clients = [client_of(voter) for voter in voters]

    at_once(*[partial(client.post, f"/api/reviews/{review.pk}/helpful") for client in clients * 3])

    review.refresh_from_db()
    assert review.helpful_count == ReviewVote.objects.count() == 6
    at_once(*[partial(client.delete, f"/api/reviews/{review.pk}/helpful") for client in clients[:4] * 3])
    review.refresh_from_db()
    assert review.helpful_count == ReviewVote.objects.count() == 2


def test_without_the_guard_votes_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def count_unguarded(*, review: Review, acting_user: User, at: datetime) -> None:
        voted = ReviewVote.objects.filter(review=review, voter=acting_user.pk).exists()
        seen = Review.objects.get(pk=review.pk).helpful_count
        sleep(0.1)
        if not voted:
            ReviewVote.objects.get_or_create(review=review, voter_id=acting_user.pk, defaults={"created_at": at})
            Review.objects.filter(pk=review.pk).update(helpful_count=seen + 1)

    monkeypatch.setattr(views, "vote_on_review", count_unguarded)
    review = reviewed(make_product())
    clients = [client_of(make_user()) for _ in range(6)]

    at_once(*[partial(client.post, f"/api/reviews/{review.pk}/helpful") for client in clients])

    review.refresh_from_db()
    assert review.helpful_count < ReviewVote.objects.count()


def vote_while_it_is_rejected(review: Review) -> int:
    """A vote that sees the review before its rejection is committed, and is counted after it."""
    rejected = Event()

    def reject() -> None:
        with transaction.atomic():
            reject_review(
                review=review, expected=ANY_VERSION, reason="No longer fit.", acting_user=None, at=timezone.now()
            )
            rejected.set()
            sleep(0.3)

    def vote(client: APIClient) -> int:
        rejected.wait(timeout=30)
        return client.post(f"/api/reviews/{review.pk}/helpful").status_code

    return at_once(reject, partial(vote, client_of(make_user())))[1] or 0


def test_a_review_that_is_being_rejected_gets_no_vote() -> None:
    review = reviewed(make_product())

    assert vote_while_it_is_rejected(review) == 409

    review.refresh_from_db()
    assert (review.status, review.helpful_count, ReviewVote.objects.count()) == ("rejected", 0, 0)


def test_without_the_guard_a_rejected_review_gets_a_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_then_count(*, review: Review, acting_user: User, at: datetime) -> None:
        assert review.is_published
        with transaction.atomic():
            ReviewVote.objects.create(review_id=review.pk, voter_id=acting_user.pk, created_at=at)
            Review.objects.filter(pk=review.pk).update(helpful_count=1)

    monkeypatch.setattr(views, "vote_on_review", look_then_count)
    review = reviewed(make_product())

    assert vote_while_it_is_rejected(review) == 204

    review.refresh_from_db()
    assert (review.status, review.helpful_count) == ("rejected", 1)


def publish_what_was_read_while_it_is_changed() -> tuple[int, Review]:
    """A moderator publishes what they read while the author's change of it is about to be committed."""
    author = make_user()
    review = reviewed(make_product(), author=author, is_published=False)
    moderator = manager()
    read = moderator.get(f"/api/reviews/{review.pk}").json()
    changed = Event()

    def change() -> int:
        with transaction.atomic():
            change_review(review=review, changes={"text": "Nobody has read this."}, at=timezone.now())
            changed.set()
            sleep(0.3)
        return 0

    def publish() -> int:
        changed.wait(timeout=30)
        address = f"/api/reviews/{review.pk}/moderation"
        return int(moderator.put(address, {"status": "published"}, headers=if_match(read)).status_code)

    status = at_once(change, publish)[1]
    review.refresh_from_db()
    return status, review


def test_what_no_moderator_saw_is_not_published() -> None:
    status, review = publish_what_was_read_while_it_is_changed()

    assert (status, review.status, review.text) == (412, "pending", "Nobody has read this.")


def test_without_the_guard_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: Precondition, document: Any) -> None:
        """Take every version for the one that was read."""

    monkeypatch.setattr(Precondition, "check", check)

    status, review = publish_what_was_read_while_it_is_changed()

    assert (status, review.status, review.text) == (200, "published", "Nobody has read this.")
