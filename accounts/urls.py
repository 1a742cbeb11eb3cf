"""The URLs of this app, below api/users/."""

from django.urls import path, re_path

from accounts import views
from electroports.addresses import ID_PATTERN
from electroports.routing import ApiRouter

router = ApiRouter()
router.register("me/addresses", views.AddressViewSet, basename="address")

urlpatterns = [
    path("register", views.RegisterView.as_view(), name="register"),
    path("login", views.LoginView.as_view(), name="login"),
    path("login/google", views.GoogleLoginView.as_view(), name="login-google"),
    path("login/apple", views.AppleLoginView.as_view(), name="login-apple"),
    path("login/code", views.PhoneLoginView.as_view(), name="login-code"),
    path("login/code/confirm", views.PhoneLoginConfirmView.as_view(), name="login-code-confirm"),
    path("token/refresh", views.RefreshView.as_view(), name="token-refresh"),
    path("logout", views.LogoutView.as_view(), name="logout"),
    path("me", views.MeView.as_view(), name="me"),
    path("me/sessions", views.SessionsView.as_view(), name="sessions"),
    path("me/sessions/<id>", views.SessionView.as_view(), name="session"),
    path("me/export", views.ExportView.as_view(), name="export"),
    path("me/consents", views.ConsentsView.as_view(), name="consents"),
    path("me/phone", views.MyPhoneView.as_view(), name="my-phone"),
    path("me/phone/confirm", views.MyPhoneConfirmView.as_view(), name="my-phone-confirm"),
    path("me/identities", views.IdentitiesView.as_view(), name="identities"),
    re_path(rf"^me/identities/(?P<id>{ID_PATTERN})$", views.IdentityView.as_view(), name="identity"),
    path("me/password", views.PasswordView.as_view(), name="password"),
    path("me/email", views.EmailView.as_view(), name="email"),
    path("email/verify", views.VerifyEmailView.as_view(), name="verify-email"),
    path("email/verify/resend", views.ResendVerificationView.as_view(), name="resend-verification"),
    path("email/approve", views.ApproveEmailView.as_view(), name="approve-email"),
    path("email/confirm", views.ConfirmEmailView.as_view(), name="confirm-email"),
    path("email/refuse", views.RefuseEmailView.as_view(), name="refuse-email"),
    path("email/undo", views.UndoEmailView.as_view(), name="undo-email"),
    path("password/reset", views.PasswordResetView.as_view(), name="password-reset"),
    path("password/reset/confirm", views.NewPasswordView.as_view(), name="new-password"),
    *router.urls,
]
