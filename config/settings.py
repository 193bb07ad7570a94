"""Settings of an installation: read from the environment and from the home, refused when production is unsafe."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from jiangtai.kernel.embedded import APP, OWNER, Cluster
from jiangtai.kernel.home import Home

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Home.current()
DEMO = HOME.is_demo
DEBUG = os.environ.get("JIANGTAI_DEBUG") == "1"

DOMAINS = ["administration", "register", "honors", "reform"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "jiangtai.web",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
    "template_partials",
    "jiangtai.kernel",
    "jiangtai.vault",
    "jiangtai.access",
    "jiangtai.ledger",
    "jiangtai.people",
    "jiangtai.credentials",
    "jiangtai.documents",
    "jiangtai.messages",
    "jiangtai.lake",
    "jiangtai.indicators",
    "jiangtai.flows",
    *(f"jiangtai.domains.{name}" for name in DOMAINS),
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jiangtai.web.middleware.session_limits",
    "jiangtai.web.middleware.acting_account",
    "jiangtai.web.middleware.read_only_guard",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jiangtai.web.context.shell",
            ],
        },
    }
]


def database(url: str, name: str = "DATABASE_URL") -> dict[str, object]:
    """Django's database settings for a PostgreSQL URL, which stands in a variable of this name."""
    try:
        parts = urlsplit(url)
        port = parts.port or ""
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} 读不懂，应为 postgresql://用户:密码@主机:端口/库名") from error
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{name} 应以 postgresql:// 开头，匠台只用 PostgreSQL")
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} 里没有库名，应为 postgresql://用户:密码@主机:端口/库名")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", port),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


EMBEDDED = "DATABASE_URL" not in os.environ
DATABASES = {
    "default": database(Cluster(HOME).url(APP) if EMBEDDED else os.environ["DATABASE_URL"]),
    "owner": database(
        os.environ.get("DATABASE_OWNER_URL") or (Cluster(HOME).url(OWNER) if EMBEDDED else os.environ["DATABASE_URL"]),
        "DATABASE_OWNER_URL" if "DATABASE_OWNER_URL" in os.environ else "DATABASE_URL",
    )
    | {"ATOMIC_REQUESTS": False},
}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = HOME.secret("secret") or "missing"
ALLOWED_HOSTS = [host for host in os.environ.get("JIANGTAI_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
HTTPS = os.environ.get("JIANGTAI_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "jiangtai"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jiangtai.web.errors.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Strict, without exceptions: no inline script or style, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["jiangtai.access.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "jiangtai.access.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "jiangtai.access.signin.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "jiangtai.web.signin_forms.LoginForm",
    "change_password": "jiangtai.web.signin_forms.ChangePasswordForm",
    "reauthenticate": "jiangtai.web.signin_forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
# Lock-out is axes' (by account); what is left to allauth is the rate by address, counted in the shared cache.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "600/m/ip,6/5m/key",
    "credential_check": "60/m/ip",
    "phone_code": "1/m/key,10/h/key,600/h/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "jiangtai.access.signin.SecondFactorAdapter"
MFA_TOTP_ISSUER = "匠台"
MFA_TOTP_TOLERANCE = 1  # a code typed at the end of its thirty seconds arrives after it
MFA_FORMS = {
    "authenticate": "jiangtai.web.signin_forms.SecondFactorForm",
    "reauthenticate": "jiangtai.web.signin_forms.SecondFactorAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # http://localhost; elsewhere a passkey needs https
USERSESSIONS_TRACK_ACTIVITY = False

AXES_ENABLE_ADMIN = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"  # as allauth hands it on
AXES_LOCKOUT_CALLABLE = "jiangtai.web.errors.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},  # rate counters live here: a flood must not push them out
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "jiangtai.indicators.charts.EChartsFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a report of many tasks, with what is ticked of each; its bytes are bounded
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

SITE = os.environ.get("JIANGTAI_SITE", "http://127.0.0.1:8000")  # where a QR leads when no request names the site
ROOT_UNIT = os.environ.get("JIANGTAI_ROOT", "")
SMS_PORT = os.environ.get("JIANGTAI_SMS", "jiangtai.kernel.sms.ConsolePort" if DEMO else "jiangtai.kernel.sms.NoPort")
CHECK_PORT = os.environ.get(
    "JIANGTAI_CHECKS", f"jiangtai.people.sources.owners.{'DemoPort' if DEMO else 'NoPort'}"
)  # the way to owners who answer yes or no

# Locked by account alone: behind one NAT a whole office has one address. The rate by address is allauth's, above.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "jiangtai.web.errors.NoTokens"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"jiangtai": {"level": "INFO"}},
}
