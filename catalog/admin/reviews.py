"""Reviews in the back office: the queue of those to look at, what staff do with them, and who waits to be told."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator

from catalog.actions.change_review import delete_review
from catalog.actions.moderate_review import publish_review, reject_review, reply_to_review
from catalog.admin.stock import LookOnlyAdmin
from catalog.models import Notice, Review
from catalog.reviews import moderated_document
from electroports.admin import DaysFilter, ReasonField, form_page
from electroports.admin_history import Told
from electroports.preconditions import Precondition, PreconditionFailed, entity_tag

MOST_COUNTED = 99


class PublishForm(forms.Form):
    """Which version of a review was looked at."""

    version = forms.CharField(widget=forms.HiddenInput)


class RejectForm(PublishForm):
    """Why shoppers are not to see it."""

    reason = ReasonField(max_length=Review.REASON_LENGTH, help_text="Its author reads this.")


class ReplyForm(forms.Form):
    """What the shop says to it."""

    text = ReasonField(max_length=Review.REPLY_LENGTH, label="Reply", help_text="Everybody reads this.")


def version_of(review: Review) -> str:
    """Return the entity tag of what staff look at."""
    return entity_tag(moderated_document(review))


def version_field(review: Review) -> str:
    """Return the name under which the list sends the version of one of its rows."""
    return f"version_{review.pk}"


def pending_badge(request: HttpRequest) -> str:
    """Return how many reviews wait, for the sidebar; nothing where none do, or for who may not see them."""
    user: Any = request.user
    if not user.has_perm("catalog.view_review"):
        return ""
    waiting = Review.objects.filter(status=Review.Status.PENDING).order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if waiting > MOST_COUNTED else str(waiting or "")


@admin.register(Review)
class ReviewAdmin(LookOnlyAdmin):
    """What customers say. Its words are theirs: staff publish them, reject them, or reply."""

    list_display = (
        "headline",
        "product",
        "author_name",
        "status_label",
        "is_verified_purchase",
        "helpful_count",
        "day",
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("is_verified_purchase", BooleanRadioFilter),
        ("created_at", DaysFilter),
    )
    list_select_related = ("product",)
    search_fields = ("title", "product__name")
    ordering = (Case(When(status=Review.Status.PENDING, then=0), default=1), "-created_at", "-id")
    fieldsets = (  # two fields a row: more leave too little room for their help
        ("Review", {"fields": ("product", ("rating", "helpful_count"), "title", "text", "pictures")}),
        ("By", {"fields": (("author", "author_name"), ("created_at", "edited_at"), "is_verified_purchase")}),
        ("Moderation", {"fields": ("status", "rejection_reason", ("moderated_by", "moderated_at"))}),
        ("Reply", {"fields": ("reply", ("replied_by", "replied_at"))}),
    )
    readonly_fields = ("pictures",)
    actions = ("publish_chosen",)
    actions_detail = ("publish", "reject", "answer")

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Tell whether this user may delete reviews."""
        user: Any = request.user
        return bool(user.has_perm("catalog.delete_review"))

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        """Delete a review; the product's rating follows."""
        delete_review(review=obj, acting_user=None, at=timezone.now())  # log_deletions has noted it

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        """Delete reviews one by one."""
        for review in queryset:
            delete_review(review=review, acting_user=None, at=timezone.now())

    def has_moderate_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may publish and reject."""
        user: Any = request.user
        return bool(user.has_perm("catalog.moderate_review"))

    def has_answer_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may reply."""
        user: Any = request.user
        return bool(user.has_perm("catalog.reply_to_review"))

    @display(description="Review", header=True, ordering="rating")
    def headline(self, review: Review) -> list[str]:
        """Stars and title, and how the text begins."""
        return [f"{'★' * review.rating}{'☆' * (5 - review.rating)} {review.title}", review.text[:90]]

    @display(description="Status", label={"pending": "warning", "published": "success", "rejected": "danger"})
    def status_label(self, review: Review) -> tuple[str, str]:
        """Whether shoppers see it."""
        return review.status, review.get_status_display()

    @display(description="Written", ordering="created_at")
    def day(self, review: Review) -> date:
        """When it was written."""
        return timezone.localdate(review.created_at)

    @display(description="Photos")
    def pictures(self, review: Review) -> SafeString | str:
        """The photos, each a link to the large one."""
        photos = ((photo.display.url, photo.thumbnail.url) for photo in review.photos.all())
        return (
            format_html_join(
                " ", '<a href="{}"><img src="{}" alt="" width="96" loading="lazy" class="inline"></a>', photos
            )
            or "–"
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Read the photos along: they are part of the version of each row."""
        rows: QuerySet[Review] = super().get_queryset(request).prefetch_related("photos")
        return rows

    def action_checkbox(self, obj: models.Model) -> SafeString:
        """Put the version of a row, as it is shown, beside its box."""
        review = cast("Review", obj)
        return format_html(
            '{}<input type="hidden" name="{}" value="{}">',
            super().action_checkbox(review),
            version_field(review),
            version_of(review),
        )

    # The heading of the column, with the box that ticks all of them, is kept on the method.
    action_checkbox.short_description = UnfoldModelAdmin.action_checkbox.short_description  # type: ignore[attr-defined]

    @admin.action(description="Publish", permissions=["moderate"])
    def publish_chosen(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        """Publish those of the chosen reviews that still are as the list showed them, each in its own transaction."""
        user, at = cast("AbstractUser", request.user), timezone.now()
        left = []
        for review in queryset:
            expected = Precondition(frozenset({request.POST.get(version_field(review), "")}))
            try:
                publish_review(review=review, expected=expected, acting_user=user, at=at)
            except (PreconditionFailed, Review.DoesNotExist):
                left.append(f"“{review.title}”")
            else:
                self.log_change(request, review, Told("Published.", None))
        if len(left) < len(queryset):
            messages.success(request, "Published.")
        if left:
            messages.warning(request, f"Changed since the list was shown, and left as they are: {', '.join(left)}.")

    @action(description="Publish", icon="check", url_path="publish", permissions=["moderate"])
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Publish this review; from a page, which asks first."""
        review = self._find(request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[models.Model, str]:
            user, expected = cast("AbstractUser", request.user), Precondition(frozenset({entered["version"]}))
            done = publish_review(review=review, expected=expected, acting_user=user, at=timezone.now())
            return done, "Published."

        if review.is_published:
            messages.info(request, "It is published.")
            return redirect("admin:catalog_review_change", review.pk)
        return self._page(request, review, PublishForm, "Publish the review", "Publish", perform)

    @action(description="Reject", icon="block", url_path="reject", permissions=["moderate"])
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reject this review, with a reason."""
        review = self._find(request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[models.Model, str]:
            user, expected = cast("AbstractUser", request.user), Precondition(frozenset({entered["version"]}))
            reason = entered["reason"]
            done = reject_review(review=review, expected=expected, reason=reason, acting_user=user, at=timezone.now())
            return done, f"Rejected: {entered['reason']}"

        return self._page(request, review, RejectForm, "Reject the review", "Reject", perform)

    @action(description="Reply", icon="reply", url_path="answer", permissions=["answer"])
    def answer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reply to this review."""
        review = self._find(request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[models.Model, str]:
            user = cast("AbstractUser", request.user)
            done = reply_to_review(review=review, text=entered["text"], acting_user=user, at=timezone.now())
            return done, "Replied."

        return self._page(request, review, ReplyForm, "Reply to the review", "Reply", perform)

    def _find(self, request: HttpRequest, object_id: str) -> Review:
        review: Review | None = self.get_object(request, object_id)
        if review is None:
            raise Http404
        return review

    def _page(
        self, request: HttpRequest, review: Review, form: type[forms.Form], title: str, submit: str, perform: Any
    ) -> HttpResponse:
        """Return a form with the review above it; for one that changed since it was shown, the page anew."""
        version = version_of(review)
        if request.method == "POST" and request.POST.get("version", version) != version:
            messages.error(request, "The review changed since you have read it. This is what it says now.")
            return redirect(request.path)
        return form_page(
            request=request,
            model_admin=self,
            instance=review,
            form_class=form,
            initial={"text": review.reply, "version": version},
            title=title,
            submit=submit,
            facts={
                "Product": review.product.name,
                "Rating": f"{review.rating} of 5",
                "Title": review.title,
                "Text": review.text,
                "Photos": self.pictures(review),
                "By": review.shown_author or "–",
            },
            perform=perform,
        )


@admin.register(Notice)
class NoticeAdmin(LookOnlyAdmin):
    """Who waits to be told of what."""

    # Nobody needs their number, and there may be many.
    paginator = InfinitePaginator
    list_display = ("product", "variant", "kind_label", "customer", "status_label", "created_at", "sent_at")
    list_filter = (("kind", ChoicesDropdownFilter), ("status", ChoicesDropdownFilter), ("created_at", DaysFilter))
    list_select_related = ("product", "variant", "customer")
    search_fields = ("product__name",)
    ordering = ("-id",)
    fields = (
        ("product", "variant"),
        ("kind", "status"),
        "customer",
        ("below", "target_price"),
        ("created_at", "due_at"),
        ("sent_at", "attempts"),
    )

    @display(description="Notice", ordering="kind")
    def kind_label(self, notice: Notice) -> str:
        """Of what."""
        return notice.get_kind_display()

    @display(description="Status", label={"waiting": "info", "due": "warning", "sent": "success", "failed": "danger"})
    def status_label(self, notice: Notice) -> tuple[str, str]:
        """How far it is."""
        return notice.status, notice.get_status_display()
