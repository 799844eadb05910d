"""Under which names an entry may come back: a set of keys, not one id. Pure.

Publishers change guids, links and texts, one at a time; whichever key is left tells that we have seen the entry. Each
key must be narrow enough that no *other* entry has it: a wrong match loses news. So a weak key (a link that several
updates may share, a title, a text) counts only together with another, or when it is long enough to be unique.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from watcher.feeds.items.urls import page_key, path_key

_MIN_TITLE_WORDS = 4  # a shorter title ("Breaking news") comes again, at any time
_MIN_PRINT_WORDS = 20  # a shorter text may come again, word for word, about another day
_LONGEST_KEY = 200  # characters; longer ones are hashed
_WORD = re.compile(r"[^\W_]+")
_ASCII_WORDS = bytes(code if chr(code).isascii() and chr(code).isalnum() else 0x20 for code in range(256)).lower()


@dataclass(frozen=True, slots=True)
class Wording:
    """What follows from an entry's texts and addresses alone, and costs most to find out; ``title`` is clean.

    ``title_digest`` and ``content_hash`` are of the words, without case and punctuation (see ``words``): the hash
    changes when a reader would see a change. Telling is what is long enough not to come again by itself.
    ``page`` and ``whole_page`` are the link's page keys, ``moved`` the guid's path key (see urls.py).
    """

    title: str
    content_hash: str
    title_digest: str
    title_is_telling: bool
    text_is_telling: bool
    page: str | None
    whole_page: str | None
    moved: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What identifies an entry: guid, link and time as the feed gave them, and its wording."""

    guid: str | None
    link: str | None
    published_at: datetime | None
    wording: Wording


def make_wording(guid: str | None, link: str | None, title: str, text: str) -> Wording:
    title_words, text_words = words(title), words(text)
    whole_page = page_key(link, with_fragment=True) if link else None
    return Wording(
        title=title,
        content_hash=_digest(title_words, text_words),
        title_digest=_digest(title_words),
        title_is_telling=_count(title_words) >= _MIN_TITLE_WORDS,
        text_is_telling=_count(text_words) >= _MIN_PRINT_WORDS,
        page=page_key(link, with_fragment=False) if guid and link and "#" in link else whole_page,
        whole_page=whole_page,
        moved=path_key(guid) if guid else None,
    )


def words(text: str) -> str:
    """The words of ``text`` in one spelling, with single spaces."""
    if text.isascii():  # most are: the same, by whole blocks
        return " ".join(text.encode("ascii").translate(_ASCII_WORDS).decode("ascii").split())
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def identify(drafts: Sequence[Draft], *, composite_keys: bool = False) -> tuple[tuple[str, ...] | None, ...]:
    """The keys of each draft, strongest first, for one document; None for one that repeats an earlier one.

    Drafts with different contents under one guid (or, lacking guids, one link) are different entries: that guid
    identifies none of them, so it counts only together with what tells them apart. No two entries share a key.
    ``composite_keys``: the feed has done so before, so no guid of it counts alone.
    """
    first = _first_of_each(drafts)
    distinct = [draft for draft, is_first in zip(drafts, first, strict=True) if is_first]
    taken = Counter(_own_key(draft) for draft in distinct)
    candidates = [
        _keys(draft, alone=taken[_own_key(draft)] == 1 and not (composite_keys and draft.guid)) for draft in distinct
    ]
    owners = Counter(key for keys in candidates for key in keys)
    keys = iter(_unshared(draft, keys, owners) for draft, keys in zip(distinct, candidates, strict=True))
    return tuple(next(keys) if is_first else None for is_first in first)


def _first_of_each(drafts: Sequence[Draft]) -> tuple[bool, ...]:
    """Which drafts are no repetition: the same content under the same guid or at the same page, or under neither."""
    seen: set[tuple[str, str]] = set()
    result = []
    for draft in drafts:
        names = [f"guid {draft.guid}"] if draft.guid else []
        names += [f"page {draft.wording.whole_page}"] if draft.link else []
        marks = {(name, draft.wording.content_hash) for name in names or ["nameless"]}
        result.append(not marks & seen)
        seen |= marks
    return tuple(result)


def _own_key(draft: Draft) -> str:
    """The strongest key an entry has, if no other entry claims the same."""
    if draft.guid:
        return _key("guid", draft.guid)
    if draft.link:
        return _key("link", draft.wording.whole_page or "")
    return _print(draft)


def _keys(draft: Draft, *, alone: bool) -> tuple[str, ...]:
    """All keys of an entry, strongest first; without its own key where others claim that too."""
    wording = draft.wording
    title, page, moved = wording.title_digest, wording.page, wording.moved
    keys = [_own_key(draft)] if alone else []
    if not alone and draft.guid and page:
        keys.append(_key("guid+link", draft.guid, page))
    if not alone and draft.guid:
        keys.append(_key("guid+title", draft.guid, title))
    if moved:
        keys.append(_key("guid-path+title", moved, title))
    if page:
        keys.append(_key("link+title", page, title))
    if draft.published_at and _tells_moment(draft.published_at) and wording.title_is_telling:
        keys.append(_key("title+date", title, draft.published_at.isoformat()))
    if wording.text_is_telling:
        keys.append(_print(draft))
    return tuple(dict.fromkeys(keys))


def _unshared(draft: Draft, keys: Iterable[str], owners: Counter[str]) -> tuple[str, ...]:
    """The keys that no other entry of the document has; in the worst case guid, link and content all together."""
    own = tuple(key for key in keys if owners[key] == 1)
    return own or (_key("all", draft.guid or "", draft.link or "", draft.wording.content_hash),)


def _tells_moment(published_at: datetime) -> bool:
    """A time of midnight is no time: the feed gives days only."""
    return published_at.time() != time(0)


def _count(spaced: str) -> int:
    return spaced.count(" ") + 1 if spaced else 0


def _print(draft: Draft) -> str:
    return _key("print", draft.wording.content_hash)


def _key(kind: str, *parts: str) -> str:
    value = " ".join(parts)
    return f"{kind}:{value if len(value) <= _LONGEST_KEY else _digest(value)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
