"""Users with their sign-in sessions."""

from functools import partial
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter, RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.actions.apply_rights import apply_rights
from accounts.actions.change_user import change_user
from accounts.actions.give_password import give_password
from accounts.actions.keep_an_administrator import keep_an_administrator
from accounts.actions.reset_second_factor import reset_second_factor
from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.admin.administrators import is_administrator, may_touch, sees_staff
from accounts.admin.audit import DeedsMixin
from accounts.admin.passwords import HashedWhenCheckedMixin
from accounts.admin.privacy import PrivacyMixin
from accounts.errors import LastAdministrator
from accounts.models import Session, User
from accounts.uses import with_last_use
from electroports.admin import LookOnlyMixin, ReasonField, ShopModelAdmin, form_page
from electroports.errors import NoSuchRow
from electroports.mailboxes import mailbox
from electroports.phones import InvalidPhone, parse_phone
from electroports.transactions import in_transaction

ADMINISTRATOR = ("is_active", "is_staff", "is_superuser")
RELATED = ("groups", "user_permissions")
TAKEN_MEANWHILE = "Somebody else has just taken that user name or address. Nothing was saved."
RIGHTS = ("is_staff", "is_superuser", *RELATED)


class PersonMixin:
    """What both forms of users check."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    instance: User

    def clean_username(self) -> str:
        """Refuse a user name that somebody has in whatever case."""
        return self._refuse_taken("username")

    def clean_email(self) -> str:
        """Return the e-mail address as mails are addressed to it; refuse one that somebody has in whatever case."""
        self.cleaned_data["email"] = mailbox(self.cleaned_data["email"])
        return self._refuse_taken("email")

    def clean_phone(self) -> str:
        """Return the phone number as E.164."""
        typed: str = self.cleaned_data["phone"]
        try:
            return parse_phone(typed) if typed else ""
        except InvalidPhone as error:
            raise forms.ValidationError("This is not a phone number.", code="invalid") from error

    def _refuse_taken(self, name: str) -> str:
        value: str = self.cleaned_data[name]
        if value and User.objects.filter(**{f"{name}__lower": value.lower()}).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Somebody has it already.", code="unique")
        return value


class NewUserForm(PersonMixin, HashedWhenCheckedMixin, UserCreationForm):
    """A user name, an e-mail address and a password."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "email")


class UserForm(PersonMixin, UserChangeForm):
    """A user as staff sees one."""

    class Meta(UserChangeForm.Meta):
        model = User
        labels: ClassVar[dict[str, str]] = {"groups": "Roles"}
        help_texts: ClassVar[dict[str, str]] = {"groups": "What the user may do, beside the permissions below."}

    def clean(self) -> dict[str, Any] | None:
        """Refuse to leave the shop without an administrator."""
        self.instance.forget_proofs(  # as change_user will: a phone that is verified elsewhere may be written down
            is_email_new="email" in self.changed_data,
            is_phone_new=self.cleaned_data.get("phone", self.instance.phone) != self.initial.get("phone"),
        )
        cleaned: dict[str, Any] | None = super().clean()
        if any(self.cleaned_data.get(name) is False for name in ADMINISTRATOR):
            try:
                keep_an_administrator(without=[self.instance.pk])
            except LastAdministrator as refusal:
                raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Return what is other in the form than it was shown, of the fields that the user's row has."""
        names = set(self.changed_data) & self.cleaned_data.keys() - {*RELATED}
        pairs = {name: self.cleaned_data[name] for name in names}
        return {name: value for name, value in pairs.items() if value != self.initial.get(name)}

    def _save_m2m(self) -> None:
        """Write roles and permissions where they were changed here; others may have given and taken them meanwhile."""
        for name in RELATED:
            if name in self.changed_data:
                getattr(self.instance, name).set(self.cleaned_data[name])


class NewPasswordForm(HashedWhenCheckedMixin, AdminPasswordChangeForm):
    """A new password for somebody else."""

    def save(self, commit: bool = True) -> User:
        """Give the password; raises NoSuchRow."""
        user: User = super().save(commit=False)
        if commit:  # Django's page keeps this browser signed in as `self.user`, if that is whose it is
            self.user = user = give_password(user=user, at=timezone.now())
        return user


class ResetForm(forms.Form):
    """Why, and how the member was recognised."""

    reason = ReasonField(max_length=200, help_text="Why, and how you made sure of their identity.")


class SessionInline(LookOnlyMixin, TabularInline):
    """The user's sign-ins, newest first."""

    model = Session
    fields = readonly_fields = ("user_agent", "created_at", "rotated_at", "expires_at", "ended_at", "end_reason")
    ordering = ("-created_at",)
    per_page = 10
    tab = True
    hide_title = True


@admin.register(User)
class UserAdmin(DeedsMixin, PrivacyMixin, DjangoUserAdmin, ShopModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Customers and staff. Only administrators give rights, and only they touch other members of staff."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = NewPasswordForm
    list_display = ("who", "role_label", "phone", "is_active", "date_joined", "last_use")
    list_filter = (
        ("is_staff", BooleanRadioFilter),
        ("is_active", BooleanRadioFilter),
        ("groups", RelatedDropdownFilter),
    )
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("username", "email", "phone", "first_name", "last_name")
    ordering = ("-id",)
    readonly_fields = ("last_use", "office_use", "date_joined", "unused_told_at", "email_verified_at")
    filter_horizontal = ("groups",)
    filter_vertical = ("user_permissions",)
    inlines = (SessionInline,)
    actions_detail = (
        "sign_out",
        {
            "title": "More",
            "icon": "more_horiz",
            "items": ["deeds", "reset_second_factor", "export_person", "erase_person"],
        },
    )
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            "Person",
            {"fields": (("first_name", "last_name"), ("email", "phone"), "email_verified_at"), "classes": ["tab"]},
        ),
        (
            "Rights",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions"), "classes": ["tab"]},
        ),
        ("Dates", {"fields": (("last_use", "office_use"), ("date_joined", "unused_told_at")), "classes": ["tab"]}),
    )
    add_fieldsets = ((None, {"fields": ("username", "email", "password1", "password2")}),)

    @display(description="User", header=True, ordering="username")
    def who(self, user: User) -> list[Any]:
        """Name and address."""
        return [user.get_full_name() or user.username, user.email, user.username[:2]]

    @display(description="Role", label={"admin": "danger", "staff": "info"})
    def role_label(self, user: User) -> str:
        """What the API calls the user's role."""
        return user.role

    @display(description="Last used")
    def last_use(self, user: Any) -> str:
        """When they registered, signed in or used a session, whichever was last, to within five minutes."""
        return date_format(timezone.localtime(user.last_use), "DATETIME_FORMAT")

    @display(description="Last in the back office")
    def office_use(self, user: User) -> str | None:
        """When they signed in there, which is all that Django's `last_login` knows of."""
        return date_format(timezone.localtime(user.last_login), "DATETIME_FORMAT") if user.last_login else None

    def has_sign_out_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may end the sessions of customers."""
        user: Any = request.user
        return bool(user.has_perm("accounts.sign_out_user"))

    @action(description="Sign out everywhere", icon="logout", url_path="sign-out", permissions=["sign_out"])
    def sign_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End every session of a user, on all devices and in the back office."""
        user = self.get_object(request, object_id)
        if user is None or not may_touch(request, user):
            raise Http404

        def perform(_entered: dict[str, Any]) -> tuple[User, str]:
            ended = in_transaction(partial(sign_out_everywhere, user=user, at=timezone.now()))
            return user, f"{user.username} is signed out everywhere; sessions ended: {ended}."

        return form_page(
            request=request,
            model_admin=self,
            instance=user,
            form_class=forms.Form,
            title="Sign out everywhere",
            submit="Sign out",
            facts={"User": user.username, "E-mail": user.email},
            perform=perform,
        )

    def has_reset_second_factor_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Leave this to administrators: whoever knows the password sets up the next app."""
        return is_administrator(request)

    @action(
        description="Reset second factor",
        icon="phonelink_erase",
        url_path="reset-second-factor",
        permissions=["reset_second_factor"],
    )
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take away a member's app and recovery codes, for a reason; one's own is replaced on its own page."""
        user = self.get_object(request, object_id)
        if user is None or user == request.user:
            raise Http404

        def perform(entered: dict[str, Any]) -> tuple[User, str]:
            acting_user = cast("User", request.user)
            reset_second_factor(user=user, acting_user=acting_user, reason=entered["reason"], at=timezone.now())
            return user, f"{user.username} sets up a second factor at the next log-in."

        return form_page(
            request=request,
            model_admin=self,
            instance=user,
            form_class=ResetForm,
            title="Reset second factor",
            submit="Reset",
            facts={"User": user.username, "E-mail": user.email},
            perform=perform,
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or process the form; show it as new if somebody else took a name that was free when it was checked.

        Raises Http404 if the account was erased, or deleted, meanwhile.
        """
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except NoSuchRow as error:
            raise Http404 from error
        except IntegrityError:
            username, email = (request.POST.get(name, "").strip() for name in ("username", "email"))
            email = User.objects.normalize_email(email)
            if not User.objects.taken(username=username, email=email, besides=object_id):
                raise
            messages.error(request, TAKEN_MEANWHILE)
            return HttpResponseRedirect(request.get_full_path())
        return response

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002  # as Django names it
        """Give somebody a password; raises Http404 if the account was erased, or deleted, meanwhile."""
        try:
            response: HttpResponse = super().user_change_password(request, id, form_url)
        except NoSuchRow as error:
            raise Http404 from error
        return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Write a new user, or of one that is there what was changed in the form; raises NoSuchRow."""
        if change:
            form.instance = change_user(user=obj, changes=form.changes(), at=timezone.now())
        else:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save roles and permissions; whose rights have changed is signed out everywhere, and told."""
        super().save_related(request, form, formsets, change)
        if change and set(form.changed_data) & {*RIGHTS, "is_active"}:
            apply_rights(user=form.instance, at=timezone.now())

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type[TabularInline], ...]:
        """Show sessions of users that exist."""
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Read customers; members of staff, for those who may look at them."""
        users: QuerySet[User] = super().get_queryset(request)
        return with_last_use(users if sees_staff(request) else users & User.objects.customers())

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Show the password's field, which has a part of its hash, to those who may set another."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return ((None, {"fields": ("username",)}), *fieldsets[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Keep rights out of the hands of staff who are not administrators."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if is_administrator(request) else fields + RIGHTS

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only administrators change other members of staff: a new password would be a way to become them.

        Nobody changes what is left of an account that was erased.
        """
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or (obj.erased_at is None and (obj == request.user or may_touch(request, obj)))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse: mails, orders and the audit trail name their users, who are disabled or erased instead."""
        return False
