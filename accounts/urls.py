"""The URLs of this app."""

from django.urls import path, re_path

from accounts import views
from electroports.addresses import ID_PATTERN
from electroports.routing import ApiRouter

router = ApiRouter()
router.register("users/me/addresses", views.AddressViewSet, basename="address")

urlpatterns = [
    path("users/register", views.RegisterView.as_view(), name="register"),
    path("users/login", views.LoginView.as_view(), name="login"),
    path("users/login/google", views.GoogleLoginView.as_view(), name="login-google"),
    path("users/login/apple", views.AppleLoginView.as_view(), name="login-apple"),
    path("users/login/code", views.PhoneLoginView.as_view(), name="login-code"),
    path("users/login/code/confirm", views.PhoneLoginConfirmView.as_view(), name="login-code-confirm"),
    path("users/token/refresh", views.RefreshView.as_view(), name="token-refresh"),
    path("users/logout", views.LogoutView.as_view(), name="logout"),
    path("users/me", views.MeView.as_view(), name="me"),
    path("users/me/sessions", views.SessionsView.as_view(), name="sessions"),
    path("users/me/sessions/<id>", views.SessionView.as_view(), name="session"),
    path("users/me/export", views.ExportView.as_view(), name="export"),
    path("users/me/consents", views.ConsentsView.as_view(), name="consents"),
    path("users/me/phone", views.MyPhoneView.as_view(), name="my-phone"),
    path("users/me/phone/confirm", views.MyPhoneConfirmView.as_view(), name="my-phone-confirm"),
    path("users/me/identities", views.IdentitiesView.as_view(), name="identities"),
    re_path(rf"^users/me/identities/(?P<id>{ID_PATTERN})$", views.IdentityView.as_view(), name="identity"),
    path("users/me/password", views.PasswordView.as_view(), name="password"),
    path("users/me/email", views.EmailView.as_view(), name="email"),
    path("users/email/verify", views.VerifyEmailView.as_view(), name="verify-email"),
    path("users/email/verify/resend", views.ResendVerificationView.as_view(), name="resend-verification"),
    path("users/email/approve", views.ApproveEmailView.as_view(), name="approve-email"),
    path("users/email/confirm", views.ConfirmEmailView.as_view(), name="confirm-email"),
    path("users/email/refuse", views.RefuseEmailView.as_view(), name="refuse-email"),
    path("users/email/undo", views.UndoEmailView.as_view(), name="undo-email"),
    path("users/password/reset", views.PasswordResetView.as_view(), name="password-reset"),
    path("users/password/reset/confirm", views.NewPasswordView.as_view(), name="new-password"),
    *router.urls,
]
