"""The forms of the second factor, and of invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from accounts.serializers.fields import MAX_PASSWORD_LENGTH
from electroports.texts import refuse_unseen


class CodeField(forms.CharField):
    """A code, typed or put in by the browser; it is not kept by it."""

    def __init__(self, *, is_digits: bool = False, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        if is_digits:
            attributes["inputmode"] = "numeric"
        super().__init__(max_length=40, widget=UnfoldAdminTextInputWidget(attrs=attributes), **kwargs)


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    otp = CodeField(label="Code", help_text="The six digits that your authenticator app shows, or a recovery code.")


class SetUpForm(forms.Form):
    """The first code of a new app."""

    code = CodeField(label="Code", is_digits=True, help_text="The six digits that the app shows now.")


class ReplaceForm(SetUpForm):
    """The first code of a new app, and a code of the old one."""

    otp = CodeField(label="Code of the old app", help_text="Or a recovery code.")


class TokenForm(forms.Form):
    """What the mailed address of an invitation has after `#token=`; the page fills it in by itself."""

    token = forms.CharField(
        label="Code of the invitation",
        max_length=200,
        help_text="What stands after “token=” in the link that was mailed to you.",
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )


class JoinForm(forms.Form):
    """Who a new member of staff is."""

    first_name = forms.CharField(max_length=150, validators=[refuse_unseen], widget=UnfoldAdminTextInputWidget)
    last_name = forms.CharField(max_length=150, validators=[refuse_unseen], widget=UnfoldAdminTextInputWidget)
    username = forms.CharField(
        label="User name",
        max_length=150,
        validators=User._meta.get_field("username").validators,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "username", "autocapitalize": "off"}),
    )
    password = forms.CharField(
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="At least eight characters. A few words that do not belong together are best.",
    )
    again = forms.CharField(
        label="Password, once more",
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that are not the same."""
        cleaned = super().clean() or self.cleaned_data
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", forms.ValidationError("The two passwords differ.", code="password_mismatch"))
        return cleaned


class OwnPasswordForm(forms.Form):
    """The password of the account that one has as a customer."""

    password = forms.CharField(
        label="Password of your account",
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
        help_text="If you do not know it, ask for a new one on the shop's page, and then open the invitation again.",
    )
