"""Django's settings. Each value that an installation may set is read here, by a helper that fails loudly."""

import ipaddress
import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from jcoc.trail.datafolder import DataFolder, DataFolderOpen
from jcoc.trail.pages import MAX_BODY


def env_int(name: str, default: int, lowest: int, highest: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None
    if not lowest <= value <= highest:
        raise ImproperlyConfigured(f"{name} must lie between {lowest} and {highest}, not {value}.")
    return value


def env_choice(name: str, *choices: str) -> str:
    """One of the choices; the first where nothing is set."""
    text = os.environ.get(name, "").strip() or choices[0]
    if text not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {text!r}.")
    return text


def env_url(name: str, default: str) -> str:
    text = os.environ.get(name, "").strip().rstrip("/") or default
    if not text.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must begin with http:// or https://, not {text!r}.")
    return text


def env_networks(name: str, default: str) -> list[str]:
    """Addresses and networks with commas between them; ``none`` for not one."""
    text = os.environ.get(name, "").strip() or default
    networks = [] if text == "none" else [item.strip() for item in text.split(",") if item.strip()]
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must name addresses or networks: {error}.") from None
    return networks


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
    *(url.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0] for url in (PUBLIC_URL, FILES_URL) if url),
    *filter(None, os.environ.get("JCOC_HOSTS", "").split(",")),
]
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
    "jcoc.telemetry",
    "jcoc.indicators",
    "jcoc.operations",
    "jcoc.portal",
    "jcoc.demo",
    "jcoc.demo.field_note",
]
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
    "jcoc.people.gate.RoleGateMiddleware",
    "jcoc.trail.limits.LimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jcoc.trail.sealing.middleware.KeysUnusableMiddleware",
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

#: Who says what the city is called; a signed head of the audit trail carries it.
CITY_NAME = "jcoc.city.context.city_name"

#: Tables of libraries whose rows enter the audit trail beside all of jcoc's own.
AUDITED_MODELS: list[str] = []

AUTH_USER_MODEL = "people.User"
PASSWORD_HASHERS = ["jcoc.people.hashers.TunedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "people:home"
LOGOUT_REDIRECT_URL = "portal:home"

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

#: From where X-Forwarded-For and X-Forwarded-Proto are believed.
TRUSTED_PROXIES = env_networks("JCOC_TRUSTED_PROXIES", "127.0.0.1, ::1")
#: Off where a proxy in front of jcoc limits who asks too often, and for measurements.
RATE_LIMITS = env_choice("JCOC_RATE_LIMITS", "on", "off") == "on"
SERVER_THREADS = env_int("JCOC_THREADS", 8, 1, 64)
#: How far a device's clock may run ahead: until then its sensor would look alive after its last reading.
INGEST_MINUTES_AHEAD = env_int("JCOC_MINUTES_AHEAD", 5, 0, 1440)
#: Live streams of people without a log-in; those who are logged in always get theirs.
LIVE_ANONYMOUS = env_int("JCOC_LIVE_ANONYMOUS", 500, 0, 100_000)
#: Who runs background tasks: the server itself, or `jcoc worker` processes beside it (PostgreSQL).
TASKS_RUN_BY = env_choice("JCOC_TASKS", "server", "worker")
TASKS = {"default": {"BACKEND": "jcoc.trail.tasks.backend.Queue"}}
TASK_THREADS = env_int("JCOC_TASK_THREADS", 3, 1, 64)
#: How long a repeat of what was handed in is recognised, and a field phone that is not seen stays valid.
RECEIPT_DAYS = env_int("JCOC_RECEIPT_DAYS", 60, 1, 3650)
FIELD_PHONE_DAYS = env_int("JCOC_FIELD_PHONE_DAYS", 90, 1, 3650)
COMPUTE_WORKERS = env_int("JCOC_COMPUTE_WORKERS", 2, 1, 64)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("JCOC_LOG", "WARNING").upper()},
}
