"""The forms of the second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget


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
