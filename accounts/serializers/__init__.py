"""What users send and what they get."""

from accounts.serializers.addresses import (
    ChangeAddressInput,
    SavedAddressInput,
    SavedAddressPageSerializer,
    SavedAddressSerializer,
    address_shape,
)
from accounts.serializers.emails import (
    EmailChangeInput,
    EmailStateSerializer,
    EmailStepSerializer,
    MailedTokenInput,
    NewPasswordInput,
    PasswordResetInput,
)
from accounts.serializers.identities import (
    AppleInput,
    ExternalIdentitySerializer,
    GoogleInput,
    LinkIdentityInput,
    WaysInSerializer,
)
from accounts.serializers.phone_codes import CodeInput, PhoneCodeInput, PhoneInput
from accounts.serializers.privacy import ConsentsInput, ConsentsSerializer, PersonalDataSerializer
from accounts.serializers.sessions import SessionPageSerializer, SessionSerializer
from accounts.serializers.sign_in import (
    LoginByEmailInput,
    LoginByUsernameInput,
    RefreshByCookieInput,
    RefreshInput,
    RegisterInput,
    SignedInSerializer,
    TokenPairSerializer,
    signed_in_shape,
)
from accounts.serializers.users import PasswordInput, ProfileInput, UserSerializer, user_shape

__all__ = [
    "AppleInput",
    "ChangeAddressInput",
    "CodeInput",
    "ConsentsInput",
    "ConsentsSerializer",
    "EmailChangeInput",
    "EmailStateSerializer",
    "EmailStepSerializer",
    "ExternalIdentitySerializer",
    "GoogleInput",
    "LinkIdentityInput",
    "LoginByEmailInput",
    "LoginByUsernameInput",
    "MailedTokenInput",
    "NewPasswordInput",
    "PasswordInput",
    "PasswordResetInput",
    "PersonalDataSerializer",
    "PhoneCodeInput",
    "PhoneInput",
    "ProfileInput",
    "RefreshByCookieInput",
    "RefreshInput",
    "RegisterInput",
    "SavedAddressInput",
    "SavedAddressPageSerializer",
    "SavedAddressSerializer",
    "SessionPageSerializer",
    "SessionSerializer",
    "SignedInSerializer",
    "TokenPairSerializer",
    "UserSerializer",
    "WaysInSerializer",
    "address_shape",
    "signed_in_shape",
    "user_shape",
]
