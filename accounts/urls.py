"""The URLs of this app."""

from django.urls import path

from accounts import views
from electroports.routing import ApiRouter

router = ApiRouter()
router.register("users/me/addresses", views.AddressViewSet, basename="address")

urlpatterns = [
    path("users/register", views.RegisterView.as_view(), name="register"),
    path("users/login", views.LoginView.as_view(), name="login"),
    path("users/token/refresh", views.RefreshView.as_view(), name="token-refresh"),
    path("users/logout", views.LogoutView.as_view(), name="logout"),
    path("users/me", views.MeView.as_view(), name="me"),
    path("users/me/sessions", views.SessionsView.as_view(), name="sessions"),
    path("users/me/sessions/<str:id>", views.SessionView.as_view(), name="session"),
    path("users/me/export", views.ExportView.as_view(), name="export"),
    path("users/me/consents", views.ConsentsView.as_view(), name="consents"),
    path("users/me/password", views.PasswordView.as_view(), name="password"),
    *router.urls,
]
