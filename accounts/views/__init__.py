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
from accounts.views.identities import AppleLoginView, GoogleLoginView, IdentitiesView, IdentityView
from accounts.views.own_sessions import SessionsView, SessionView
from accounts.views.password_resets import NewPasswordView, PasswordResetView
from accounts.views.passwords import PasswordView
from accounts.views.phone_codes import MyPhoneConfirmView, MyPhoneView, PhoneLoginConfirmView, PhoneLoginView
from accounts.views.privacy import ConsentsView, ExportView
from accounts.views.profile import MeView
from accounts.views.registration import RegisterView
from accounts.views.sessions import LogoutView, RefreshView
from accounts.views.sign_in import LoginView

__all__ = [
    "AddressViewSet",
    "AppleLoginView",
    "ApproveEmailView",
    "ConfirmEmailView",
    "ConsentsView",
    "EmailView",
    "ExportView",
    "GoogleLoginView",
    "IdentitiesView",
    "IdentityView",
    "LoginView",
    "LogoutView",
    "MeView",
    "MyPhoneConfirmView",
    "MyPhoneView",
    "NewPasswordView",
    "PasswordResetView",
    "PasswordView",
    "PhoneLoginConfirmView",
    "PhoneLoginView",
    "RefreshView",
    "RefuseEmailView",
    "RegisterView",
    "ResendVerificationView",
    "SessionView",
    "SessionsView",
    "UndoEmailView",
    "VerifyEmailView",
]
