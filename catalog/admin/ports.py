"""The ports of a product on its page: what each carries one thing a line, and all of it judged and written together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.actions.set_ports import faults_of
from catalog.admin.port_fields import (
    JoinLanesField,
    LanesField,
    SplitsField,
    stored_join_lanes,
    stored_lanes,
    stored_splits,
)
from catalog.files.ports import (
    BudgetRow,
    JoinRow,
    PortRow,
    ProductPorts,
    join_lanes_text,
    lanes_text,
    splits_text,
)
from catalog.models import Connector, Port, PortJoin, PowerBudget
from catalog.port_rules import MAX_NAME, MAX_QUANTITY, Fault


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of which nothing is saved by itself: all parts are judged together, by the rules of the shop."""

    def _post_clean(self) -> None:
        """Leave the row as it is. The model's own checks would compare with rows that are about to go."""

    @property
    def new_row(self) -> Model:
        """A row as the history names it."""
        raise NotImplementedError


class PortForm(PartForm):
    """A port."""

    name = forms.CharField(max_length=MAX_NAME, widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "USB-C"}))
    connector = forms.TypedChoiceField(coerce=int, widget=UnfoldAdminSelectWidget())
    gender = forms.ChoiceField(choices=Port.GENDERS, label="Half", widget=UnfoldAdminSelectWidget())
    quantity = forms.IntegerField(
        min_value=1, max_value=MAX_QUANTITY, initial=1, widget=UnfoldAdminIntegerFieldWidget()
    )
    carries = LanesField(help_text="One thing a line: protocol, out, in or both as seen from the port, W or Gbit/s.")

    class Meta:
        model = Port
        fields = ("name", "connector", "gender", "quantity", "carries", "position")

    @property
    def new_row(self) -> Model:
        """The port, with its name."""
        return Port(name=self.cleaned_data["name"])


class JoinForm(PartForm):
    """A way from one port to another, which it names: so new ports are joined before they are saved."""

    one = forms.CharField(max_length=MAX_NAME, label="From", widget=UnfoldAdminTextInputWidget())
    other = forms.CharField(max_length=MAX_NAME, label="To", widget=UnfoldAdminTextInputWidget())
    carries = JoinLanesField(help_text="One thing a line: usb both 10, or dp > hdmi out 14.4.")

    class Meta:
        model = PortJoin
        fields = ("one", "other", "carries", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["one"], self.initial["other"] = self.instance.one.name, self.instance.other.name

    @property
    def new_row(self) -> Model:
        """The way, with the names of its ends."""
        return PortJoin(one=Port(name=self.cleaned_data["one"]), other=Port(name=self.cleaned_data["other"]))


class BudgetForm(PartForm):
    """The power that outputs share."""

    watts = forms.DecimalField(
        max_digits=5, decimal_places=1, label="W together", widget=UnfoldAdminDecimalFieldWidget()
    )
    splits = SplitsField(label="Shared", help_text="Devices: W for each, one split a line, as 2: 45 + 20.")

    class Meta:
        model = PowerBudget
        fields = ("watts", "splits")

    @property
    def new_row(self) -> Model:
        """The power."""
        return PowerBudget(watts=self.cleaned_data["watts"])


class PartFormSet(PaginationInlineFormSet):
    """Rows that `BaseProductAdmin` writes together with the other parts, by way of `PortFormSet.described`."""

    def save(self, commit: bool = True) -> list[Any]:
        """Save nothing; say for the history what is new, other and gone."""
        self.new_objects = [form.new_row for form in self.extra_forms if form.has_changed() and not self.goes(form)]
        self.changed_objects = [
            (form.instance, form.changed_data)
            for form in self.initial_forms
            if form.has_changed() and not self.goes(form)
        ]
        self.deleted_objects = [form.instance for form in self.initial_forms if self.goes(form)]
        return []

    def clean(self) -> None:
        """Leave it to `PortFormSet`."""

    def goes(self, form: Any) -> bool:
        """Tell whether a row is deleted."""
        return bool(self.can_delete and self._should_delete_form(form))

    @property
    def kept(self) -> list[Any]:
        """The forms that describe something, in the order of their positions."""
        forms_ = [form for form in self.forms if form.cleaned_data and not self.goes(form)]
        return sorted(forms_, key=lambda form: form.cleaned_data.get("position") or 0)


class JoinFormSet(PartFormSet):
    """The ways between a product's ports."""


class PortFormSet(PartFormSet):
    """The ports of a product. It judges the ways and the power too, which `together_with` hands to it."""

    joins: PartFormSet | None = None
    budget: PartFormSet | None = None

    def together_with(self, formsets: Iterable[Any]) -> None:
        """Take the formsets of the same product."""
        for formset in formsets:
            if formset.model is PortJoin:
                self.joins = formset
            elif formset.model is PowerBudget:
                self.budget = formset

    @property
    def parts(self) -> list[PartFormSet]:
        """All formsets that describe ports."""
        return [part for part in (self, self.joins, self.budget) if part is not None]

    @cached_property
    def codes(self) -> dict[int, str]:
        """The codes of all connectors by their keys."""
        return dict(Connector.objects.order_by().values_list("pk", "code"))

    @cached_property
    def choices(self) -> list[tuple[Any, str]]:
        """All connectors, read once for all rows."""
        return [("", "---------"), *Connector.objects.order_by("name").values_list("pk", "name")]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the shop's connectors."""
        super().add_fields(form, index)
        if "connector" in form.fields:
            form.fields["connector"].choices = self.choices

    def clean(self) -> None:
        """Judge all parts together once each can be read, and put what is wrong at its field."""
        others = [part for part in self.parts if part is not self]
        if any(self.errors_so_far) or not all(part.is_valid() for part in others):
            return
        for fault in faults_of(self.described):
            self._show(fault)

    @property
    def errors_so_far(self) -> list[Any]:
        """What the rows themselves say."""
        return [form.errors for form in self.forms if not self.goes(form)]

    def _show(self, fault: Fault) -> None:
        part = {"ports": self, "joins": self.joins, "power_budget": self.budget}[fault.part]
        message = ValidationError(fault.message, code=fault.code)
        if part is None or fault.place is None:
            raise message
        part.kept[fault.place].add_error(fault.field.partition(".")[0], message)

    @property
    def described(self) -> ProductPorts:
        """What the valid forms say of the ports. A way follows a port to its new name."""
        names = {form.cleaned_data["name"]: form.initial.get("name") for form in self.kept}
        renamed = {old: new for new, old in names.items() if old not in names}
        return ProductPorts(
            [
                PortRow(
                    "", data["name"], self.codes[data["connector"]], data["gender"], data["quantity"], data["carries"]
                )
                for data in (form.cleaned_data for form in self.kept)
            ],
            [
                JoinRow("", renamed.get(data["one"], data["one"]), renamed.get(data["other"], data["other"]), carries)
                for data, carries in ((form.cleaned_data, form.cleaned_data["carries"]) for form in _kept(self.joins))
            ],
            next(
                (BudgetRow("", form.cleaned_data["watts"], form.cleaned_data["splits"]) for form in _kept(self.budget)),
                None,
            ),
        )


def _kept(formset: PartFormSet | None) -> list[Any]:
    return formset.kept if formset is not None else []


class PartInline(TabularInline):
    """A part of what a product's ports are. Whoever may change the product may change it."""

    extra = 0
    tab = True
    hide_title = True
    formset = PartFormSet
    shown: ClassVar[tuple[str, ...]] = ()

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the columns: words for those who only look."""
        return super().get_fields(request, obj) if self.has_change_permission(request, obj) else self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the columns that are not typed into."""
        return () if self.has_change_permission(request, obj) else self.shown

    def _may(self, request: HttpRequest, *verbs: str) -> bool:
        opts = self.parent_model._meta
        return any(request.user.has_perm(f"{opts.app_label}.{verb}_{opts.model_name}") for verb in verbs)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask whether the product may be seen."""
        return self._may(request, "view", "change", "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask whether the product may be changed, or made."""
        return self._may(request, "change") or (obj is None and self._may(request, "add"))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask the same."""
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Ask the same."""
        return self.has_change_permission(request, obj)


class PortInline(PartInline):
    """The sockets, plugs, coils and radios of a product, in the order of its page."""

    model = Port
    form = PortForm
    formset = PortFormSet
    fields = ("name", "connector", "gender", "quantity", "carries", "position")
    shown = ("name", "connector", "gender", "quantity", "what_it_carries")
    ordering_field = "position"
    hide_ordering_field = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read ports with their connectors."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("connector")
        return rows

    def what_it_carries(self, port: Port) -> str:
        """Return what passes there, in words."""
        return lanes_text(stored_lanes(port.carries))


class PortJoinInline(PartInline):
    """What passes from one port of the product to another: in cables, adapters, hubs and docks."""

    model = PortJoin
    form = JoinForm
    formset = JoinFormSet
    verbose_name = "way through"
    verbose_name_plural = "ways through"
    fields = ("one", "other", "carries", "position")
    shown = ("one", "other", "what_passes")
    ordering_field = "position"
    hide_ordering_field = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read ways with their ports."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("one", "other")
        return rows

    def what_passes(self, join: PortJoin) -> str:
        """Return what passes, in words."""
        return join_lanes_text(stored_join_lanes(join.carries))


class PowerBudgetInline(PartInline):
    """What all outputs give together."""

    model = PowerBudget
    form = BudgetForm
    verbose_name = verbose_name_plural = "power together"
    fields = ("watts", "splits")
    shown = ("watts", "how_it_is_shared")

    def how_it_is_shared(self, budget: PowerBudget) -> str:
        """Return what each of several devices gets, in words."""
        return splits_text(stored_splits(budget.splits))
