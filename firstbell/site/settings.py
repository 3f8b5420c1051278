"""Django settings. What differs between installations comes from the environment or `FIRSTBELL_HOME/district.json`."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from firstbell.core import home, postgres

BASE = Path(__file__).resolve().parent.parent
HOME = home.home()
os.environ.setdefault("NUMBA_CACHE_DIR", str(HOME / "kernels"))

DEMO = str(home.setting("demo", "")).lower() in {"1", "true", "yes"}
PRACTICE = DEMO and bool(home.setting("practice", False))  # to train on: its day moves on when somebody ends it
PRACTICE_WAITS = "firstbell.site.practice_waits.WAITS"
DEBUG = False
SECRET_KEY = home.secret_key()
ALLOWED_HOSTS = str(home.setting("hosts", "localhost,127.0.0.1,[::1],testserver")).split(",")
TODAY = home.setting("today")  # a practice district lives on its own calendar; a real one leaves this unset
DISTRICT = home.setting("district", "Your district")

INSTALLED_APPS = [
    "firstbell.core",
    "firstbell.roster",
    "firstbell.staffing",
    "firstbell.imports",
    "firstbell.attendance",
    "firstbell.training",
    "firstbell.cases",
    "firstbell.notices",
    "firstbell.supports",
    "firstbell.recovery",
    "firstbell.panels",
    "firstbell.oversight",
    "firstbell.library",
    "firstbell.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "allauth",
    "allauth.account",
    "csp",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "firstbell.site.middleware.whole",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "firstbell.site.middleware.scope",
    "firstbell.site.middleware.private",
]
if PRACTICE:
    MIDDLEWARE.insert(0, "firstbell.site.middleware.day")
ROOT_URLCONF = "firstbell.site.urls"
WSGI_APPLICATION = "firstbell.site.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "firstbell.site.navigation.page",
            ],
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "firstbell.core.templatetags.ui",
                "django.templatetags.static",
            ],
        },
    }
]

FORM_RENDERER = "firstbell.core.ui.inputs.Renderer"

DATABASES = {"default": postgres.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["firstbell.site.schedule", "firstbell.site.practice_days"]  # where jobs have handlers

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "firstbell.site.accounts.StaffOnly"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_VERIFICATION = "none"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = str(home.setting("https", "")).lower() in {"1", "true", "yes"}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = str(home.setting("time_zone", "America/Los_Angeles"))
USE_TZ = True
FORMAT_MODULE_PATH = None

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
DEFAULT_EXCEPTION_REPORTER_FILTER = "django.views.debug.SafeExceptionReporterFilter"
EMAIL_HOST = str(home.setting("mail_host", ""))  # without one, and in a practice district, mail stays in the outbox
EMAIL_PORT = int(home.setting("mail_port", 25))
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST and not DEMO
    else "firstbell.notices.providers.LocalMail"
)
MAIL_DOMAIN = str(home.setting("mail_domain", "firstbell.invalid"))
DEFAULT_FROM_EMAIL = str(home.setting("mail_from", f"letters@{MAIL_DOMAIN}"))
ADDRESS = str(home.setting("address", "http://localhost:8000"))  # what a link in mail begins with

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
