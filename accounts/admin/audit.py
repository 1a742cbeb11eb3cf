"""The audit trail in the back office: to be searched and read, by nobody to be changed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display
from unfold.views import ChangeList

from accounts.models import AuditEntry
from accounts.querysets.audit import MOST_SEARCHED
from electroports.addresses import parse_id
from electroports.admin import DaysFilter, LookOnlyMixin, ShopModelAdmin
from electroports.history import label_of

SHOWN = 3  # fields in a line of the list
SHORT = 60  # characters of a value there
CELL = '<span class="whitespace-pre-wrap break-words {}">{}</span>'
GONE, COME = "line-through text-red-700 dark:text-red-500", "text-green-700 dark:text-green-500"


class KindFilter(DropdownFilter):
    """Entries by what they are about."""

    title = "kind of row"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds that the back office has."""
        kinds = {label_of(model): model._meta for model in admin.site._registry if model is not AuditEntry}
        return sorted(
            ((label, str(opts.verbose_name).capitalize()) for label, opts in kinds.items()), key=lambda x: x[1]
        )

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Keep those of the kind, through an index."""
        kept: QuerySet[Any] = queryset.filter(model=self.value()) if self.value() else queryset
        return kept


class WayFilter(ChoicesDropdownFilter):
    """Entries by the way that they came."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "way"


class DayFilter(DaysFilter):
    """Entries by their days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "day"


class OlderPages:
    """Stands where Django expects a paginator: the list goes on from its last row, and nothing is counted."""

    template_name = "admin/older.html"

    def __init__(self, address: str, note: str) -> None:
        self.address, self.note = address, note


class TrailList(ChangeList):
    """A page of the trail, with the address of the next one."""

    def get_results(self, request: HttpRequest) -> None:
        """Read one page, newest first."""
        rows = list(self.queryset[: self.list_per_page + 1])
        self.result_list = rows[: self.list_per_page]
        self.result_count = len(self.result_list)
        self.full_result_count = self.result_count  # else the head of the page would say how many are shown
        self.show_admin_actions = self.can_show_all = self.multi_page = False
        last, note = None, ""
        if len(rows) > self.list_per_page:
            last = self.result_list[-1].pk
        elif (searched := getattr(request, "searched_until", None)) is not None:
            last, note = searched, f"The newest {MOST_SEARCHED:,} of these were searched."
        address = self.get_query_string({"id__lt": last, "q": self.query or None}) if last else ""
        self.paginator = OlderPages(address, note)


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnlyMixin, ShopModelAdmin):
    """What staff did. Not even administrators change it: the database refuses."""

    list_display = ("when", "who", "what", "summary", "way")
    list_display_links = ("when",)
    list_filter = (
        ("user", AutocompleteSelectFilter),
        KindFilter,
        ("action", ChoicesDropdownFilter),
        ("how", WayFilter),
        ("at", DayFilter),
    )
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count
    search_fields = ("words",)  # so that there is a box; what is looked for, and how far, is below
    search_help_text = "A name, a number, a field, a value or the id of a request"
    sortable_by: ClassVar[tuple[str, ...]] = ()
    ordering = ("-id",)
    actions = None
    fieldsets = (
        (None, {"fields": (("moment", "by"), ("action", "way"), ("kind", "row"))}),
        ("Before and after", {"fields": ("difference", "message")}),
        ("Where it came from", {"fields": (("request_id", "address"),)}),
    )
    readonly_fields = ("moment", "by", "way", "kind", "row", "difference")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that goes on from its last row."""
        return TrailList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search the newest of what the filters leave, so many at a time; the list offers to go on."""
        if not (term := search_term.strip()):
            return queryset, False
        trail: Any = queryset.order_by("-pk")
        until = trail.last_searched()
        request.searched_until = until  # type: ignore[attr-defined]  # ours, read where the list is written
        return (trail if until is None else trail.filter(pk__gte=until)).saying(term), False

    @display(description="When", ordering="id")
    def when(self, entry: AuditEntry) -> datetime:
        """By the shop's clock."""
        return entry.at

    @display(description="When")
    def moment(self, entry: AuditEntry) -> str:
        """By the shop's clock, to the second."""
        return date_format(timezone.localtime(entry.at), f"{get_format('DATETIME_FORMAT')}:s")

    @display(description="Who")
    def who(self, entry: AuditEntry) -> str:
        """The user name as it was."""
        return entry.name

    @display(description="Who")
    def by(self, entry: AuditEntry) -> str:
        """The user name as it was, a link to the user."""
        return link("accounts.user", str(entry.user_id), entry.name) if entry.user_id else entry.name

    @display(description="What", header=True)
    def what(self, entry: AuditEntry) -> list[str]:
        """What was done, and to what."""
        return [f"{entry.get_action_display()} {kind_label(entry.model)}".strip(), entry.words or entry.object_id]

    @display(description="By way of")
    def way(self, entry: AuditEntry) -> str:
        """Back office, API, or a command."""
        return entry.get_how_display()

    @display(description="Kind of row")
    def kind(self, entry: AuditEntry) -> str:
        """What sort of row it was."""
        return kind_label(entry.model) or "–"

    @display(description="Row")
    def row(self, entry: AuditEntry) -> str:
        """What it was called then, a link to its page, with all entries about it."""
        if not entry.object_id:
            return entry.words or "–"
        page = link(entry.model, entry.object_id, entry.words or entry.object_id)
        every = format_html('<a class="text-link" href="{}">All entries</a>', trail_of(entry.model, entry.object_id))
        return format_html("{} (#{}) · {}", page, entry.object_id, every)

    @display(description="Changes")
    def summary(self, entry: AuditEntry) -> str:
        """The first fields that changed, or what was said."""
        if not entry.changes:
            return short(entry.message)
        if entry.action != AuditEntry.Action.CHANGED:
            return short(", ".join(entry.changes))
        shown = [f"{name}: {short(was)} → {short(now)}" for name, (was, now) in list(entry.changes.items())[:SHOWN]]
        more = len(entry.changes) - SHOWN
        return "; ".join([*shown, *([f"{more} more"] if more > 0 else [])])

    @display(description="Changes")
    def difference(self, entry: AuditEntry) -> str:
        """Field by field, before and after."""
        if not entry.changes:
            return "–"
        rows = [(name, *cells(was, now)) for name, (was, now) in entry.changes.items()]
        body = format_html_join("", ROW, rows)
        return format_html('<table class="w-full">{}<tbody>{}</tbody></table>', SafeString(HEAD), body)


HEAD = (
    '<thead><tr class="text-left"><th class="pr-6 pb-2">Field</th><th class="pr-6 pb-2">Before</th>'
    '<th class="pb-2">After</th></tr></thead>'
)
ROW = (
    '<tr class="border-t border-base-200 dark:border-base-800 align-top"><th class="font-medium pr-6 py-2 text-left">{}'
    '</th><td class="pr-6 py-2">{}</td><td class="py-2">{}</td></tr>'
)


def cells(was: Any, now: Any) -> tuple[SafeString, SafeString]:
    """Return the two cells of a field: of lists only what went and what came."""
    if isinstance(was, list) and isinstance(now, list):
        was, now = [each for each in was if each not in now], [each for each in now if each not in was]
        if not was and not now:
            return format_html(CELL, "", "in another order"), SafeString("")
    return format_html(CELL, GONE, written(was)), format_html(CELL, COME, written(now))


def written(value: Any) -> str:
    """Return a value as people read it."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return "\n".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def short(value: Any) -> str:
    """Return a value for a line of the list."""
    text = " ".join(written(value).split())
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def kind_label(label: str) -> str:
    """Return what a kind of row is called; one that there is no more, by its name."""
    found = next((model for model in admin.site._registry if model._meta.label_lower == label), None)
    return str(found._meta.verbose_name) if found is not None else label


def link(label: str, key: str, words: str) -> str:
    """Return a link to the page of a row, or its words where it can have none."""
    try:
        address = reverse(f"admin:{label.replace('.', '_')}_change", args=[key])
    except NoReverseMatch:
        return words
    return format_html('<a class="text-link" href="{}">{}</a>', address, words)


def trail_of(label: str, key: object) -> str:
    """Return the address of the entries about one row."""
    return f"{reverse('admin:accounts_auditentry_changelist')}?model__exact={label}&object_id__exact={key}"


class DeedsMixin:
    """Leads from a user's page to what they did."""

    def has_see_trail_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may read the audit trail."""
        user: Any = request.user
        return bool(user.has_perm("accounts.view_auditentry"))

    @action(description="What they did", icon="history", url_path="deeds", permissions=["see_trail"])
    def deeds(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the entries of a user."""
        if (key := parse_id(object_id)) is None:
            raise Http404
        return redirect(f"{reverse('admin:accounts_auditentry_changelist')}?user__id__exact={key}")
