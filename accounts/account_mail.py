"""The e-mail that tells somebody of an account."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.account_words import link_url, words_for
from accounts.links import link_token
from accounts.models import AccountMessage
from electroports.outbox import message_id


def account_mail(message: AccountMessage) -> EmailMultiAlternatives:
    """Return the e-mail of a message, as text and as HTML. The token of its link is made here, and kept nowhere.

    It greets by name only where the address is known to be the user's: whoever registers with a stranger's address
    chooses the name that would be in the stranger's mail.
    """
    words, user, link = words_for(message), message.user, message.link
    is_theirs = user is not None and user.email_verified and user.email == message.recipient
    token = link_token(link) if link is not None and words.button else ""
    context = {
        "subject": words.subject,
        "name": user.first_name if user is not None and is_theirs else "",
        "paragraphs": [paragraph for paragraph in words.paragraphs if paragraph],
        "button": words.button,
        "url": link_url(link, token) if link is not None and token else "",
        "token": token,
        "shop": settings.SHOP_NAME,
        "phone": settings.SHOP_PHONE,
    }
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=render_to_string("emails/account.txt", context),
        to=[message.recipient],
        headers={"Message-ID": message_id(f"account-message-{message.pk}")},
    )
    mail.attach_alternative(render_to_string("emails/account.html", context), "text/html")
    return mail
