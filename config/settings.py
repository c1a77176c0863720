"""Django settings. What differs between sites comes from environment variables, checked in launcher/options.py."""

import os

from django.utils.translation import gettext_lazy as _

from config.logs import LOGGING as LOGGING
from launcher import options as outside
from launcher import places, server

OPTIONS = outside.read()
BASE_DIR = places.ROOT
VAR_DIR = places.VAR

# DEBUG outside means "demonstration": made-up people, demonstration accounts, a fixed day. Django's own DEBUG shows
# traces to whoever sits in front of the page, so it needs a second switch (DEBUG_PAGES) that only a programmer sets.
DEMONSTRATION = OPTIONS.is_demonstration
DEBUG = OPTIONS.shows_debug_pages
OFFICE_DATE = OPTIONS.office_date
SECRET_KEY = OPTIONS.secret_key
DATA_KEY = OPTIONS.data_key
ALLOWED_HOSTS = list(OPTIONS.allowed_hosts)
METRICS_TOKEN = OPTIONS.metrics_token

ROOM_APPS = ["core", "office", "policy", "enrollment", "claims", "poverty", "funds", "reports", "demonstration"]
INSTALLED_APPS = [
    *ROOM_APPS,
    "office.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",  # its widget templates are found like all others
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_tables2",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_celery_beat",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "pgtrigger",
    "pghistory",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "config.middleware.RequestLogMiddleware",
    "core.middleware.DatabaseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.CookieLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "office.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "office.context.screen",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5.html"

# --- Databases: three roles of one database (owner migrates, app works, read looks) -----------------------------------

# A page that takes longer than this has failed its clerk; a job may take its time. Same figures in deploy/roles.sql.
PROCESS = os.environ.get("OFFICE_PROCESS", "web")
JOB_LIMITS = "-c statement_timeout=900000 -c lock_timeout=60000 -c idle_in_transaction_session_timeout=300000"
OWNER_LIMITS = "-c statement_timeout=0 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=300000"


def database(address: dict[str, str], limits: str = "") -> dict[str, object]:
    """One alias: the address, limits of this kind of process, and a connection kept for a minute."""
    connect: dict[str, object] = {"connect_timeout": 5}
    if limits:
        connect["options"] = limits
    return {
        "ENGINE": "django.db.backends.postgresql",
        **address,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": connect,
        "ATOMIC_REQUESTS": False,
    }


def embedded(role: str) -> dict[str, str]:
    """The embedded server's address for one of the three roles."""
    return {
        "NAME": server.DATABASE,
        "USER": role,
        "PASSWORD": "",
        "HOST": str(server.socket_folder()),
        "PORT": server.PORT,
    }


DATABASES = {
    "default": database(OPTIONS.database or embedded(server.APP), JOB_LIMITS if PROCESS == "job" else ""),
    "owner": database(OPTIONS.migration_database or embedded(server.OWNER), OWNER_LIMITS),
}
if OPTIONS.read_database or not OPTIONS.database:
    DATABASES["read"] = database(OPTIONS.read_database or embedded(server.READ), JOB_LIMITS if PROCESS == "job" else "")
DATABASE_READ_ROLE = OPTIONS.read_database["USER"] if OPTIONS.read_database else server.READ

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
FILTERS_EMPTY_CHOICE_LABEL = _("全部")
USE_THOUSAND_SEPARATOR = False  # a year or a number of a record is no amount; figures ask for it (|thousands, |yuan)
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Static files, uploads, results -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The demonstration serves static files from where they lie; a working office collects them with hashed names.
WHITENOISE_USE_FINDERS = DEMONSTRATION
if DEMONSTRATION:
    # Nothing is collected into it, but WhiteNoise warns of a folder that is missing.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMONSTRATION
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Papers of citizens lie here; nothing under it has an address, views hand files out after the scope check.
MEDIA_ROOT = VAR_DIR / "papers"
MEDIA_URL = ""
OUT_DIR = VAR_DIR / "out"
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Accounts and sessions --------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "office:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "office:login"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "locked.html"
AXES_SENSITIVE_PARAMETERS = ["password", "otp_token", "identity_number"]
AXES_VERBOSE = False
# Roles that must show a second factor; the others may set one up.
SECOND_FACTOR_ROLES: tuple[str, ...] = ()
OTP_TOTP_ISSUER = "城乡居民医保经办"

# 等保 asks for several classes of characters, a history and a yearly change; ASVS 5 forbids both. A site picks one profile.
PASSWORD_POLICY = OPTIONS.password_policy
PASSWORD_MAX_AGE_DAYS = 90 if PASSWORD_POLICY == "dengbao" else None
PASSWORD_HISTORY = 5 if PASSWORD_POLICY == "dengbao" else 0
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10 if PASSWORD_POLICY == "dengbao" else 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if PASSWORD_POLICY == "dengbao":
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "config.passwords.CharacterClassesValidator", "OPTIONS": {"classes": 3}})

# --- Headers ----------------------------------------------------------------------------------------------------------

X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = OPTIONS.is_behind_https
if OPTIONS.is_behind_https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = False
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith(("[", "."))]

# --- API --------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "office.api.authentication.MachineTokenAuthentication",
        "office.api.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["office.api.permissions.HasPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.paging.KeysetPagination",
    # A hospital's busiest hour asks a few times a second; more than this is a program gone wild.
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min"},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.errors.answer",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("城乡居民医保经办接口"),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ProviderLevelEnum": "claims.codes.ProviderLevel",
        "RegionLevelEnum": "office.models.regions.Level",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "office.api.description.without_docstrings",
        "office.api.description.with_problems",
    ],
}

# --- Jobs -------------------------------------------------------------------------------------------------------------

REDIS_URL = OPTIONS.redis_url
BROKER_DIR = VAR_DIR / "broker"

PROMETHEUS_EXPORT_MIGRATIONS = False
# axes.W006 wants locking by network address; a whole county office sits behind one, so five slips of one clerk would
# lock out all. Locking by account alone is the stricter rule for the account.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
