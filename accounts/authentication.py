"""Who is calling: access tokens bound to a live session, and sign-in by user name or e-mail."""


from django.contrib.auth.backends import ModelBackend
from rest_framework_simplejwt.authentication import JWTAuthentication


class SessionJWTAuthentication(JWTAuthentication):
    """Bearer tokens."""


class UsernameOrEmailBackend(ModelBackend):
    """Sign-in."""
