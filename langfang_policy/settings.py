"""Which settings has the product, and what is each when the environment says nothing?

What may differ between two offices comes from the environment (README, "Settings"); all else is
written here once. A value that is missing or wrong stops the program with a sentence.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from langfang_policy import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

DEBUG = environment.switch("DEBUG")
# What keeps var/secret_key from being read, in Chinese and in English.
NOT_ASCII = ("含有 ASCII 以外的字符", "not only ASCII in it")


def read_secret_key() -> str:
    """The key from the environment, else from var/secret_key (written by script/setup). Never told."""
    if key := environment.text("SECRET_KEY"):
        return key
    stored = VAR_DIR / "secret_key"
    try:
        key = stored.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "没有设置 SECRET_KEY，也没有文件 var/secret_key：请运行 script/setup，或设置 SECRET_KEY。 · "
            "Neither SECRET_KEY nor the file var/secret_key is there: run script/setup, or set SECRET_KEY."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        said = (error.strerror,) * 2 if isinstance(error, OSError) else NOT_ASCII
        raise ImproperlyConfigured(
            f"没有设置 SECRET_KEY，文件 var/secret_key 又读不出（{said[0]}）：请检查该文件的权限和内容。 · "
            f"SECRET_KEY is not set and var/secret_key cannot be read ({said[1]}): see its rights and text."
        ) from error
    if not key:
        raise ImproperlyConfigured(
            "没有设置 SECRET_KEY，文件 var/secret_key 又是空的：请删除该文件后运行 script/setup。 · "
            "SECRET_KEY is not set and var/secret_key is empty: delete the file and run script/setup."
        )
    return key


SECRET_KEY = read_secret_key()

# Where people find the site. https switches on secure cookies, HSTS and the redirect.
_site = environment.site("SITE_URL", default="http://127.0.0.1:8000")
SITE_URL = _site.geturl()
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HTTPS = _site.scheme == "https"
if (
    not HTTPS
    and _site.hostname not in LOOPBACK
    and environment.text("ALLOW_PLAIN_HTTP").lower() != _site.hostname
):
    raise environment.refusal(
        "SITE_URL",
        SITE_URL,
        f"本机以外的地址应为 https；确实要用 http 时，请设置 ALLOW_PLAIN_HTTP={_site.hostname}",
        f"beyond this machine https is needed; for http all the same set ALLOW_PLAIN_HTTP={_site.hostname}",
    )

ALLOWED_HOSTS = [_site.hostname, *sorted(LOOPBACK), "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL.rstrip("/")]

INSTALLED_APPS = [
    "departments",
    "measures",
    "langfang_policy",
    "langfang_policy.admin_config.AdministrationConfig",  # Django's admin behind our own doors
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "import_export",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "departments.middleware.never_cached",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "departments.middleware.chosen_language",
    "departments.request_body.readable_body",
    "django.contrib.messages.middleware.MessageMiddleware",
    "departments.middleware.dated_as_acts",
    "departments.late_posts.remember_writer",
    "departments.middleware.idle_time_out",
    "departments.middleware.acting_person",
    "departments.middleware.SignInRequired",
    "departments.middleware.SecondFactorRequired",
    "departments.middleware.PasswordChangeRequired",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "departments.middleware.method_not_allowed_page",
    "departments.failures.BusyDatabase",
    "measures.failures.AlteredSnapshot",
]

# What the fields of our forms are called, for pages that show what was typed and know no form.
FIELD_LABELS = "measures.pages.field_labels.labels"
# What a form was about, by the address that it was sent to; for the page of what is held.
SENT_FORMS = "measures.pages.sent_forms.form_sent_to"

ROOT_URLCONF = "langfang_policy.urls"
WSGI_APPLICATION = "langfang_policy.wsgi.application"

FORM_RENDERER = "langfang_policy.form_renderer.PlainRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "langfang_policy.frame.frame",
            ],
        },
    },
]

# How far a long act is: seen by every process of the site, and past the transaction of the act.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "progress": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "progress",
    },
}

# --- Database: SQLite in var/ unless DATABASE_URL names a PostgreSQL -------------------------

LOCK_SECONDS = 20  # how long somebody waits for what another is changing

# NORMAL could lose acknowledged text in a power cut; IMMEDIATE makes writers wait, not fail.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": LOCK_SECONDS,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}

# The text of a query is kept (langfang_policy.compiled_queries), so PostgreSQL may keep its plan: it spends
# more on planning a page than on answering it. To compile a statement costs it more than many pages.
POSTGRESQL_OPTIONS = {
    "server_side_binding": True,
    "prepare_threshold": 2,  # how often a statement is met on a connection before it is prepared
    # Whoever waits longer for a row is answered that the system is busy, as with SQLite.
    "options": f"-c lock_timeout={LOCK_SECONDS}s -c jit=off",
}

DATABASES = {
    "default": environment.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'tracker.sqlite3'}")
}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 3600  # a new connection has prepared nothing
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # What the address says itself stands: ?prepare_threshold=… is for a pooler between (docs/operations.md).
    DATABASES["default"]["OPTIONS"] = {**POSTGRESQL_OPTIONS, **DATABASES["default"].get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "departments.User"
# What an assessment after GB/T 22239 (等级保护) asks for is a matter of the office; 0 switches a rule off.
PASSWORD_MIN_LENGTH = environment.number("PASSWORD_MIN_LENGTH", default=10, least=8, most=64)
PASSWORD_CLASSES = environment.number("PASSWORD_CLASSES", default=2, least=1, most=5)
PASSWORD_DAYS = environment.number("PASSWORD_DAYS", default=180, least=0, most=3650)
PASSWORD_HISTORY = environment.number("PASSWORD_HISTORY", default=5, least=0, most=24)
# Who shows a code besides the password: names of roles, and the administrator.
TWO_FACTOR_ROLES = environment.words(
    "TWO_FACTOR_ROLES",
    ("reporter", "reviewer", "clerk", "signer", "leader", "auditor", "administrator"),
)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "departments.passwords.EnoughClasses"},
    {"NAME": "departments.passwords.NothingHidden"},
    {"NAME": "departments.passwords.NotUsedBefore"},
]
LOGIN_URL = "departments:login"
LOGIN_REDIRECT_URL = "measures:start"
LOGOUT_REDIRECT_URL = "departments:login"

SESSION_ENGINE = "departments.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # seconds; nobody works longer on one sign-in
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
IDLE_MINUTES = environment.number("IDLE_MINUTES", default=30, least=1, most=SESSION_COOKIE_AGE // 60)

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
# In this order: see SIGN_IN_LIMITS.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
SIGN_IN_LIMITS = {
    "name_at_address": AXES_FAILURE_LIMIT,
    "address": environment.number("SIGN_IN_LIMIT_PER_ADDRESS", default=50, least=5, most=100_000),
    "name": environment.number("SIGN_IN_LIMIT_PER_NAME", default=20, least=5, most=100_000),
}
AXES_HANDLER = "departments.lock_out.LockOut"
AXES_DISABLE_ACCESS_LOG = True  # the record of account events says the same, and more
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "departments/locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # locks are released in the list of people
AXES_CLIENT_IP_CALLABLE = "departments.addresses.client_address"

# --- Language and time -------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["langfang_policy.formats"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Documents that were made already. No address leads here: a view asks first who may have them.
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": environment.text("DOCUMENTS_FOLDER", default=str(VAR_DIR / "documents")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    # Files that people hand in with an update; a view asks first who may have them.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": environment.text("EVIDENCE_FOLDER", default=str(VAR_DIR / "uploads" / "evidence")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "uploads"
# A bucket instead of the folder: needs requirements/s3.txt, which `check` asks for (docs/operations.md).
EVIDENCE_BUCKET = environment.text("EVIDENCE_S3_BUCKET")
if EVIDENCE_BUCKET:
    STORAGES["evidence"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": EVIDENCE_BUCKET,
            "endpoint_url": environment.text("EVIDENCE_S3_ENDPOINT") or None,
            "region_name": environment.text("EVIDENCE_S3_REGION") or None,
            "access_key": environment.text("EVIDENCE_S3_ACCESS_KEY") or None,
            "secret_key": environment.text("EVIDENCE_S3_SECRET_KEY") or None,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }

# What comes in: in pieces, into a file on the disk, and no more of it than the page takes.
FILE_UPLOAD_HANDLERS = ["departments.uploads.BoundedUploadHandler"]
UPLOAD_MAX_BYTES = 5 * 1024 * 1024  # tables
EVIDENCE_MAX_BYTES = environment.number("EVIDENCE_MAX_MB", default=20, least=1, most=200) * 1024 * 1024
LARGE_UPLOADS = r"/p/[^/]+/updates/[^/]+/(?:evidence|on-behalf)/"  # the pages that take evidence
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# --- Security ----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked on the machine itself, without https
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "measures.views.lost_session.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- The product -------------------------------------------------------------------------------

PRODUCT_NAME = environment.text("PRODUCT_NAME", default="廊坊市政策落实跟踪")
OTP_TOTP_ISSUER = PRODUCT_NAME  # how a telephone names the account
# Beyond so many measures of a policy a long document is made in the background; the days for which what was
# made there is kept.
BACKGROUND_MEASURES = environment.number("BACKGROUND_MEASURES", default=200, least=1, most=100_000)
BATCH_DAYS = environment.number("BATCH_DAYS", default=14, least=1, most=365)
# To whom the status report is addressed (主送机关).
REPORT_ADDRESSEE = environment.text("REPORT_ADDRESSEE", default="市人民政府")

# --- In the background: `manage.py run_worker` takes what waits in the database -----------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["documents"]}}

# --- E-mail: none goes out until a server is named. The nightly command sends it, never a page --------------

EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_PORT = environment.number("EMAIL_PORT", default=25, least=1, most=65_535)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.switch("EMAIL_USE_TLS")
EMAIL_USE_SSL = environment.switch("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", default=f"tracker@{_site.hostname}")

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
SIMPLE_HISTORY_REVERT_DISABLED = True  # history is read; what was is entered anew, through the same checks

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "WARNING"},  # every visit of the sign-in page is no news
        "django.request": {
            "level": "ERROR"
        },  # a refused page is answered to its visitor, without a traceback
    },
}
