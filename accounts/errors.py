"""What this app refuses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from electroports.errors import DomainError, FieldError, InvalidInput
from electroports.texts import how_long


class InvalidCredentials(DomainError):
    """No active user has this name and password. Says nothing of which of the three is not so."""

    status = 401
    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__("No account matches these credentials.")


class TooManyAttempts(DomainError):
    """Too much has failed here lately; whether this attempt was right is not even said."""

    status = 429
    code = "too_many_attempts"

    def __init__(self, *, retry_after: timedelta) -> None:
        message = f"Too many attempts have failed. Try again in {how_long(retry_after)}."
        super().__init__(message, retry_after=retry_after)


class TooBusy(DomainError):
    """So many passwords are being hashed already that one more would keep others waiting."""

    status = 429
    code = "too_busy"

    def __init__(self) -> None:
        message = "Too many people are signing in at this moment. Try again in a second."
        super().__init__(message, retry_after=timedelta(seconds=1))


class TokenNotValid(DomainError):
    """A refresh token that is forged, of an ended session, or of a user who may not sign in any more."""

    status = 401
    code = "token_not_valid"

    def __init__(self) -> None:
        super().__init__("The refresh token is not valid.")


class TokenExpired(DomainError):
    """A refresh token that the shop did sign, for a time that is over."""

    status = 401
    code = "token_expired"

    def __init__(self) -> None:
        super().__init__("The refresh token has expired. Log in.")


class TokenReused(DomainError):
    """A refresh token that was already exchanged for a newer one."""

    status = 401
    code = "token_reused"

    def __init__(self) -> None:
        super().__init__("The refresh token has been used before.")


class SignInAgain(DomainError):
    """What only somebody who has just signed in may do: a token that was stolen since does not open it."""

    status = 403
    code = "sign_in_again"

    def __init__(self) -> None:
        super().__init__("Sign in again, and then do this within a few minutes.")


class CookiesOff(InvalidInput):
    """Somebody asks for a cookie where the shop keeps no tokens in cookies."""

    code = "cookies_off"

    def __init__(self) -> None:
        super().__init__("This shop keeps no tokens in cookies: leave the header X-Refresh-Cookie out.")


class OriginNotAllowed(DomainError):
    """A call by cookie from a page that is neither the shop's own nor of an origin that the shop trusts."""

    status = 403
    code = "origin_not_allowed"

    def __init__(self) -> None:
        super().__init__("Calls with a cookie come from pages of the shop alone.")


class LinkNotValid(InvalidInput):
    """A mailed link that is forged, used, replaced or too old; which of these is nobody's business."""

    code = "link_not_valid"

    def __init__(self) -> None:
        message = "This link is not valid any more. Ask for a new one."
        super().__init__(message, errors=[FieldError("token", self.code, message)])


class TooManyMails(DomainError):
    """One more mail of this kind, so soon, would be one too many."""

    status = 429
    code = "too_many_mails"

    def __init__(self, *, retry_after: timedelta, is_to_other: bool = False) -> None:
        message = "We have just written to you. Check your mailbox, or try again later."
        if is_to_other:
            message = "We have just written to this address. Ask them to check their mailbox, or try again later."
        super().__init__(message, retry_after=retry_after)


class SameAddress(InvalidInput):
    """A new e-mail address that is the old one."""

    def __init__(self) -> None:
        message = "This is your address already."
        super().__init__("The request is not valid: email.", errors=[FieldError("email", "unchanged", message)])


class AlreadyTaken(InvalidInput):
    """A user name or e-mail address, in whatever case, that somebody else has."""

    def __init__(self, fields: Iterable[str]) -> None:
        words = {"username": "user name", "email": "e-mail address"}
        errors = [FieldError(name, "unique", f"This {words[name]} is taken.") for name in fields]
        super().__init__("The request is not valid: somebody has this already.", errors=errors)


class TooManyAddresses(DomainError):
    """A customer has as many addresses as anybody may have."""

    code = "too_many_addresses"

    def __init__(self) -> None:
        super().__init__("You have as many addresses as one can have. Delete one that you do not need.")


class DefaultNeeded(InvalidInput):
    """Of a customer's addresses one is always the default."""

    def __init__(self) -> None:
        message = "Make another address the default; this one then no longer is."
        errors = [FieldError("is_default", "default_needed", message)]
        super().__init__("The request is not valid: is_default.", errors=errors)


class WeakPassword(InvalidInput):
    """A new password that a password validator refuses."""


class WrongPassword(InvalidInput):
    """The caller does not know the password that they want to change."""

    def __init__(self, field: str) -> None:
        message = "This is not your password."
        super().__init__(f"The request is not valid: {field}.", errors=[FieldError(field, "invalid_password", message)])


class LastAdministrator(DomainError):
    """Without an administrator nobody could give rights any more."""

    status = 409
    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__("This is the last administrator.")


class StaffAccount(DomainError):
    """What a member of staff did in the shop's name stays theirs: the account has to leave the staff first."""

    status = 409
    code = "staff_account"

    def __init__(self) -> None:
        super().__init__("This account belongs to the staff. An administrator has to take its rights away first.")


class AccountGone(DomainError):
    """The account was disabled, erased or, where that matters, signed out everywhere while the call was under way."""

    status = 401
    code = "not_authenticated"

    def __init__(self) -> None:
        super().__init__("You are no longer signed in.")


class SecondFactorRequired(DomainError):
    """The password is right, and a code of the authenticator app or a recovery code is wanted, too."""

    status = 401
    code = "second_factor_required"

    def __init__(self) -> None:
        super().__init__("Send a code of your authenticator app, or a recovery code, as `otp`.")


class SecondFactorWrong(DomainError):
    """A code that is wrong, too old, or was used before; which of these is nobody's business."""

    status = 401
    code = "second_factor_wrong"

    def __init__(self) -> None:
        super().__init__("This code is not right, or was used before.")


class SecondFactorNotSetUp(DomainError):
    """A member of staff who has no second factor yet."""

    status = 403
    code = "second_factor_not_set_up"

    def __init__(self) -> None:
        super().__init__("Members of staff need a second factor. Set it up in the back office.")


class AlreadyInvited(DomainError):
    """An invitation to this address is open; it can be sent again, or withdrawn."""

    code = "already_invited"

    def __init__(self) -> None:
        message = "This address has an open invitation. Send that one again, or withdraw it."
        super().__init__(message, errors=[FieldError("email", self.code, message)])


class AlreadyStaff(DomainError):
    """Who is to be invited to the staff is of the staff."""

    code = "already_staff"

    def __init__(self) -> None:
        message = "Whoever has this address is a member of staff already."
        super().__init__(message, errors=[FieldError("email", self.code, message)])


class AccountDisabled(DomainError):
    """The account with this address was disabled: it has to be opened again before it can be given rights."""

    code = "account_disabled"

    def __init__(self) -> None:
        message = "The account with this address is disabled."
        super().__init__(message, errors=[FieldError("email", self.code, message)])


class RolesNotYours(DomainError):
    """Rights that whoever wants to give them does not have, or may not give."""

    status = 403
    code = "roles_not_yours"

    def __init__(self) -> None:
        message = "You cannot give rights that you do not have yourself."
        super().__init__(message, errors=[FieldError("roles", self.code, message)])


class InvitationClosed(DomainError):
    """An invitation that was accepted, withdrawn, or sent again by somebody else in this moment."""

    code = "invitation_closed"

    def __init__(self) -> None:
        super().__init__("This invitation is not open any more.")


class AddressNotVerified(DomainError):
    """An account with this address is there, and nobody has shown that the address is theirs."""

    code = "address_not_verified"

    def __init__(self) -> None:
        super().__init__(
            "The shop has an account with this address, and nobody has shown that it is theirs. Ask for a new password "
            "on the shop's page, choose one by the link that is mailed to you, and then open this invitation again."
        )


class ProviderNotEnabled(DomainError):
    """The shop takes no identities of this provider."""

    code = "provider_not_enabled"

    def __init__(self) -> None:
        super().__init__("This shop does not offer sign-in with this provider. Sign in another way.")


class ProviderUnavailable(DomainError):
    """The provider cannot be reached to see whether it signed a token."""

    status = 503
    code = "provider_unavailable"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("The provider cannot be reached. Try again, or sign in another way.", retry_after=retry_after)


class IdentityTokenNotValid(DomainError):
    """An id token that is not by the provider, not for this shop, too old, or used before; which is nobody's matter."""

    status = 401
    code = "identity_token_not_valid"

    def __init__(self) -> None:
        super().__init__("This sign-in is not valid or has expired. Begin it again.")


class IdentityTokenRefused(InvalidInput):
    """An id token that is not valid, in a request by somebody who is signed in."""

    code = "invalid"

    def __init__(self) -> None:
        message = "This sign-in is not valid or has expired. Begin it again."
        super().__init__(message, errors=[FieldError("id_token", "identity_token_not_valid", message)])


class SignInToLink(DomainError):
    """There is an account with the address that a provider names, and the provider's word is not enough for it."""

    code = "sign_in_to_link"

    def __init__(self) -> None:
        super().__init__(
            "There is an account with this e-mail address. Sign in to it the way you have until now, or choose a new "
            "password; then link the two in your profile."
        )


class IdentityTaken(DomainError):
    """The identity signs in to another account."""

    code = "identity_taken"

    def __init__(self) -> None:
        super().__init__("This is already linked to another account.")


class LastWayToSignIn(DomainError):
    """Without it, nobody could sign in to the account any more."""

    code = "last_way_to_sign_in"

    def __init__(self) -> None:
        super().__init__("This is your only way to sign in. Add another one first.")


class CodeNotValid(InvalidInput):
    """A code that is wrong, used, too old, replaced, or tried too often; which of these is nobody's business."""

    code = "code_not_valid"

    def __init__(self) -> None:
        message = "This code is not valid. Look again, or ask for a new one."
        super().__init__(message, errors=[FieldError("code", self.code, message)])


class TooManyCodes(DomainError):
    """More codes than one phone gets in a while."""

    status = 429
    code = "too_many_codes"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("A code was sent to this phone already. Wait a while for another.", retry_after=retry_after)
