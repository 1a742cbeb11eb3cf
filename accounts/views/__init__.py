"""The user's calls."""

from accounts.views.addresses import AddressViewSet
from accounts.views.emails import (
    ApproveEmailView,
    ConfirmEmailView,
    EmailView,
    RefuseEmailView,
    ResendVerificationView,
    UndoEmailView,
    VerifyEmailView,
)
from accounts.views.own_sessions import SessionsView, SessionView
from accounts.views.password_resets import NewPasswordView, PasswordResetView
from accounts.views.passwords import PasswordView
from accounts.views.privacy import ConsentsView, ExportView
from accounts.views.profile import MeView
from accounts.views.registration import RegisterView
from accounts.views.sessions import LogoutView, RefreshView
from accounts.views.sign_in import LoginView

__all__ = [
    "AddressViewSet",
    "ApproveEmailView",
    "ConfirmEmailView",
    "ConsentsView",
    "EmailView",
    "ExportView",
    "LoginView",
    "LogoutView",
    "MeView",
    "NewPasswordView",
    "PasswordResetView",
    "PasswordView",
    "RefreshView",
    "RefuseEmailView",
    "RegisterView",
    "ResendVerificationView",
    "SessionView",
    "SessionsView",
    "UndoEmailView",
    "VerifyEmailView",
]
