"""All settings. The environment variables that they read are declared in electroports/environment.py."""

import sys
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from electroports import api_document, back_office, error_reports, keys, periods, schedules
from electroports.databases import database_config
from electroports.elsewhere import identity_providers, phone_code_rules
from electroports.environment import BASE_DIR, ENV, Environment
from electroports.logs import logging_config

env = Environment(**ENV)
if "pytest" not in sys.modules:  # a developer's own variables are no part of a test
    Environment.read_env(BASE_DIR / ".env")


# Core.

DEBUG: bool = env("DEBUG")
SECRET_KEY: str = env("SECRET_KEY") or (keys.DEVELOPMENT_KEY if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(f"Set DEBUG=true on your own machine, or SECRET_KEY, which {keys.HOW}")
SECRET_KEY_FALLBACKS: list[str] = env("SECRET_KEY_FALLBACKS")
if not DEBUG:
    keys.refuse_weak_keys([SECRET_KEY, *SECRET_KEY_FALLBACKS])
ALLOWED_HOSTS: list[str] = env("ALLOWED_HOSTS") or (["*"] if DEBUG else [])

ROOT_URLCONF = "electroports.urls"
WSGI_APPLICATION = "electroports.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "electroports.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "accounts",
    "catalog",
    "orders",
]

# Public reads that are hot are answered by the second row, from finished bytes; nothing below it runs for them.
MIDDLEWARE = [
    "electroports.middleware.RequestLogMiddleware",
    "electroports.hot.HotResponseMiddleware",
    "electroports.middleware.TrailingSlashMiddleware",
    *(["corsheaders.middleware.CorsMiddleware"] if env("CORS_ALLOWED_ORIGINS") else []),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "electroports.middleware.ApiMiddleware",
    "electroports.middleware.BrowserCSPMiddleware",
    "electroports.middleware.BrowserSessionMiddleware",
    "electroports.middleware.BrowserCommonMiddleware",
    "electroports.uploads.UploadLimitMiddleware",
    "electroports.middleware.BrowserCsrfMiddleware",
    "electroports.middleware.BrowserAuthenticationMiddleware",
    "electroports.middleware.BrowserMessageMiddleware",
    "electroports.middleware.BrowserFrameMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


# Databases, cache, files.

DATABASES = {"default": database_config(env("DATABASE_URL"), conn_max_age=env("CONN_MAX_AGE"))}
# LISTEN needs a session of its own: behind a transaction-pooling PgBouncer, name the database itself here.
DATABASE_LISTEN_URL: str = env("DATABASE_LISTEN_URL")

REDIS_URL: str = env("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "electroports.caching.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "electroports",
            "OPTIONS": {"MAX_ENTRIES": 50_000},  # with Django's 300, callers would push out one another's throttles
        }
    )
}

S3_BUCKET: str = env("S3_BUCKET")
MEDIA_URL = "/media/"
MEDIA_ROOT: str = env("MEDIA_ROOT")
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "access_key": env("S3_ACCESS_KEY_ID") or None,
                "secret_key": env("S3_SECRET_ACCESS_KEY") or None,
                "endpoint_url": env("S3_ENDPOINT_URL") or None,
                "region_name": env("S3_REGION") or None,
                "custom_domain": env("S3_PUBLIC_DOMAIN") or None,
                "querystring_auth": False,
                "file_overwrite": False,
                "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
            },
        }
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_ROOT = BASE_DIR / "electroports" / "root"  # what is asked for at the root, such as /favicon.ico
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False


# Time, language, money, shop rules.

TIME_ZONE = "Africa/Nairobi"
USE_TZ = True
LANGUAGE_CODE = "en-gb"  # dates are written as in Kenya: the day first
FORMAT_MODULE_PATH = "electroports.formats"
USE_I18N = False

CURRENCY: str = env("CURRENCY")
VAT_REGISTERED: bool = env("VAT_REGISTERED")
VAT_PERCENT: Decimal = env("VAT_PERCENT")
TOTAL_ROUNDING: Decimal = env("TOTAL_ROUNDING")
LOW_STOCK_THRESHOLD: int = env("LOW_STOCK_THRESHOLD")
DEFAULT_SHIPPING_GRAMS: int = env("DEFAULT_SHIPPING_GRAMS")
ORDER_HOLD = timedelta(minutes=env("ORDER_HOLD_MINUTES"))
DELIVERY_REQUIRED: bool = env("DELIVERY_REQUIRED")
# Without the variable: cash on delivery, whatever has its own variables, and in development the simulator.
PAYMENT_PROVIDERS: list[str] = env("PAYMENT_PROVIDERS") or [
    *(["simulator"] if DEBUG else []),
    *(["mpesa"] if env("MPESA_CONSUMER_KEY") else []),
    *(["stripe"] if env("STRIPE_SECRET_KEY") else []),
    "cash_on_delivery",
]
CASH_ON_DELIVERY_MAX: Decimal = env("CASH_ON_DELIVERY_MAX")
CASH_ON_DELIVERY_COUNTIES: list[str] = env("CASH_ON_DELIVERY_COUNTIES")
# Safaricom Daraja.
MPESA_CONSUMER_KEY: str = env("MPESA_CONSUMER_KEY")
MPESA_CONSUMER_SECRET: str = env("MPESA_CONSUMER_SECRET")
MPESA_SHORTCODE: str = env("MPESA_SHORTCODE")
MPESA_TILL: str = env("MPESA_TILL")
MPESA_PASSKEY: str = env("MPESA_PASSKEY")
MPESA_BASE_URL: str = env("MPESA_BASE_URL").rstrip("/")
MPESA_INITIATOR: str = env("MPESA_INITIATOR")
MPESA_SECURITY_CREDENTIAL: str = env("MPESA_SECURITY_CREDENTIAL")
MPESA_MAX_AMOUNT: Decimal = env("MPESA_MAX_AMOUNT")
MPESA_DEPOSIT_TOKEN: str = env("MPESA_DEPOSIT_TOKEN")
MPESA_ALLOWED_IPS = [ip_network(text, strict=False) for text in env("MPESA_ALLOWED_IPS")]
if "mpesa" in PAYMENT_PROVIDERS and not (
    MPESA_CONSUMER_KEY and MPESA_CONSUMER_SECRET and MPESA_SHORTCODE and MPESA_PASSKEY
):
    raise ImproperlyConfigured(
        "M-Pesa needs MPESA_CONSUMER_KEY, MPESA_CONSUMER_SECRET, MPESA_SHORTCODE and MPESA_PASSKEY."
    )
STRIPE_SECRET_KEY: str = env("STRIPE_SECRET_KEY")
STRIPE_PUBLISHABLE_KEY: str = env("STRIPE_PUBLISHABLE_KEY")
STRIPE_WEBHOOK_SECRETS: list[str] = env("STRIPE_WEBHOOK_SECRETS")
STRIPE_API_BASE: str = env("STRIPE_API_BASE").rstrip("/")
if "stripe" in PAYMENT_PROVIDERS and not STRIPE_SECRET_KEY:
    raise ImproperlyConfigured("Cards need STRIPE_SECRET_KEY.")
ORDER_MAX_LINES: int = env("ORDER_MAX_LINES")
ORDER_MAX_QUANTITY: int = env("ORDER_MAX_QUANTITY")
CART_GUEST_DAYS: int = env("CART_GUEST_DAYS")
AUDIT_KEEP_DAYS: int = env("AUDIT_KEEP_DAYS")
RETENTION = periods.retention_periods(env)

HOT_CACHE_BYTES: int = env("HOT_CACHE_MB") * 1024 * 1024
CARD_CACHE_BYTES: int = env("CARD_CACHE_MB") * 1024 * 1024
SEARCH_CACHE_BYTES: int = env("SEARCH_CACHE_MB") * 1024 * 1024


# Who you are.

PASSWORD_HASHERS = ["accounts.hashers.ShopArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "accounts.password_rules.DisguisedPasswordValidator"},
    {"NAME": "accounts.password_rules.ContextWordValidator"},
    {"NAME": "accounts.password_rules.OwnPhoneValidator"},
]
# After so many failures comes a pause, which doubles up to the longest; 0 for addresses counts none there.
LOCKOUT_ACCOUNT_FAILURES: int = env("LOCKOUT_ACCOUNT_FAILURES")
LOCKOUT_ADDRESS_FAILURES: int = env("LOCKOUT_ADDRESS_FAILURES")
LOCKOUT_LONGEST_MINUTES: int = env("LOCKOUT_LONGEST_MINUTES")
KNOWN_DEVICE_DAYS: int = env("KNOWN_DEVICE_DAYS")
EMAIL_LINK_LIFETIME = timedelta(hours=env("EMAIL_LINK_HOURS"))
EMAIL_UNDO_LIFETIME = timedelta(days=env("EMAIL_UNDO_DAYS"))
PASSWORD_RESET_LIFETIME = timedelta(minutes=env("PASSWORD_RESET_MINUTES"))
HASHES_AT_ONCE: int = env("HASHES_AT_ONCE")
HASHES_WAITING = max(0, env("WEB_THREADS") - HASHES_AT_ONCE - 1)  # of the server's threads one stays free of log-ins
HASH_WAIT = timedelta(milliseconds=env("HASH_WAIT_MS"))
AUTHENTICATION_BACKENDS = ["accounts.authentication.UsernameOrEmailBackend"]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env("ACCESS_TOKEN_MINUTES")),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env("REFRESH_TOKEN_DAYS")),
    "UPDATE_LAST_LOGIN": False,
}
# The end of every session, however much it is used; staff's also end when nobody uses them.
SESSION_DAYS: int = env("SESSION_DAYS")
STAFF_SESSION_HOURS: int = env("STAFF_SESSION_HOURS")
STAFF_IDLE_MINUTES: int = env("STAFF_IDLE_MINUTES")
STAFF_SECOND_FACTOR: bool = env.bool("STAFF_SECOND_FACTOR", default=not DEBUG)
INVITATION_LIFETIME = timedelta(hours=env("INVITATION_HOURS"))
RECENT_SIGN_IN_MINUTES: int = env("RECENT_SIGN_IN_MINUTES")
SESSIONS_PER_USER: int = env("SESSIONS_PER_USER")
REFRESH_REUSE_SECONDS: int = env("REFRESH_REUSE_SECONDS")
# The SameSite of the cookie in which a browser's page may keep its refresh token; empty: no such cookies.
REFRESH_COOKIE: str = env("REFRESH_COOKIE")
if REFRESH_COOKIE not in ("", "Strict", "Lax", "None"):
    raise ImproperlyConfigured("REFRESH_COOKIE is Strict, Lax or None, or empty for no cookie.")
# The prefix makes it this host's own, and Secure (RFC 6265bis, section 4.1.3).
REFRESH_COOKIE_NAME = "refresh" if DEBUG else "__Host-refresh"
IDENTITY_PROVIDERS = identity_providers(env)
PHONE_CODES = phone_code_rules(env)


# REST.

TRUSTED_PROXIES: int = env("TRUSTED_PROXIES")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionJWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["electroports.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["electroports.parsing.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "electroports.rendering.AlwaysJSON",
    "DEFAULT_PAGINATION_CLASS": "electroports.pagination.KeysetPagination",
    "DEFAULT_METADATA_CLASS": "electroports.metadata.PlainMetadata",
    "DEFAULT_SCHEMA_CLASS": "electroports.openapi.ShopSchema",
    "DEFAULT_THROTTLE_CLASSES": ["electroports.throttling.ScopedThrottle"],
    "DEFAULT_THROTTLE_RATES": env.rates(),
    "EXCEPTION_HANDLER": "electroports.problems.problem_for_exception",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "PAGE_SIZE": 24,
    "DATETIME_FORMAT": "iso-8601",
    "COERCE_DECIMAL_TO_STRING": True,
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
    "UNICODE_JSON": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
BULK_MAX_BYTES = 16 * 1024 * 1024  # of a bulk call of staff that declares its length
JSON_MAX_DEPTH = 20

CORS_ALLOWED_ORIGINS: list[str] = env("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = bool(REFRESH_COOKIE)  # for CORS_ALLOWED_ORIGINS alone; no other cookie opens the API
CORS_ALLOW_HEADERS = [
    *("authorization", "content-type", "idempotency-key", "if-match", "if-none-match"),
    *("x-cart-token", "x-device-token", "x-refresh-cookie", "x-request-id"),
]
CORS_EXPOSE_HEADERS = ["etag", "idempotent-replayed", "retry-after", "x-cart-token", "x-device-token", "x-request-id"]

SPECTACULAR_SETTINGS = api_document.SPECTACULAR_SETTINGS


# Security headers.

SECURE_SSL_REDIRECT: bool = env("SECURE_SSL_REDIRECT") and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_AGE = 8 * 3600
CSRF_TRUSTED_ORIGINS: list[str] = env("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
# Frames and forgery are guarded by subclasses that stand aside for the API; Django looks for its own by their names.
SILENCED_SYSTEM_CHECKS = ["security.W002", "security.W003"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [
            SELF,
            "data:",
            *([f"https://{env('S3_PUBLIC_DOMAIN')}"] if env("S3_PUBLIC_DOMAIN") else []),
        ],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
# Alpine.js, on which the back office is built, evaluates attribute expressions and sets styles inline.
ADMIN_CSP = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


# Mail, jobs, logs, errors.

vars().update(env.email())
DEFAULT_FROM_EMAIL: str = env("DEFAULT_FROM_EMAIL")
EMAIL_TIMEOUT = 20  # seconds; a mail server that hangs does not hold a worker
# Where links in mail lead: to this service, and to the shop's frontend.
PUBLIC_URL: str = (
    env("PUBLIC_URL") or ("http://127.0.0.1:8000" if DEBUG or not ALLOWED_HOSTS else f"https://{ALLOWED_HOSTS[0]}")
).rstrip("/")
SHOP_URL: str = env("SHOP_URL").rstrip("/")
# How the shop signs what it sends, and how it can be reached.
SHOP_NAME: str = env("SHOP_NAME")
SHOP_PHONE: str = env("SHOP_PHONE")
SHOP_ADDRESS: str = env("SHOP_ADDRESS")
SMS_BACKEND: str = env("SMS_BACKEND")
SMS_URL: str = env("SMS_URL")
SMS_USERNAME: str = env("SMS_USERNAME")
SMS_API_KEY: str = env("SMS_API_KEY")
SMS_SENDER: str = env("SMS_SENDER")

# On a developer's machine no worker runs, unless `make serve` starts one and says so.
JOBS_INLINE: bool = env.bool("JOBS_INLINE", default=DEBUG)
Q_CLUSTER = {
    "name": "electroports",
    "orm": "default",
    "workers": env("JOB_WORKERS"),
    "timeout": 120,
    "retry": 180,
    "max_attempts": 5,
    "ack_failures": True,
    "catch_up": False,
    "poll": 1,
    "label": "Jobs",
    "save_limit": 1000,
}
SCHEDULES = schedules.SCHEDULES

LOGGING = logging_config(level=env("LOG_LEVEL"), style=env("LOG_FORMAT"))

if env("SENTRY_DSN") and "pytest" not in sys.modules:
    error_reports.begin(env("SENTRY_DSN"))


# Back office.

LOGIN_REDIRECT_URL = "admin:index"
BACK_OFFICE_GATE = "accounts.office.gate.first_step"
CSRF_FAILURE_VIEW = "electroports.error_pages.forged"
UNFOLD = back_office.UNFOLD
