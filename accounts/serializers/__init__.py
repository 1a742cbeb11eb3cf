"""What users send and what they get."""

from accounts.serializers.sign_in import (
    LoginByEmailInput,
    LoginByUsernameInput,
    RefreshInput,
    RegisterInput,
    SignedInSerializer,
    TokenPairSerializer,
    signed_in_shape,
)
from accounts.serializers.users import PasswordInput, ProfileInput, UserSerializer, user_shape

__all__ = [
    "LoginByEmailInput",
    "LoginByUsernameInput",
    "PasswordInput",
    "ProfileInput",
    "RefreshInput",
    "RegisterInput",
    "SignedInSerializer",
    "TokenPairSerializer",
    "UserSerializer",
    "signed_in_shape",
    "user_shape",
]
