"""The settings that come from outside (environment variables), checked once; each unusable one is refused in one line."""

import datetime
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from launcher import places
from launcher.refusals import Unusable

DEMONSTRATION_DAY = "2018-12-31"
YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Options:
    """The office's settings from outside, in the types the program uses.

    `is_demonstration` is the variable DEBUG: demonstration data, demonstration accounts and a fixed office day are allowed.
    `shows_debug_pages` is DEBUG_PAGES: Django's own debug pages, for a programmer only, never for a clerk.
    """

    is_demonstration: bool
    shows_debug_pages: bool
    office_date: datetime.date | None
    secret_key: str
    data_key: bytes
    database: dict[str, str] | None
    migration_database: dict[str, str] | None
    read_database: dict[str, str] | None
    redis_url: str
    allowed_hosts: tuple[str, ...]
    port: int
    password_policy: str
    metrics_token: str
    is_behind_https: bool


def read(environment: Mapping[str, str] = os.environ) -> Options:
    """Check all settings; raises Unusable with the name of the first that cannot be used."""
    served = database_url(environment, "DATABASE_URL")
    owner = database_url(environment, "MIGRATION_DATABASE_URL")
    if served and not owner:
        raise Unusable(
            "MIGRATION_DATABASE_URL is missing: DATABASE_URL names the app role, which may not change tables; "
            "set MIGRATION_DATABASE_URL to the same database with the owner role."
        )
    if owner and not served:
        raise Unusable(
            "DATABASE_URL is missing: MIGRATION_DATABASE_URL is set, so set DATABASE_URL (the app role) too."
        )
    if served and owner and served["USER"] == owner["USER"]:
        raise Unusable(
            "DATABASE_URL and MIGRATION_DATABASE_URL name the same role; the app role must not own the tables."
        )
    is_demonstration = switch(environment, "DEBUG", default=served is None)
    policy = environment.get("PASSWORD_POLICY", "") or "dengbao"
    if policy not in ("dengbao", "asvs"):
        raise Unusable(f"PASSWORD_POLICY={policy!r} is not known: use dengbao or asvs.")
    return Options(
        is_demonstration=is_demonstration,
        shows_debug_pages=is_demonstration and switch(environment, "DEBUG_PAGES", default=False),
        office_date=office_date(environment, is_demonstration),
        secret_key=secret_key(environment, is_demonstration),
        data_key=data_key(environment, is_demonstration),
        database=served,
        migration_database=owner,
        read_database=database_url(environment, "READ_DATABASE_URL"),
        redis_url=redis_url(environment),
        allowed_hosts=allowed_hosts(environment, is_demonstration),
        port=port(environment),
        password_policy=policy,
        metrics_token=environment.get("METRICS_TOKEN", ""),
        is_behind_https=switch(environment, "HTTPS", default=not is_demonstration),
    )


def switch(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A variable that is on (1) or off (0)."""
    text = environment.get(name)
    if text is None:
        return default
    if text.strip().lower() in YES:
        return True
    if text.strip().lower() in NO:
        return False
    raise Unusable(f"{name}={text!r} is neither on nor off: use 1 or 0.")


def office_date(environment: Mapping[str, str], is_demonstration: bool) -> datetime.date | None:
    """The office's day when it is fixed; None when the real day counts."""
    text = environment.get("OFFICE_DATE")
    if text is None:
        return datetime.date.fromisoformat(DEMONSTRATION_DAY) if is_demonstration else None
    if not text.strip():
        return None
    if not is_demonstration:
        raise Unusable(
            "OFFICE_DATE is refused when DEBUG is off: a working office lives in the real day; unset OFFICE_DATE."
        )
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        raise Unusable(f"OFFICE_DATE={text!r} is not a date: write it as 2018-12-31.")
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise Unusable(f"OFFICE_DATE={text!r} is not a day of the calendar: write it as 2018-12-31.") from None


def secret_key(environment: Mapping[str, str], is_demonstration: bool) -> str:
    """The key that signs sessions; made once under var/keys/ for a demonstration."""
    key = environment.get("SECRET_KEY", "")
    if not key:
        if not is_demonstration:
            raise Unusable("SECRET_KEY is missing: with DEBUG off set it to a random text of at least 50 characters.")
        return kept_key("secret_key")
    if len(key) < 50:
        raise Unusable(f"SECRET_KEY is too short ({len(key)} characters): use a random text of at least 50.")
    return key


def data_key(environment: Mapping[str, str], is_demonstration: bool) -> bytes:
    """The 32 bytes that protect identity numbers: DATA_KEY_FILE, else DATA_KEY, else made once for a demonstration."""
    name = "DATA_KEY"
    text = environment.get("DATA_KEY", "")
    path = environment.get("DATA_KEY_FILE", "")
    if path:
        name = "DATA_KEY_FILE"
        try:
            text = Path(path).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not plain text"
            raise Unusable(f"DATA_KEY_FILE={path!r} cannot be read: {reason}.") from None
    if not text:
        if not is_demonstration:
            raise Unusable(
                "DATA_KEY_FILE is missing: with DEBUG off name the file that holds the data key (64 hex digits)."
            )
        text = kept_key("data_key")
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise Unusable(
            f"{name} does not hold a data key: it must be 64 hex digits (32 bytes), as `openssl rand -hex 32` prints."
        )
    return bytes.fromhex(text)


def kept_key(name: str) -> str:
    """A development key, generated once into var/keys/ (mode 0600) and read ever after."""
    path = places.KEYS / name
    try:
        if not path.exists():
            places.KEYS.mkdir(parents=True, exist_ok=True)
            places.KEYS.chmod(0o700)
            draft = path.with_name(f".{name}.{os.getpid()}")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise Unusable(f"the development key {path} cannot be made or read: {error.strerror}.") from None


def database_url(environment: Mapping[str, str], name: str) -> dict[str, str] | None:
    """A PostgreSQL address as Django's connection settings, or None when the variable is not set."""
    text = environment.get(name, "").strip()
    if not text:
        return None
    wanted = f"write {name} as postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    try:
        parts = urlsplit(text)
        number = parts.port
    except ValueError:
        raise Unusable(f"{name} is not an address: {wanted}.") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise Unusable(f"{name} is not a PostgreSQL address (it begins with {parts.scheme or 'nothing'!r}): {wanted}.")
    extra = dict(parse_qsl(parts.query))
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise Unusable(f"{name} names no database: {wanted}.")
    if not parts.username:
        raise Unusable(f"{name} names no role: {wanted}.")
    return {
        "NAME": database,
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": extra.get("host", "") or unquote(parts.hostname or ""),
        "PORT": str(number or extra.get("port", "")),
    }


def redis_url(environment: Mapping[str, str]) -> str:
    """The broker's address, or nothing for the filesystem transport."""
    text = environment.get("REDIS_URL", "").strip()
    if not text:
        return ""
    wanted = "write REDIS_URL as redis://:PASSWORD@HOST:6379/0"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise Unusable(f"REDIS_URL is not an address: {wanted}.") from None
    if parts.scheme not in ("redis", "rediss", "redis+socket") or not (parts.hostname or parts.path):
        raise Unusable(f"REDIS_URL is not a Redis address: {wanted}.")
    return text


def allowed_hosts(environment: Mapping[str, str], is_demonstration: bool) -> tuple[str, ...]:
    """The host names the office answers to."""
    names = tuple(name.strip() for name in environment.get("ALLOWED_HOSTS", "").split(",") if name.strip())
    if not names:
        if not is_demonstration:
            raise Unusable(
                "ALLOWED_HOSTS is missing: with DEBUG off name the hosts the office answers to, divided by commas."
            )
        return LOCAL_HOSTS
    for name in names:
        if not re.fullmatch(r"\.?[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]", name):
            raise Unusable(
                f"ALLOWED_HOSTS holds {name!r}, which is not a host name: give names without scheme or port."
            )
    return names


def port(environment: Mapping[str, str]) -> int:
    """The port the web server listens on."""
    text = environment.get("PORT", "").strip() or "8000"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise Unusable(f"PORT={text!r} is not a port: use a number from 1 to 65535.")
    return int(text)
