"""Django's settings. What an installation may set is read here by trail/environment.py, which fails loudly."""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from jcoc.contract import registry
from jcoc.trail.channels import gatewayfile, mailserver
from jcoc.trail.datafolder import DataFolder, DataFolderOpen
from jcoc.trail.environment import (
    env_choice,
    env_int,
    env_issuer,
    env_networks,
    env_roles,
    env_secret,
    env_url,
    host_of,
)
from jcoc.trail.pages import MAX_BODY


def env_mail_server() -> mailserver.MailServer | None:
    """Where e-mail goes out; None where JCOC_SMTP_URL is not set: then it stays in the outbox."""
    url = os.environ.get("JCOC_SMTP_URL", "").strip()
    if not url:
        return None
    try:
        return mailserver.read(
            url, os.environ.get("JCOC_MAIL_FROM", ""), os.environ.get("JCOC_MAIL_BOUNCES", "")
        )
    except mailserver.BadMailServer as error:
        raise ImproperlyConfigured(str(error)) from None


def env_gateway() -> gatewayfile.Gateway | None:
    """The SMS or WhatsApp gateway that the file of JCOC_GATEWAY describes; None where it is not set."""
    path = os.environ.get("JCOC_GATEWAY", "").strip()
    if not path:
        return None
    try:
        return gatewayfile.read(Path(path).read_text(encoding="utf-8"), os.environ)
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"JCOC_GATEWAY: {path} cannot be read ({error}).") from None
    except gatewayfile.BadGatewayFile as error:
        raise ImproperlyConfigured(f"JCOC_GATEWAY: {error}") from None


PACKAGE = Path(__file__).resolve().parent
DATA_FOLDER = DataFolder(Path(os.environ.get("JCOC_DATA", "data")).resolve())
try:
    DATA_FOLDER.create()
except DataFolderOpen as error:
    raise ImproperlyConfigured(str(error)) from None
#: The master keys of what is sealed; back them up apart from the data folder.
KEYS_FOLDER = Path(os.environ.get("JCOC_KEYS", "") or DATA_FOLDER.path / "keys").resolve()
PUBLIC_URL = env_url("JCOC_PUBLIC_URL", "http://127.0.0.1:8000")
#: Another name of this server for the files that people sent, so that a browser never takes one for a page of it.
FILES_URL = env_url("JCOC_FILES_URL", "") if os.environ.get("JCOC_FILES_URL", "").strip() else ""

SECRET_KEY = DATA_FOLDER.secret("secret_key")
DEBUG = False
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *(host_of(url) for url in (PUBLIC_URL, FILES_URL) if url),
    *filter(None, os.environ.get("JCOC_HOSTS", "").split(",")),
]
CSRF_FAILURE_VIEW = "jcoc.web.views.form_too_old"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "jcoc.web",
    "jcoc.trail",
    "jcoc.trail.audit",
    "jcoc.trail.sealing",
    "jcoc.trail.tasks",
    "jcoc.trail.receipts",
    "jcoc.trail.uploads",
    "jcoc.trail.channels",
    "jcoc.trail.backup",
    "jcoc.city",
    "jcoc.people",
    "jcoc.people.identity",
    "jcoc.people.privacy",
    "jcoc.people.authentication",
    "jcoc.telemetry",
    "jcoc.indicators",
    "jcoc.indicators.spreadsheet",
    "jcoc.indicators.leader",
    "jcoc.operations",
    "jcoc.portal",
    "jcoc.demo",
    "jcoc.demo.field_note",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
]
# The city's programmes, each an entry point of an installed package; the contract, last, then knows them all.
INSTALLED_APPS += [*registry.installed_apps(INSTALLED_APPS), "jcoc.contract"]
MIDDLEWARE = [
    "jcoc.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jcoc.trail.uploads.middleware.FilesHostMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "jcoc.trail.receipts.middleware.FieldPhoneMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jcoc.people.authentication.middleware.SessionMiddleware",
    "jcoc.people.gate.RoleGateMiddleware",
    "jcoc.trail.limits.LimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jcoc.web.middleware.NotAllowedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jcoc.trail.sealing.middleware.KeysUnusableMiddleware",
    # The last: the page that says that somebody must wait replaces what the view made.
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "jcoc.urls"
WSGI_APPLICATION = None
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "jcoc.web.context.site",
                "jcoc.city.context.city",
            ],
        },
    }
]

if _url := os.environ.get("JCOC_DATABASE_URL", ""):
    DATABASES = {"default": dj_database_url.parse(_url, conn_max_age=600, conn_health_checks=True)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA_FOLDER.path / "jcoc.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Deferred transactions that read and then write end with "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON;",  # what was erased is not left in free pages
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Who says what the city is called, as a signed head of the audit trail carries it, and its government on letters.
CITY_NAME = "jcoc.city.context.city_name"
GOVERNMENT_NAME = "jcoc.city.context.government_name"

#: Tables of libraries whose rows enter the audit trail beside all of jcoc's own.
AUDITED_MODELS = [
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
    "socialaccount.SocialApp",
    "socialaccount.SocialToken",
    "account.EmailAddress",
]

AUTH_USER_MODEL = "people.User"
PASSWORD_HASHERS = ["jcoc.people.hashers.TunedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "jcoc.people.authentication.throttle.ThrottledBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:home"
LOGOUT_REDIRECT_URL = "portal:home"

#: Roles whose holders need a second factor to log in; "none" for nobody. Demonstration accounts never need one.
TOTP_ROLES = env_roles("JCOC_TOTP_ROLES", "administrator,auditor,data_officer")
#: How long a one-time link and its code let in.
ONE_TIME_HOURS = env_int("JCOC_ONE_TIME_HOURS", 72, 1, 720)

ACCOUNT_ADAPTER = "jcoc.people.authentication.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_TIMEOUT = 900
# axes counts, for all processes and across restarts.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "jcoc.people.authentication.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {"authenticate": "jcoc.people.authentication.forms.SecondFactorForm"}
MFA_TOTP_ISSUER = "JCOC"

AXES_HANDLER = "jcoc.people.authentication.throttle.Throttle"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
#: Failures of one name at one address, and of all names at one address: offices share one.
AXES_FAILURE_LIMIT = 5
LOGIN_FAILURES_OF_ADDRESS = env_int("JCOC_LOGIN_FAILURES_OF_ADDRESS", 50, 5, 100_000)
AXES_COOLOFF_TIME = timedelta(minutes=env_int("JCOC_LOGIN_PAUSE_MINUTES", 15, 1, 1440))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "jcoc.people.authentication.throttle.address_for_axes"
AXES_USERNAME_CALLABLE = "jcoc.people.authentication.throttle.digest_for_axes"
AXES_LOCKOUT_CALLABLE = "jcoc.people.authentication.throttle.locked_page"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "password",
    "code",
    "present",
    "next",
    "csrfmiddlewaretoken",
]

#: The city's own identity provider (OpenID Connect); a button on the log-in page stands only where one is named.
OIDC_PROVIDER = "city"
OIDC_ISSUER = env_issuer("JCOC_OIDC_ISSUER")
OIDC_NAME = os.environ.get("JCOC_OIDC_NAME", "").strip() or "SSO" if OIDC_ISSUER else ""
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": OIDC_PROVIDER,
                    "name": OIDC_NAME,
                    "client_id": env_secret("JCOC_OIDC_CLIENT_ID"),
                    "secret": env_secret("JCOC_OIDC_CLIENT_SECRET"),
                    "settings": {
                        "server_url": OIDC_ISSUER,
                        # The claim by which an administrator links a person to an account.
                        "uid_field": os.environ.get("JCOC_OIDC_CLAIM", "").strip() or "sub",
                    },
                }
            ]
        }
    }
SOCIALACCOUNT_ADAPTER = "jcoc.people.authentication.adapters.CityIdentityAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
STATIC_ROOT = PACKAGE / "web" / "static"
# The built files carry their hash in their names, so Django's finders and a collect step are not needed.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/.+-[0-9A-Z]{8}\.\w+$"

_secure = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
if _secure:
    # A browser takes such a name only over TLS, from this very host: no neighbour below the city's domain can set it.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
#: What a request holds never touches the disk before it was checked; trail/pages.py lets no larger one in.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

#: Whether others may be served without TLS, in front or here.
PLAIN_HTTP = env_choice("JCOC_PLAIN_HTTP", "0", "1") == "1"
#: From where X-Forwarded-For and X-Forwarded-Proto are believed.
TRUSTED_PROXIES = env_networks("JCOC_TRUSTED_PROXIES", "127.0.0.1, ::1")
#: Off where a proxy in front of jcoc limits who asks too often, and for measurements.
RATE_LIMITS = env_choice("JCOC_RATE_LIMITS", "on", "off") == "on"
SERVER_THREADS = env_int("JCOC_THREADS", 8, 1, 64)
#: How far a device's clock may run ahead: until then its sensor would look alive after its last reading.
INGEST_MINUTES_AHEAD = env_int("JCOC_MINUTES_AHEAD", 5, 0, 1440)
#: Live streams of people without a log-in; those who are logged in always get theirs.
LIVE_ANONYMOUS = env_int("JCOC_LIVE_ANONYMOUS", 500, 0, 100_000)
#: How long a repeat of what was handed in is recognised, and a field phone that is not seen stays valid.
RECEIPT_DAYS = env_int("JCOC_RECEIPT_DAYS", 60, 1, 3650)
FIELD_PHONE_DAYS = env_int("JCOC_FIELD_PHONE_DAYS", 90, 1, 3650)
#: Who runs background tasks: the server itself, or `jcoc worker` processes beside it (PostgreSQL).
TASKS_RUN_BY = env_choice("JCOC_TASKS", "server", "worker")
TASKS = {"default": {"BACKEND": "jcoc.trail.tasks.backend.Queue"}}
#: Where the daily backup goes, on another disk at best, and how many archives stay there.
BACKUP_FOLDER = os.environ.get("JCOC_BACKUP_DIR", "").strip()
BACKUPS_KEPT = env_int("JCOC_BACKUP_KEEP", 7, 1, 3660)
TASK_THREADS = env_int("JCOC_TASK_THREADS", 3, 1, 64)
COMPUTE_WORKERS = env_int("JCOC_COMPUTE_WORKERS", 2, 1, 64)

MAIL_SERVER = env_mail_server()
GATEWAY = env_gateway()
#: Who says whether a person may be written to for a purpose that is no service: all of them must say yes.
ASK_BEFORE_WRITING = ["jcoc.people.privacy.services.consents.may_write_to"]
#: Where one of these is true, messages stay in the outbox and say that they would be sent.
NEVER_SEND_WHERE = ["jcoc.people.services.demo_accounts_exist"]
#: Who stands as the sender on letters, in the small line above the address; the city's government where it is empty.
LETTER_SENDER = os.environ.get("JCOC_LETTER_SENDER", "").strip()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # A line for each failed log-in says less than the audit trail, and a guesser would fill the disk with them.
    "loggers": {"axes": {"level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("JCOC_LOG", "WARNING").upper()},
}
