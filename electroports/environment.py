"""Every environment variable, declared once: its type, and a default that is safe."""

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

ENV: dict[str, tuple[Any, Any]] = {
    "DEBUG": (bool, False),
    "SECRET_KEY": (str, ""),
    "SECRET_KEY_FALLBACKS": (list, []),
    "ALLOWED_HOSTS": (list, []),
    "DATABASE_URL": (str, f"sqlite:///{BASE_DIR / 'db.sqlite3'}"),
    "DATABASE_LISTEN_URL": (str, ""),
    "CONN_MAX_AGE": (int, 60),
    "REDIS_URL": (str, ""),
    "S3_BUCKET": (str, ""),
    "S3_ACCESS_KEY_ID": (str, ""),
    "S3_SECRET_ACCESS_KEY": (str, ""),
    "S3_ENDPOINT_URL": (str, ""),
    "S3_REGION": (str, ""),
    "S3_PUBLIC_DOMAIN": (str, ""),
    "MEDIA_ROOT": (str, str(BASE_DIR / "media")),
    "EMAIL_URL": (str, "consolemail://"),
    "PUBLIC_URL": (str, ""),
    "SHOP_URL": (str, ""),
    "DEFAULT_FROM_EMAIL": (str, "ElectroPorts & Pins <shop@localhost>"),
    "SHOP_NAME": (str, "ElectroPorts & Pins"),
    "SHOP_PHONE": (str, ""),
    "SHOP_ADDRESS": (str, ""),
    "SMS_BACKEND": (str, "electroports.sms.ConsoleBackend"),
    "SMS_URL": (str, "https://api.africastalking.com/version1/messaging"),
    "SMS_USERNAME": (str, ""),
    "SMS_API_KEY": (str, ""),
    "SMS_SENDER": (str, ""),
    "SENTRY_DSN": (str, ""),
    "CORS_ALLOWED_ORIGINS": (list, []),
    "CSRF_TRUSTED_ORIGINS": (list, []),
    "TRUSTED_PROXIES": (int, 0),
    "SECURE_SSL_REDIRECT": (bool, True),
    "LOG_LEVEL": (str, "INFO"),
    "LOG_FORMAT": (str, "json"),
    "ACCESS_TOKEN_MINUTES": (int, 15),
    "REFRESH_TOKEN_DAYS": (int, 30),
    "SESSION_DAYS": (int, 180),
    "STAFF_SESSION_HOURS": (int, 12),
    "STAFF_IDLE_MINUTES": (int, 30),
    "STAFF_SECOND_FACTOR": (bool, True),
    "INVITATION_HOURS": (int, 72),
    "RECENT_SIGN_IN_MINUTES": (int, 15),
    "LOCKOUT_ACCOUNT_FAILURES": (int, 5),
    "LOCKOUT_ADDRESS_FAILURES": (int, 50),
    "LOCKOUT_LONGEST_MINUTES": (int, 15),
    "KNOWN_DEVICE_DAYS": (int, 90),
    "SESSIONS_PER_USER": (int, 50),
    "REFRESH_REUSE_SECONDS": (int, 30),
    "REFRESH_COOKIE": (str, ""),
    "EMAIL_LINK_HOURS": (int, 24),
    "EMAIL_UNDO_DAYS": (int, 7),
    "PASSWORD_RESET_MINUTES": (int, 60),
    "HASHES_AT_ONCE": (int, 1),
    "HASH_WAIT_MS": (int, 250),
    "WEB_THREADS": (int, 2),
    "GOOGLE_CLIENT_IDS": (list, []),
    "GOOGLE_ISSUERS": (list, ["https://accounts.google.com", "accounts.google.com"]),
    "GOOGLE_KEYS_URL": (str, "https://www.googleapis.com/oauth2/v3/certs"),
    "APPLE_CLIENT_IDS": (list, []),
    "APPLE_ISSUERS": (list, ["https://appleid.apple.com"]),
    "APPLE_KEYS_URL": (str, "https://appleid.apple.com/auth/keys"),
    "PHONE_SIGN_UP": (bool, True),
    "PHONE_CODE_PREFIXES": (list, ["+2547", "+2541"]),
    "PHONE_CODES_PER_DAY": (int, 1000),
    "THROTTLE_LOGIN": (str, "20/min"),
    "THROTTLE_CODES": (str, "60/hour"),
    "THROTTLE_REGISTER": (str, "20/hour"),
    "THROTTLE_MAIL": (str, "20/hour"),
    "THROTTLE_TOKEN": (str, "60/min"),
    "THROTTLE_ORDERS": (str, "60/min"),
    "THROTTLE_PAYMENTS": (str, "30/min"),
    "THROTTLE_DOCUMENTS": (str, "30/min"),
    "THROTTLE_CART": (str, "240/min"),
    "THROTTLE_REVIEWS": (str, "30/min"),
    "THROTTLE_NOTICES": (str, "30/min"),
    "THROTTLE_PRIVACY": (str, "20/hour"),
    "THROTTLE_DEFAULT": (str, "600/min"),
    "JOBS_INLINE": (bool, False),
    "JOB_WORKERS": (int, 2),
    "HOT_CACHE_MB": (int, 16),
    "CARD_CACHE_MB": (int, 128),
    "SEARCH_CACHE_MB": (int, 24),
    "CURRENCY": (str, "KES"),
    "VAT_REGISTERED": (bool, True),
    "VAT_PERCENT": (Decimal, Decimal(16)),
    "TOTAL_ROUNDING": (Decimal, Decimal("1.00")),
    "LOW_STOCK_THRESHOLD": (int, 5),
    "DEFAULT_SHIPPING_GRAMS": (int, 500),
    "ORDER_HOLD_MINUTES": (int, 30),
    "DELIVERY_REQUIRED": (bool, False),
    "PAYMENT_PROVIDERS": (list, []),
    "CASH_ON_DELIVERY_MAX": (Decimal, Decimal(50_000)),
    "CASH_ON_DELIVERY_COUNTIES": (list, []),
    "MPESA_CONSUMER_KEY": (str, ""),
    "MPESA_CONSUMER_SECRET": (str, ""),
    "MPESA_SHORTCODE": (str, ""),
    "MPESA_TILL": (str, ""),
    "MPESA_PASSKEY": (str, ""),
    "MPESA_BASE_URL": (str, "https://sandbox.safaricom.co.ke"),
    "MPESA_INITIATOR": (str, ""),
    "MPESA_SECURITY_CREDENTIAL": (str, ""),
    "MPESA_MAX_AMOUNT": (Decimal, Decimal(250_000)),
    "MPESA_DEPOSIT_TOKEN": (str, ""),
    "MPESA_ALLOWED_IPS": (list, []),
    "STRIPE_SECRET_KEY": (str, ""),
    "STRIPE_PUBLISHABLE_KEY": (str, ""),
    "STRIPE_WEBHOOK_SECRETS": (list, []),
    "STRIPE_API_BASE": (str, ""),
    "ORDER_MAX_LINES": (int, 100),
    "ORDER_MAX_QUANTITY": (int, 1000),
    "CART_GUEST_DAYS": (int, 30),
    "AUDIT_KEEP_DAYS": (int, 1830),
    "ACCOUNT_MESSAGE_DAYS": (int, 30),
    "ORDER_MESSAGE_DAYS": (int, 90),
    "PROVIDER_MESSAGE_DAYS": (int, 400),
    "JOB_RESULT_DAYS": (int, 30),
    "CONSENT_YEARS": (int, 6),
    "GUEST_DATA_YEARS": (int, 6),
    "UNUSED_ACCOUNT_YEARS": (int, 0),
}

environ.Env.EMAIL_SCHEMES["consolemail"] = "electroports.console_mail.ReadableConsoleBackend"  # Django's prints base64

TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
RATE = re.compile(r"[0-9]+/(s|sec|second|m|min|minute|h|hour|d|day)")


class Environment(environ.Env):
    """Reads the variables. What is not of its declared type stops the start: by name, and with what is right.

    django-environ by itself takes every word that it does not know for False, so that a slip would switch a guard off.
    """

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """Return the value of a variable, the default if it is not set or, for a number or a choice, empty.

        Raises ImproperlyConfigured.
        """
        kind, usual = self.scheme[var]
        text = str(self.ENVIRON.get(var, "")).strip()
        if kind in READERS:
            return READERS[kind](var, text) if text else (usual if default is self.NOTSET else default)
        return super().get_value(var, cast, default, parse_default)

    def rates(self) -> dict[str, str | None]:
        """Return the throttles' rates by scope, None where a variable is empty; raises ImproperlyConfigured."""
        return {
            name.removeprefix("THROTTLE_").lower(): read_rate(name, self(name))
            for name in self.scheme
            if name.startswith("THROTTLE_")
        }

    def email(self) -> dict[str, Any]:
        """Return Django's settings for the mail server; raises ImproperlyConfigured."""
        try:
            config: dict[str, Any] = self.email_url_config(self("EMAIL_URL"))
        except (ImproperlyConfigured, ValueError, KeyError) as error:
            raise ImproperlyConfigured(
                "EMAIL_URL is not the address of a mail server, such as smtp+tls://user:password@mail.example.com:587."
            ) from error
        return config


def read_choice(name: str, text: str) -> bool:
    """Return what a word of yes or no says; raises ImproperlyConfigured for any other."""
    if text.lower() not in TRUE + FALSE:
        raise ImproperlyConfigured(f"{name}={text!r} is neither true nor false.")
    return text.lower() in TRUE


def read_whole(name: str, text: str) -> int:
    """Return a whole number, zero or more; raises ImproperlyConfigured."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ImproperlyConfigured(f"{name}={text!r} is not a whole number, zero or more.")
    return int(text)


def read_amount(name: str, text: str) -> Decimal:
    """Return a number, zero or more; raises ImproperlyConfigured."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise ImproperlyConfigured(f"{name}={text!r} is not a number, zero or more.")
    return amount


def read_rate(name: str, text: str) -> str | None:
    """Return a rate as the REST framework takes it, None for none; raises ImproperlyConfigured."""
    if text and not RATE.fullmatch(text):
        raise ImproperlyConfigured(f"{name}={text!r} is not a rate, such as 20/min; periods are s, min, hour and day.")
    return text or None


READERS: dict[Any, Any] = {bool: read_choice, int: read_whole, Decimal: read_amount}
