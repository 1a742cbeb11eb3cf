"""What accounts, and what the framework keeps beside them, hold of people: the table, and which rows are about whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Cast, Concat

from accounts.models import (
    AccountAnswer,
    AccountMessage,
    Address,
    AuditEntry,
    Consent,
    EmailChange,
    ExternalIdentity,
    FailureCount,
    Invitation,
    Link,
    PhoneCode,
    RecoveryCode,
    SecondFactor,
    Session,
    User,
)
from electroports.history import entries_about
from electroports.idempotency import user_caller
from electroports.personal import Fate, Holding, Impersonal, Person, Rows

COPY = "a copy of what the other rows say, kept for a day"
OWN = "the shop's own"
HIDDEN = "opens the account: nobody is shown it"
STAFF = "a member of staff, or the row of somebody who has left, which names nobody"


def person_of(user: User) -> Person:
    """Return who an account is; e-mail address and phone count once they have been shown to be theirs."""
    email, phone = user.email.lower() if user.email_verified else "", user.phone if user.phone_verified else ""
    return Person(user.pk, email, phone=phone)


def by(model: type[Any], lookup: str) -> Callable[[Person], Rows]:
    """Return the rows of a model that lead to a person's account; a guest has none."""
    return lambda person: model._default_manager.filter(**{lookup: person.user_id or 0})


def links_of(person: Person) -> Rows:
    """The links that were mailed to a person: of their account, or of nobody's to their address.

    Not those of other accounts, though one may have had this address: these are for whoever has to take it back.
    """
    mailed = Q(user=None, email__lower=person.email) if person.email else Q(pk__in=())
    return Link.objects.filter(Q(user=person.user_id or 0) | mailed)


def invitations_of(person: Person) -> Rows:
    """The invitations that were mailed to a person, or accepted by them."""
    mailed = Q(email__lower=person.email) if person.email else Q(pk__in=())
    return Invitation.objects.filter(Q(accepted_by=person.user_id or 0) | mailed)


def invited_roles_of(person: Person) -> Rows:
    """The roles that a person was to get."""
    return Invitation.roles.through._default_manager.filter(invitation__in=invitations_of(person))


def answers_of(person: Person) -> Rows:
    """The stored answers to a person's writes."""
    return AccountAnswer.objects.filter(caller=user_caller(person.user_id or 0))


def messages_of(person: Person) -> Rows:
    """What a person was told of their account, or of nobody's at their address and phone."""
    told = Q(user=None, recipient__lower=person.email) if person.email else Q(pk__in=())
    texted = Q(user=None, recipient=person.phone) if person.phone else Q(pk__in=())
    return AccountMessage.objects.filter(Q(user=person.user_id or 0) | told | texted)


def codes_of(person: Person) -> Rows:
    """The codes that a person asked for; one to sign in is nobody's but by its phone."""
    texted = Q(user=None, phone=person.phone) if person.phone else Q(pk__in=())
    return PhoneCode.objects.filter(Q(user=person.user_id or 0) | texted)


def history_of(person: Person) -> Rows:
    """What staff did to a person's account."""
    return entries_about(User, [person.user_id or 0])


def words(text: str) -> tuple[str, ...]:
    """Return the names in a text."""
    return tuple(text.split())


# In the order in which an erasure goes.
HOLDINGS = (
    Holding(
        "accounts.Session",
        by(Session, "user"),
        Fate.DELETED,
        exported=words(
            "user role method second_factor_at user_agent address created_at last_seen_at rotated_at expires_at "
            "ended_at end_reason"
        ),
        hidden={"id": HIDDEN, "refresh_jti": HIDDEN, "previous_jti": HIDDEN, "password_version": OWN},
    ),
    Holding(
        "accounts.AccountMessage",
        messages_of,
        Fate.DELETED,
        exported=words("id channel recipient status error created_at sent_at kind user facts"),
        hidden={
            "link": HIDDEN,
            **dict.fromkeys(words("attempts next_attempt_at give_up_at claimed_at"), "how far the outbox is"),
        },
    ),
    Holding(
        "accounts.ExternalIdentity",
        by(ExternalIdentity, "user"),
        Fate.DELETED,
        exported=words("id provider subject user email created_at last_used_at"),
    ),
    Holding(
        "accounts.PhoneCode",
        codes_of,
        Fate.DELETED,
        exported=words("purpose user phone created_at expires_at tries used_at voided_at"),
        hidden={"id": HIDDEN},
    ),
    Holding(
        "accounts.Invitation_roles",
        invited_roles_of,
        Fate.DELETED,
        hidden={"id": OWN, "invitation": OWN, "group": OWN},
    ),
    Holding(
        "accounts.Invitation",
        invitations_of,
        Fate.DELETED,
        exported=words("id email is_administrator created_at expires_at accepted_at accepted_by revoked_at"),
        hidden={"link": HIDDEN, "invited_by": STAFF},
    ),
    Holding(
        "accounts.Link",
        links_of,
        Fate.DELETED,
        exported=words("purpose user email created_at expires_at used_at voided_at"),
        hidden={"id": HIDDEN, "password_version": OWN},
    ),
    Holding(
        "accounts.EmailChange",
        by(EmailChange, "user"),
        Fate.DELETED,
        exported=words(
            "user old_email new_email created_at approved_at confirmed_at changed_at withdrawn_at undone_at"
        ),
        hidden={"id": OWN, "approval": HIDDEN, "confirmation": HIDDEN, "undo": HIDDEN},
    ),
    Holding(
        "accounts.FailureCount",
        by(FailureCount, "user"),
        Fate.DELETED,
        exported=words("scope kind user failed_at forgotten_at locked_until told_at"),
        hidden={"id": OWN, "digest": OWN, "version": OWN},
    ),
    Holding(
        "accounts.SecondFactor",
        by(SecondFactor, "user"),
        Fate.DELETED,
        exported=words("user set_up_at"),
        hidden={"secret": HIDDEN, "last_step": HIDDEN},
    ),
    Holding(
        "accounts.RecoveryCode",
        by(RecoveryCode, "user"),
        Fate.DELETED,
        exported=words("user created_at used_at"),
        hidden={"id": OWN, "digest": HIDDEN},
    ),
    Holding(
        "accounts.Address",
        by(Address, "user"),
        Fate.DELETED,
        exported=words("id user recipient phone county town street landmark is_default created_at updated_at"),
    ),
    Holding(
        "accounts.AccountAnswer",
        answers_of,
        Fate.DELETED,
        hidden=dict.fromkeys(words("id caller route key body_digest status body created_at"), COPY),
    ),
    Holding(
        "accounts.Consent",
        by(Consent, "user"),
        Fate.DELETED,
        exported=words("id user channel is_given source wording address created_at"),
    ),
    Holding(
        "accounts.User_groups",
        by(User.groups.through, "user"),
        Fate.DELETED,
        hidden={"id": OWN, "user": OWN, "group": OWN},
    ),
    Holding(
        "accounts.User_user_permissions",
        by(User.user_permissions.through, "user"),
        Fate.DELETED,
        hidden={"id": OWN, "user": OWN, "permission": OWN},
    ),
    Holding(
        "admin.LogEntry",
        history_of,
        Fate.SCRUBBED,
        exported=words("action_time action_flag change_message"),
        hidden={"id": OWN, "user": STAFF, "content_type": OWN, "object_id": OWN, "object_repr": OWN},
        scrubbed={"object_repr": "", "change_message": ""},
        kept={"user": STAFF, "object_id": "the number of a row that names nobody"},
    ),
    Holding(
        "accounts.AuditEntry",
        by(AuditEntry, "person_id"),
        Fate.SCRUBBED,
        exported=words("at action words changes message"),
        hidden={
            **dict.fromkeys(words("user name request_id address"), STAFF),
            **dict.fromkeys(words("id how model object_id person_id"), OWN),
        },
        scrubbed={"words": "", "changes": {}, "message": ""},
        kept={
            **dict.fromkeys(words("user name request_id address"), STAFF),
            "model": OWN,
            "object_id": "the number of a row that names nobody",
        },
    ),
    Holding(
        "accounts.User",
        by(User, "pk"),
        Fate.SCRUBBED,
        exported=words(
            "id username email email_verified_at phone phone_verified_at first_name last_name date_joined last_login "
            "last_used_at unused_warned_at unused_told_at is_active is_staff is_superuser erased_at"
        ),
        hidden={"password": HIDDEN, "password_version": OWN},
        scrubbed={
            # With an @, which no user name has: nobody can have taken it.
            "username": Concat(Value("erased@"), Cast("pk", TextField())),
            "email": "",
            "email_verified_at": None,
            "phone": "",
            "phone_verified_at": None,
            "first_name": "",
            "last_name": "",
            "password": "!",
            "last_login": None,
            "last_used_at": None,
            "unused_warned_at": None,
            "unused_told_at": None,
            "is_active": False,
            # Once: nobody signs in to it any more, and an erasure that is done again changes nothing.
            "password_version": F("password_version") + Case(When(erased_at=None, then=1), default=0),
        },
    ),
)

IMPERSONAL = (
    Impersonal("accounts.PhoneCodeCount", "key", "a keyed digest of a phone, for a day at most"),
    Impersonal("accounts.SpentIdentityToken", "digest", "a digest of a token, for as long as that is good"),
    Impersonal("auth.Group", "name"),
    Impersonal("auth.Group_permissions"),
    Impersonal("auth.Permission", "name codename"),
    Impersonal("contenttypes.ContentType", "app_label model"),
    Impersonal("sessions.Session", "session_key session_data", "the back office alone, whose staff are not erased"),
    Impersonal("django_q.OrmQ", "key payload", "jobs are told ids of rows and names of files, never what is in them"),
    Impersonal("django_q.Schedule", "name func hook args kwargs cron task cluster intended_date_kwarg"),
    Impersonal(
        "django_q.Task", "id name func hook args kwargs result group cluster", "as of OrmQ; errors are forgotten"
    ),
    Impersonal("django_q.Success", "id name func hook args kwargs result group cluster", "Task"),
    Impersonal("django_q.Failure", "id name func hook args kwargs result group cluster", "Task"),
)
