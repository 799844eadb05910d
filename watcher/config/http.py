"""What feeds.yaml says about asking a feed's server: checked, and with its secrets filled in.

A missing secret leaves the feed without these settings, and says so: it is polled on, so that its failing is seen.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit

from watcher.config.schema import FeedEntry
from watcher.config.secrets import PLACEHOLDER, MissingSecret, fill_text, find_secrets, is_open_to_all, without_values
from watcher.model import HttpSettings, Problem
from watcher.rulebook.wording import did_you_mean
from watcher.rulebook.yaml import YamlDocument

_SECRET_HEADER = re.compile(r"auth|key|token|secret|session|password", re.IGNORECASE)
_INLINE = (
    "a secret stands in the file: write {name} instead, "
    "and say under 'secrets' where it is found (env, file or credential)"
)
Loc = tuple[str, ...]


def http_settings(
    key: str, entry: FeedEntry, document: YamlDocument, environment: Mapping[str, str]
) -> tuple[HttpSettings | None, tuple[str, ...], list[Problem]]:
    """The settings of a feed (None if it has none), the secrets in them, and what is wrong or doubtful."""
    loc = ("feeds", key)
    problems = [without_values(document.problem((*loc, *where), message)) for where, message in _wrong(entry)]
    used = {name for _, text in _values(entry) for name in PLACEHOLDER.findall(text)}
    for name, secret in entry.secrets.items():
        where = (*loc, "secrets", name)
        if name not in used:
            problems.append(
                document.problem(where, f"nothing under 'http' refers to {{{name}}}", key=True, warning=True)
            )
        if is_open_to_all(secret):
            message = f"every user of this machine can read {secret.file}: chmod o-r"
            problems.append(document.problem(where, message, key=True, warning=True))
    if not any(True for _ in _values(entry)) or any(problem.severity == "error" for problem in problems):
        return None, (), problems
    try:
        settings = _filled(entry, environment)
    except MissingSecret as missing:
        message = f"feed {key!r} is polled without its settings under 'http': {missing}"
        return None, (), [*problems, document.problem(loc, message, key=True, warning=True)]
    return settings, _unloggable(entry, settings, environment), problems


def _values(entry: FeedEntry) -> Iterator[tuple[Loc, str]]:
    """Each value under ``http``, and where it stands."""
    http = entry.http
    for name, text in http.headers.items():
        yield ("http", "headers", name), text
    for name, text in http.cookies.items():
        yield ("http", "cookies", name), text
    if http.basic_auth:
        yield ("http", "basic_auth", "user"), http.basic_auth.user
        yield ("http", "basic_auth", "password"), http.basic_auth.password
    single: tuple[tuple[str, str | None], ...] = (
        ("bearer_token", http.bearer_token),
        ("proxy", http.proxy),
        ("user_agent", http.user_agent),
    )
    for key, value in single:
        if value is not None:
            yield ("http", key), value


def _wrong(entry: FeedEntry) -> Iterator[tuple[Loc, str]]:
    """What may not stand there. The values are never quoted: they may be secrets."""
    for where, text in _values(entry):
        for name in dict.fromkeys(PLACEHOLDER.findall(text)):
            if name not in entry.secrets:
                yield where, f"{{{name}}} is not under 'secrets'{did_you_mean(name, entry.secrets)}"
        if _must_refer(where) and not PLACEHOLDER.search(text):
            yield where, _INLINE
        if not text.isprintable():
            yield where, "a line break or control character cannot be sent"
    if entry.http.proxy is not None and not PLACEHOLDER.fullmatch(entry.http.proxy):
        yield from _wrong_proxy(PLACEHOLDER.sub("x", entry.http.proxy), entry.http.proxy)


def _must_refer(where: Loc) -> bool:
    return (
        where[1] in ("cookies", "bearer_token")
        or where[-1] == "password"
        or (where[1] == "headers" and _SECRET_HEADER.search(where[-1]) is not None)
    )


def _wrong_proxy(text: str, written: str) -> Iterator[tuple[Loc, str]]:
    where = ("http", "proxy")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        password = urlsplit(PLACEHOLDER.sub("", written)).password
    except ValueError:
        usable, password = False, None
    if not usable:
        yield where, "expected an address like 'http://proxy.example.org:3128' (http and https proxies are known)"
    elif password:
        yield where, _INLINE


def _filled(entry: FeedEntry, environment: Mapping[str, str]) -> HttpSettings:
    """Raises: MissingSecret."""

    def fill(text: str, *, in_url: bool = False) -> str:
        return fill_text(text, entry.secrets, environment, in_url=in_url)

    http = entry.http
    headers = [(name, fill(text)) for name, text in http.headers.items()]
    if http.bearer_token:
        headers.append(("Authorization", f"Bearer {fill(http.bearer_token)}"))
    return HttpSettings(
        headers=tuple(headers),
        cookies=tuple((name, fill(text)) for name, text in http.cookies.items()),
        basic_auth=(fill(http.basic_auth.user), fill(http.basic_auth.password)) if http.basic_auth else None,
        proxy=fill(http.proxy, in_url=True) if http.proxy else None,
        user_agent=fill(http.user_agent) if http.user_agent else None,
        home=entry.url,
    )


def _unloggable(entry: FeedEntry, settings: HttpSettings, environment: Mapping[str, str]) -> tuple[str, ...]:
    texts = list(find_secrets(entry.secrets, environment))
    if settings.basic_auth:
        user, password = settings.basic_auth
        texts += [password, quote(password, safe=""), base64.b64encode(f"{user}:{password}".encode()).decode("ascii")]
    in_proxy = urlsplit(settings.proxy).password if settings.proxy else None
    texts += [in_proxy] if in_proxy else []
    return tuple(dict.fromkeys(text for text in texts if text))
