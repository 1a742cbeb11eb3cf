"""The back office's site: unfold's, under a content security policy of its own, and what its pages share."""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from math import ceil
from typing import Any, ClassVar
from urllib.parse import urlencode

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest, FieldError, SuspiciousOperation, ValidationError
from django.core.paginator import InvalidPage
from django.db import Error, transaction
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from rest_framework.request import Request
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextareaWidget

from electroports.addresses import parse_id
from electroports.admin_history import AuditedAdmin, Told
from electroports.error_pages import as_page
from electroports.errors import DomainError
from electroports.history import PASSWORD_RIGHT, SIGNED_IN, record, watching
from electroports.problems import problem_response
from electroports.snapshots import PERSONAL, SECRET, plain
from electroports.throttling import ScopedThrottle

logger = logging.getLogger(__name__)

# What comes of a lookup that makes no sense, from Django and from either database.
WRONG_LOOKUP = (ValueError, TypeError, IndexError, OverflowError, ValidationError, FieldError, Error)
relaxed_policy = csp_update(settings.ADMIN_CSP)


class FrontDoor:
    """What is tried without a session: these attempts count with those at the API's log-in."""

    throttle_scope = "login"


def refuse_haste(request: HttpRequest) -> HttpResponse | None:
    """Count an attempt at a front door; return the answer to one too many, else None."""
    throttle: Any = ScopedThrottle()
    if throttle.allow_request(Request(request), FrontDoor):
        return None
    problem = problem_response(
        request=request,
        status=429,
        code="throttled",
        detail="Too many attempts. Try again later.",
        headers={"Retry-After": str(ceil(throttle.wait() or 60))},
    )
    return as_page(request, problem)


class LabelledAutocompleteView(AutocompleteJsonView):
    """Suggestions that read as the model's admin words them in `autocomplete_label(row)`, if it does."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        """Return the id and the text of one suggestion."""
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        label: Callable[[Model], str] = getattr(self.model_admin, "autocomplete_label", str)
        return {**result, "text": label(obj)}


class SignInForm(AuthenticationForm):
    """The front door of the back office."""

    error_messages: ClassVar[dict[str, Any]] = {
        **AuthenticationForm.error_messages,
        "invalid_login": "This is not the user name or e-mail address and the password of a member of staff.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name or e-mail"
        self.refusal: DomainError | None = None

    def clean(self) -> dict[str, Any]:
        """Return what was entered; a refusal of the shop's own, such as too many attempts, stands above the form."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except DomainError as refusal:
            self.refusal = refusal
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned


class ShopAdminSite(UnfoldAdminSite):
    """The back office. Only its pages may evaluate scripts and set styles inline (ADMIN_CSP): Alpine.js needs both."""

    index_title = "Dashboard"
    login_form = SignInForm

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        """Guard a view of the site as Django does, and answer under the site's policy."""
        return relaxed_policy(super().admin_view(view, cacheable))

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the back office is open to a request: to staff who have nothing else to do first."""
        return bool(super().has_permission(request)) and self.first_step(request) is None

    def first_step(self, request: HttpRequest) -> str | None:
        """Return where a member of staff has to go before anything opens, as BACK_OFFICE_GATE says."""
        gate: Callable[[HttpRequest], str | None] = import_string(settings.BACK_OFFICE_GATE)
        return gate(request)

    @method_decorator(relaxed_policy)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Show or process the log-in form; attempts count with those at the API's own front door."""
        if request.method == "POST" and (hasty := refuse_haste(request)) is not None:
            return hasty
        step = self.first_step(request) if super().has_permission(request) else None
        if request.method == "GET" and step not in (None, reverse("admin:login")):
            return redirect(f"{step}?{urlencode({'next': request.GET.get(REDIRECT_FIELD_NAME, '')})}")
        response: HttpResponseBase = super().login(request, extra_context)
        refusal = getattr((getattr(response, "context_data", None) or {}).get("form"), "refusal", None)
        if refusal is not None:
            response.status_code = refusal.status
            for name, value in refusal.headers.items():
                response.headers[name] = value
        user: Any = request.user
        if request.method == "POST" and response.status_code == 302 and user.is_authenticated:
            action, words = SIGNED_IN, "Back office, by password."
            if self.first_step(request) is not None:
                action, words = PASSWORD_RIGHT, "Back office: a second factor is still asked for."
            record(acting_user=user, row=user, changes={}, message=words, action=action)
        return response

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Find pages by their names; raises Http404 for a page of the results that is not there."""
        try:
            response: HttpResponseBase = super().search(request, extra_context)
        except (InvalidPage, ValueError) as error:
            raise Http404 from error
        return response

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        """Answer an autocomplete field; raises BadRequest for a character that PostgreSQL stores nowhere."""
        if "\x00" in request.GET.get("term", ""):
            raise BadRequest
        return LabelledAutocompleteView.as_view(admin_site=self)(request)


class KeySelect(AutocompleteSelect):
    """An autocomplete field that shows as empty what can be no row's key; Django's asks the database even for that."""

    def format_value(self, value: Any) -> list[str]:
        """Return the keys among what is chosen."""
        chosen: list[str] = super().format_value(value)
        return [key for key in chosen if parse_id(key) is not None]


class ShopModelAdmin(AuditedAdmin, ModelAdmin):
    """What the pages of every model share."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Read a list's rows; raises IncorrectLookupParameters, at which Django shows the list without parameters.

        Of many a lookup only the database finds that it makes no sense (a broken pattern, a number that fits no
        column), and each says so with exceptions of its own: so the rows are read here, not while the page is written.
        """
        try:
            changelist: ChangeList = super().get_changelist_instance(request)
            len(changelist.result_list)
        except WRONG_LOOKUP as error:
            if isinstance(error, SuspiciousOperation) or request.GET.keys() <= {ERROR_FLAG}:
                raise
            logger.warning("list not read", exc_info=error)
            raise IncorrectLookupParameters from error
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row that an address names, None for a number that SQLite cannot even compare with a key."""
        try:
            return super().get_object(request, object_id, from_field)
        except OverflowError:
            return None

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        """Do something with the chosen rows, as one with its history; raises BadRequest for what can be no row."""
        try:
            queryset.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME)).exists()
        except (ValueError, OverflowError) as error:
            raise BadRequest from error
        with transaction.atomic():
            response: HttpResponseBase | None = super().response_action(request, queryset)
        return response

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        """Return the field that chooses a row."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site))
        field: forms.ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field


class LookOnlyMixin:
    """Rows that staff look at, on pages of their own or inline: an action, or the shop itself, writes them."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class OwnFiltersMixin:
    """A list that shows less than its rows hold: it is filtered by its own filters, and by keys, and by nothing else.

    Django takes every lookup of a row's own fields from the address. `recipient__startswith=a`, `=b` … would tell what
    the list hides, letter by letter.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Tell whether one of the list's filters, which may add words to the name of its field, asks this."""
        filters = getattr(self, "list_filter", ())
        names = [each[0] if isinstance(each, tuple) else getattr(each, "parameter_name", each) for each in filters]
        if not any(lookup == name or lookup.startswith(f"{name}_") for name in ["id", *names]):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]  # a mixin of ModelAdmin


class DaysFilter(RangeDateFilter):
    """Rows from one day to another, both included, as the shop's own clock counts days."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what lies between the two days; raises IncorrectLookupParameters for what is no day."""
        bounds = {}
        for end, lookup, later in (("from", "gte", 0), ("to", "lt", 1)):
            if typed := self.used_parameters.get(f"{self.parameter_name}_{end}"):
                bounds[f"{self.field_path}__{lookup}"] = midnight(typed) + timedelta(days=later)
        return queryset.filter(**bounds)


def midnight(typed: str) -> datetime:
    """Return the beginning of a day; raises IncorrectLookupParameters."""
    try:
        day = forms.DateField().clean(typed)
    except forms.ValidationError as error:
        raise IncorrectLookupParameters from error
    if not 1900 <= day.year <= 2200:  # further off, time zones and databases run out of years
        raise IncorrectLookupParameters
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


class ReasonField(forms.CharField):
    """Why something is done: a few words, kept with what was done."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}), **kwargs)


UNSAID = ("once", "seen", "version")  # what only the form itself needs

# What a form asks for: given what was entered, it returns the row that it changed and what to tell the user; or an
# answer of its own, such as a file, once it has written into the audit trail that it was given.
Perform = Callable[[dict[str, Any]], tuple[Model, str] | HttpResponse]


def form_page(
    *,
    request: HttpRequest,
    model_admin: ModelAdmin,
    form_class: Callable[..., forms.Form],
    title: str,
    submit: str,
    perform: Perform,
    instance: Model | None = None,
    initial: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form as a page of its own; once it is valid, call `perform` with what was entered.

    `perform` returns the row that it changed and what to tell the user, who is then sent to that row's page. A
    DomainError that it raises becomes a message above the form, which keeps what was entered, and what it says of a
    field stands at that field. `facts` are shown above the fields, name by name. The audit trail has before and after
    of `instance`, or what the action behind `perform` writes itself.
    """
    is_sent = request.method == "POST"
    user: Any = request.user
    form = form_class(request.POST if is_sent else None, request.FILES if is_sent else None, initial=initial)
    if form.is_valid():
        try:
            with watching(acting_user=user, row=instance, message=told_of(title, form.cleaned_data)) as watch:
                outcome = perform(form.cleaned_data)
                if isinstance(outcome, HttpResponse):
                    return outcome
                row, done = outcome
                watch.finish(row)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            for error in refusal.errors:
                form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            model_admin.log_change(request, row, Told(done, None))
            messages.success(request, done)
            opts = row._meta
            return redirect(f"admin:{opts.app_label}_{opts.model_name}_change", quote(row.pk))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "verb": submit,
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.model._meta,
        "original": instance,
        "facts": facts or {},
    }
    return TemplateResponse(request, "admin/form_page.html", context)


def told_of(title: str, entered: dict[str, Any]) -> str:
    """Return what the audit trail says of a form page: its title and what was entered, but for what is personal."""
    shown = {name: value for name, value in entered.items() if value and name not in (*UNSAID, *PERSONAL)}
    shown = {name: value for name, value in shown.items() if not SECRET.search(name)}
    return f"{title}. " + "; ".join(f"{name.replace('_', ' ')}: {plain(value)}" for name, value in shown.items())
