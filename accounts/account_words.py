"""What people are told of their accounts, in words: one function for each kind of message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from accounts.models import AccountMessage, Link, PhoneCode, User
from accounts.models.messages import MessageKind
from accounts.phone_codes import digits_of
from accounts.uses import NOTICE
from electroports.sms import LENGTH as SMS_LENGTH
from electroports.sms import gsm_text

# Where links lead: the frontend's pages, with the token in the fragment. That stays in the browser: no server has it in
# its log, and no Referer tells it to the next.
PAGES: dict[str, str] = {
    Link.Purpose.VERIFY_EMAIL: "/account/verify-email",
    Link.Purpose.RESET_PASSWORD: "/account/reset-password",
    Link.Purpose.APPROVE_EMAIL: "/account/approve-email",
    Link.Purpose.CONFIRM_EMAIL: "/account/confirm-email",
    Link.Purpose.UNDO_EMAIL: "/account/undo-email",
    Link.Purpose.INVITATION: "/admin/invitation/",  # of this service, not of the frontend
}
EMAIL_CHANGED = "The e-mail address of your account was changed"
NOT_YOU = "If this was not you, choose a new password at once, and tell us."
# A new password alone leaves a phone or an account elsewhere that signs in where it is.
NOT_YOURS = (
    "If this was not you, somebody else is in your account. Do two things now: remove what is not yours from your "
    "profile, and choose a new password. Then tell us."
)


class Words(NamedTuple):
    """A message: subject, paragraphs, the button of its link if it has one, and what a phone shows."""

    subject: str
    paragraphs: list[str]
    button: str = ""
    sms: str = ""
    ending: str = ""  # a last line of the SMS, for machines: it is never cut


def words_for(message: AccountMessage) -> Words:
    """Return the words of a message. The SMS begins with the shop's name and is one message long."""
    words = WORDS[MessageKind(message.kind)](message)
    sms = gsm_text(f"{settings.SHOP_NAME}: {words.sms or words.subject}")
    return words._replace(sms=sms[: SMS_LENGTH - len(words.ending)] + words.ending)


def link_url(link: Link, token: str) -> str:
    """Return the page that takes the token of a link: the frontend's, nothing where there is none, or our own."""
    if link.purpose == Link.Purpose.INVITATION:
        return f"{settings.PUBLIC_URL}{PAGES[link.purpose]}#token={token}"
    return f"{settings.SHOP_URL}{PAGES[link.purpose]}#token={token}" if settings.SHOP_URL else ""


def shown_moment(moment: datetime) -> str:
    """Return a moment as people in the shop's time zone write it: `14:30 on 27 November`."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return f"{local:%H:%M} on {local.day} {local:%B}"


def shown_day(moment: datetime) -> str:
    """Return the day of a moment as people in the shop's time zone write it: `27 November 2026`."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return f"{local.day} {local:%B %Y}"


def _until(message: AccountMessage) -> str:
    return f"It can be used once, until {shown_moment(message.link.expires_at)}." if message.link else ""


def _when(message: AccountMessage) -> str:
    """Return when it happened and, where that is known, on which device."""
    device = str(message.facts.get("device", ""))
    return shown_moment(message.created_at) + (f", on this device: {device}" if device else "")


def _verify_email(message: AccountMessage) -> Words:
    return Words(
        "Is this your e-mail address?",
        [
            f"somebody registered at {settings.SHOP_NAME} with this address. If that was you, please confirm it.",
            _until(message),
            (
                "If it was not you, do nothing: without your confirmation the address counts as nobody's. With it, "
                "whoever registered would see what you ordered here as a guest."
            ),
        ],
        button="Confirm this address",
    )


def _reset_password(message: AccountMessage) -> Words:
    return Words(
        "A new password",
        [
            "somebody asked for a new password for the account with this address. If that was you, choose one.",
            f"{_until(message)} You will be signed out on all devices.",
            "If it was not you, do nothing. Your password stays as it is.",
        ],
        button="Choose a new password",
    )


def _password_changed(message: AccountMessage) -> Words:
    return Words(
        "Your password was changed",
        [
            f"the password of your account was changed at {_when(message)}. All other devices were signed out.",
            "If this was not you, ask for a new password at once, and tell us.",
        ],
        sms="your password was changed. If this was not you, ask for a new one and tell us.",
    )


def _approve_email(message: AccountMessage) -> Words:
    return Words(
        "Another e-mail address for your account?",
        [
            f"somebody who is signed in to your account wants its address to be {message.facts.get('new_email', '')}.",
            f"If this was you, agree to it here. {_until(message)}",
            (
                "If this was not you, do not agree, and choose a new password: somebody else is in your account. "
                "You can also withdraw the change on the same page."
            ),
        ],
        button="Agree, or withdraw",
    )


def is_address_taken(message: AccountMessage) -> bool:
    """Tell whether the address of a message has an account already, which its owner may know and nobody else.

    Asked when the message is sent, so that the request that it comes from does the same for every address.
    """
    return User.objects.with_email(message.recipient).exists()


def _confirm_email(message: AccountMessage) -> Words:
    if is_address_taken(message):
        return Words(
            "This address has an account already",
            [
                (
                    f"somebody wanted to give this address to another account at {settings.SHOP_NAME}. It has one "
                    "already, so nothing was changed."
                ),
                "If that was you, sign in with this address. If you do not know the password, ask for a new one.",
            ],
        )
    return Words(
        "Confirm your new e-mail address",
        [
            (
                f"somebody wants this to be the address of their account at {settings.SHOP_NAME}. If that was you, "
                "please confirm it."
            ),
            _until(message),
            "If it was not you, do nothing.",
        ],
        button="Confirm this address",
    )


def _email_changed(message: AccountMessage) -> Words:
    if message.link is None and "by_staff" in message.facts:
        who = (
            f"somebody of our staff gave your account another address at {_when(message)}. This one no longer opens it."
        )
        return Words(EMAIL_CHANGED, [who, "If you did not ask for this, tell us at once."])
    if message.link is None:
        return Words(EMAIL_CHANGED, ["this address no longer belongs to an account of ours."])
    return Words(
        EMAIL_CHANGED,
        [
            f"the address of your account was changed to {message.facts.get('new_email', '')} at {_when(message)}.",
            (
                "If this was not you, take your address back here: everybody is signed out then, and you choose a new "
                f"password. {_until(message)}"
            ),
        ],
        button="Take this address back",
    )


def _email_restored(_message: AccountMessage) -> Words:
    return Words(
        "Your address was restored",
        [
            "the address of your account is this one again, and everybody was signed out.",
            "Choose a new password now: ask for one on the page where you sign in.",
        ],
    )


def _plain(subject: str, sentence: str, *, notice: str = NOT_YOU) -> Callable[[AccountMessage], Words]:
    """Return the words of a message that has a single fact to tell: what happened, and when."""

    def words(message: AccountMessage) -> Words:
        return Words(subject, [sentence.format(when=_when(message), **message.facts), notice])

    return words


def _rights_changed(message: AccountMessage) -> Words:
    paragraphs = [f"what you may do was changed at {_when(message)}."]
    if "other_ways" in message.facts:
        paragraphs.append(
            "Your password alone signs in from now on: a phone and accounts elsewhere, such as Google's, were taken "
            "from your account. Add those that are yours again in your profile."
        )
    return Words("Your rights were changed", [*paragraphs, NOT_YOU])


def _invitation(message: AccountMessage) -> Words:
    return Words(
        f"Join the staff of {settings.SHOP_NAME}",
        [
            (
                f"you are invited to join the staff of {settings.SHOP_NAME}. Say who you are, sign in to the back "
                "office, and set up your second factor."
            ),
            _until(message),
            "If you do not know what this is about, do nothing: nobody joins the staff without accepting.",
        ],
        button="Accept the invitation",
    )


def code_of(message: AccountMessage) -> PhoneCode | None:
    """Return the code that a message is to tell, if it is there."""
    return PhoneCode.objects.filter(pk=message.facts["code"]).first() if "code" in message.facts else None


def _code(subject: str, sentence: str) -> Callable[[AccountMessage], Words]:
    """Return the words of a code to a phone, which is made here, and kept nowhere.

    The last line tells the browser which site the code is for: it fills it in there and nowhere else
    (https://wicg.github.io/sms-one-time-codes/).
    """

    def words(message: AccountMessage) -> Words:
        code = code_of(message)
        if code is None:
            return Words(subject, ["the code is not good any more. Ask for a new one."])
        site, digits = urlsplit(settings.SHOP_URL or settings.PUBLIC_URL).hostname, digits_of(code)
        return Words(subject, [], sms=f"{digits} {sentence}", ending=f"\n\n@{site} #{digits}")

    return words


def _identity_linked(message: AccountMessage) -> Words:
    provider = message.facts.get("provider", "another account")
    return Words(
        "A new way to sign in",
        [f"you can now sign in to your account with {provider}. This was added at {_when(message)}.", NOT_YOURS],
    )


def _identity_unlinked(message: AccountMessage) -> Words:
    provider = message.facts.get("provider", "another account")
    return Words(
        "A way to sign in was removed",
        [f"you can no longer sign in to your account with {provider}. This was removed at {_when(message)}.", NOT_YOU],
    )


def _account_unused(message: AccountMessage) -> Words:
    unused, closes_on = message.facts.get("unused_for", "long"), shown_day(message.created_at + NOTICE)
    where = f" at {settings.SHOP_URL}" if settings.SHOP_URL else ""
    return Words(
        "Do you still want your account?",
        [
            (
                f"nobody has used your account at {settings.SHOP_NAME} for {unused}. If nobody signs in before "
                f"{closes_on}, we close it, and delete what we hold about you, but for what the law has us keep."
            ),
            f"To keep it, sign in before that day{where}, as you always did. Nothing else is needed.",
            "If you do not want it any more, or do not know of it, do nothing.",
        ],
    )


def _account_erased(message: AccountMessage) -> Words:
    unused = message.facts.get("unused_for", "")
    why = f", as nobody had used it for {unused}" if unused else ""
    return Words(
        "Your account was closed",
        [
            (
                f"your account was closed at {_when(message)}{why}, and what we held about you was deleted, but for "
                "what the law has us keep."
            ),
            "You are welcome to open another one." if unused else "If this was not you, tell us at once.",
        ],
    )


WORDS: dict[MessageKind, Callable[[AccountMessage], Words]] = {
    MessageKind.VERIFY_EMAIL: _verify_email,
    MessageKind.RESET_PASSWORD: _reset_password,
    MessageKind.PASSWORD_CHANGED: _password_changed,
    MessageKind.APPROVE_EMAIL: _approve_email,
    MessageKind.CONFIRM_EMAIL: _confirm_email,
    MessageKind.EMAIL_CHANGED: _email_changed,
    MessageKind.EMAIL_RESTORED: _email_restored,
    MessageKind.INVITATION: _invitation,
    MessageKind.TOKEN_REUSED: _plain(
        "We ended a session",
        "something that only your device should know came to us twice, at {when}. To be safe we ended that session.",
        notice="Please sign in again. If that happens often, choose a new password.",
    ),
    MessageKind.LOCKED_OUT: _plain(
        "Signing in was stopped for a while",
        "there were many attempts to sign in to your account, the last at {when}. We stopped them for a while.",
        notice="If this was not you, you need to do nothing. If you have forgotten your password, ask for a new one.",
    ),
    MessageKind.SECOND_FACTOR_CHANGED: _plain(
        "Your second factor was changed", "the second factor of your account was changed at {when}."
    ),
    MessageKind.RECOVERY_CODE_USED: _plain(
        "A recovery code was used", "somebody signed in to your account with a recovery code at {when}."
    ),
    MessageKind.RECOVERY_CODES_MADE: _plain(
        "New recovery codes",
        "new recovery codes were made for your account at {when}. Those that you had before are not good any more.",
    ),
    MessageKind.RIGHTS_CHANGED: _rights_changed,
    MessageKind.SIGN_IN_CODE: _code("Code to sign in", "is your code to sign in. Give it to nobody."),
    MessageKind.PHONE_CODE: _code("Code for your phone", "is the code for your phone. Give it to nobody."),
    MessageKind.PHONE_CHANGED: _plain(
        "Your phone number was changed",
        "the phone number of your account was changed at {when}. Codes to it sign in.",
        notice=NOT_YOURS,
    ),
    MessageKind.PHONE_REMOVED: _plain(
        "Your phone number was removed",
        "your phone number was removed from your account at {when}, because somebody else has shown that it is theirs. "
        "You can no longer sign in with it.",
        notice="If the number is still yours, show that again in your profile, and tell us.",
    ),
    MessageKind.PHONE_GIVEN_UP: _plain(
        "A way to sign in was removed",
        "the phone number of your account was changed or taken away at {when}. You can no longer sign in with a code "
        "to the number before.",
    ),
    MessageKind.IDENTITY_LINKED: _identity_linked,
    MessageKind.IDENTITY_UNLINKED: _identity_unlinked,
    MessageKind.ACCOUNT_UNUSED: _account_unused,
    MessageKind.ACCOUNT_ERASED: _account_erased,
}
