"""How the operations on reviews are described in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer

from catalog.models import Review
from catalog.pictures import MAX_MEGAPIXELS
from catalog.reviews import ORDERINGS
from catalog.schema.products import id_or_slug_parameter
from catalog.schema.writes import IDEMPOTENCY_KEY
from catalog.serializers.reviews import (
    ChangeReviewInput,
    OwnReviewSerializer,
    PhotoSerializer,
    PublishReviewInput,
    ReadReviewSerializer,
    RejectReviewInput,
    ReplyInput,
    ReviewSerializer,
    StaffReviewSerializer,
    WriteReviewInput,
)
from electroports.addresses import ID_PATTERN
from electroports.openapi import KEY_REUSED, NOT_MODIFIED
from electroports.pagination import KeysetPagination, list_document_schema
from electroports.uploads import PICTURE_MAX_BYTES, PICTURE_PARSERS

WRITTEN = {
    "rating": 5,
    "title": "Charges the laptop and both phones",
    "text": "Bought it in Westlands for the office. Gets warm, never hot.",
}
REVIEW_EXAMPLE = {
    "id": 71,
    "product": 12,
    **WRITTEN,
    "author": "Wanjiku K.",
    "is_verified_purchase": True,
    "helpful_count": 3,
    "photos": [{"id": 5, "url": "/media/reviews/display/x7.webp", "thumbnail": "/media/reviews/thumbnail/x7.webp"}],
    "reply": {"text": "Asante! Under full load 60 °C is normal.", "created_at": "2026-03-04T11:00:00+03:00"},
    "created_at": "2026-03-02T09:30:00+03:00",
    "edited_at": None,
}
PENDING_EXAMPLE = {
    **REVIEW_EXAMPLE,
    "helpful_count": 0,
    "photos": [],
    "reply": None,
    "status": "pending",
    "rejection_reason": "",
}
STAFF_EXAMPLE = {**PENDING_EXAMPLE, "etag": '"b2d34c6f8a7b9c0d5f1c0a9b"'}
COUNT = {"type": "integer", "minimum": 0, "example": 1}
SUMMARY = {
    "type": "object",
    "description": "The counters of all published reviews of the product, whatever the filters.",
    "required": ["average", "count", "verified_count", "distribution"],
    "properties": {
        "average": {"type": ["string", "null"], "pattern": r"^[1-5]\.[0-9]$", "example": "5.0"},
        "count": COUNT,
        "verified_count": COUNT,
        "distribution": {
            "type": "object",
            "description": "How many gave so many stars.",
            "required": ["5", "4", "3", "2", "1"],
            "properties": dict.fromkeys("54321", COUNT),
        },
    },
}
ID = OpenApiParameter(
    "id", {"type": "string", "pattern": f"^{ID_PATTERN}$"}, OpenApiParameter.PATH, description="The review's id."
)
FORBIDDEN = OpenApiResponse(description="`permission_denied`: this account may not do this.")
NO_PAGE = OpenApiResponse(description="There is no such page.")


class ReviewPagination(KeysetPagination):
    """Pages of a product's reviews: lists with the counters beside them."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of the list document."""
        document = list_document_schema(schema)
        document["required"].append("summary")
        document["properties"]["summary"] = SUMMARY
        return document


def answered(serializer: Any, name: str, value: Any, said: str) -> OpenApiResponse:
    """Return a response with one example."""
    return OpenApiResponse(serializer, said, examples=[OpenApiExample(name, value)])


def product_reviews_schema() -> dict[str, Any]:
    """Return the description of the operation that lists a product's reviews."""
    stars = {"type": "array", "items": {"type": "string", "enum": list("12345")}, "minItems": 1, "maxItems": 5}
    return {
        "summary": "List a product's reviews",
        "description": "The published reviews of a product, with the counters of all of them in `summary`. The text of "
        "reviews is text, not HTML. Follow `next` to walk on.",
        "parameters": [
            id_or_slug_parameter(),
            OpenApiParameter("rating", stars, style="form", explode=False, description="Only with so many stars."),
            OpenApiParameter("verified", OpenApiTypes.BOOL, description="With `true`, only of verified purchases."),
            OpenApiParameter(
                "ordering",
                OpenApiTypes.STR,
                enum=list(ORDERINGS),
                default="newest",
                description="What comes first: the newest, the most helpful, the best or the worst rating.",
            ),
        ],
        "responses": {
            200: answered(ReviewSerializer(many=True), "A review", REVIEW_EXAMPLE, "One page."),
            304: NOT_MODIFIED,
        },
        "auth": [],
    }


def write_review_schema() -> dict[str, Any]:
    """Return the description of the operation that writes a review."""
    return {
        "summary": "Review a product",
        "description": "Writes the caller's review of a product. It is `pending` until staff have looked at it. A "
        "customer has one review of a product: a second is 409, so that a request that is sent again does no harm.",
        "parameters": [id_or_slug_parameter()],
        "request": WriteReviewInput,
        "responses": {
            201: answered(OwnReviewSerializer, "A pending review", PENDING_EXAMPLE, "The review."),
            409: OpenApiResponse(description="`already_reviewed`: change that review, or delete it."),
        },
        "examples": [OpenApiExample("Five stars", WRITTEN, request_only=True)],
    }


def own_reviews_schema() -> dict[str, Any]:
    """Return the description of the operation that lists the caller's own reviews."""
    return {
        "summary": "List the caller's reviews",
        "description": "The caller's own reviews, newest first, the pending and rejected ones too.",
        "responses": {
            200: answered(OwnReviewSerializer(many=True), "A pending review", PENDING_EXAMPLE, "One page."),
            404: NO_PAGE,
        },
    }


def moderation_queue_schema() -> dict[str, Any]:
    """Return the description of the operation that lists all reviews for staff."""
    status = OpenApiParameter(
        "status", OpenApiTypes.STR, enum=Review.Status.values, description="Only those that stand there."
    )
    return {
        "summary": "List all reviews",
        "description": "Every review, newest first, for staff who may view reviews; `status=pending` are those to "
        "moderate. The `etag` of each goes into the If-Match of its moderation.",
        "parameters": [status],
        "responses": {
            200: answered(StaffReviewSerializer(many=True), "A pending review", STAFF_EXAMPLE, "One page."),
            403: FORBIDDEN,
            404: NO_PAGE,
        },
    }


def read_review_schema() -> dict[str, Any]:
    """Return the description of the operation that reads a review."""
    return {
        "summary": "Read a review",
        "description": "A published review; for its author and for staff any, with its `status`; for staff with "
        "the `etag` that goes into the If-Match of its moderation.",
        "parameters": [ID],
        "responses": {200: answered(ReadReviewSerializer, "A review", REVIEW_EXAMPLE, "The review.")},
        "auth": [{"jwtAuth": []}, {}],
    }


def change_review_schema() -> dict[str, Any]:
    """Return the description of the operation that changes a review."""
    return {
        "summary": "Change one's review",
        "description": "Changes the caller's own review. What changed is `pending` again: until it is published it is "
        "not shown, and not counted.",
        "parameters": [ID],
        "request": ChangeReviewInput,
        "responses": {200: answered(OwnReviewSerializer, "Pending again", PENDING_EXAMPLE, "The review.")},
        "examples": [OpenApiExample("One star less", {"rating": 4}, request_only=True)],
    }


def delete_review_schema() -> dict[str, Any]:
    """Return the description of the operation that deletes a review."""
    return {
        "summary": "Delete a review",
        "description": "Deletes the caller's own review with its photos; staff with the permission, anybody's.",
        "parameters": [ID],
        "responses": {204: None},
    }


def vote_schema() -> dict[str, Any]:
    """Return the description of the operation that votes for a review."""
    return {
        "summary": "Find a review helpful",
        "description": "Counts the caller's vote, once however often it is sent.",
        "parameters": [ID],
        "request": None,
        "responses": {
            204: None,
            409: OpenApiResponse(description="`own_review`, or `not_published`: it cannot be voted on."),
        },
    }


def withdraw_vote_schema() -> dict[str, Any]:
    """Return the description of the operation that takes a vote back."""
    return {
        "summary": "Take back a vote",
        "description": "Takes the caller's vote back, if there is one.",
        "parameters": [ID],
        "request": None,
        "responses": {204: None},
    }


def moderate_schema() -> dict[str, Any]:
    """Return the description of the operation that moderates a review."""
    published = {**STAFF_EXAMPLE, "status": "published"}
    return {
        "summary": "Moderate a review",
        "description": "Publishes a review or rejects it with a reason that its author reads; for staff with the "
        "permission to moderate. The product's rating follows at once. If-Match takes the `etag` of the review as it "
        "was looked at: should its stars, words, photos or status have changed since, nothing happens.",
        "parameters": [ID],
        "request": PolymorphicProxySerializer(
            component_name="Moderation",
            serializers=[PublishReviewInput, RejectReviewInput],
            resource_type_field_name=None,
        ),
        "responses": {200: answered(StaffReviewSerializer, "Published", published, "The review."), 403: FORBIDDEN},
        "examples": [
            OpenApiExample("Publish", {"status": "published"}, request_only=True),
            OpenApiExample("Reject", {"status": "rejected", "reason": "It is about a courier."}, request_only=True),
        ],
    }


def reply_schema() -> dict[str, Any]:
    """Return the description of the operation that replies to a review."""
    replied = {**STAFF_EXAMPLE, "status": "published", "reply": REVIEW_EXAMPLE["reply"]}
    return {
        "summary": "Reply to a review",
        "description": "Puts the shop's reply under a published review, in place of an earlier one; for staff with the "
        "permission to reply.",
        "parameters": [ID],
        "request": ReplyInput,
        "responses": {
            200: answered(StaffReviewSerializer, "With a reply", replied, "The review."),
            403: FORBIDDEN,
            409: OpenApiResponse(description="`not_published`: shoppers do not see the review."),
        },
        "examples": [OpenApiExample("Thanks", {"text": "Asante sana!"}, request_only=True)],
    }


def withdraw_reply_schema() -> dict[str, Any]:
    """Return the description of the operation that removes a reply."""
    return {
        "summary": "Remove a reply",
        "description": "Takes the shop's reply away; for staff with the permission to reply.",
        "parameters": [ID],
        "request": None,
        "responses": {
            204: None,
            403: FORBIDDEN,
            409: OpenApiResponse(description="`not_published`: shoppers do not see the review."),
        },
    }


def add_photo_schema() -> dict[str, Any]:
    """Return the description of the operation that adds a photo to a review."""
    media_types = [parser.media_type for parser in PICTURE_PARSERS]
    bits = {"type": "string", "format": "binary", "maxLength": PICTURE_MAX_BYTES}
    most = MAX_MEGAPIXELS
    return {
        "summary": "Add a photo to one's review",
        "description": f"The body is the picture: JPEG, PNG or WebP, at most {PICTURE_MAX_BYTES // 2**20} MB, "
        f"{Review.MAX_PHOTOS} a review. A JPEG has at most {most['JPEG']} megapixels ({most['progressive JPEG']} if it "
        f"is progressive), a PNG {most['PNG']}, a WebP {most['WEBP']}. Only its pixels are kept. The review is "
        "`pending` again.",
        "parameters": [ID, IDEMPOTENCY_KEY],
        "request": dict.fromkeys(media_types, bits),
        "responses": {
            201: answered(PhotoSerializer, "A photo", REVIEW_EXAMPLE["photos"][0], "The photo."),  # type: ignore[index]
            409: OpenApiResponse(description="`too_many_photos`: take one away first."),
            422: KEY_REUSED,
        },
        "examples": [
            OpenApiExample(f"A picture as {name}", "…", request_only=True, media_type=name) for name in media_types
        ],
    }


def remove_photo_schema() -> dict[str, Any]:
    """Return the description of the operation that takes a photo away."""
    photo = OpenApiParameter(
        "id", {"type": "string", "pattern": f"^{ID_PATTERN}$"}, OpenApiParameter.PATH, description="The photo's id."
    )
    return {
        "summary": "Remove a photo",
        "description": "Takes a photo of one of the caller's reviews away.",
        "parameters": [photo],
        "responses": {204: None},
    }
