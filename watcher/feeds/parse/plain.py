"""Reads the plain RSS 2.0 and Atom that most feeds are, much faster than feedparser, and in linear time. Pure.

feedparser stays the parser of record: here is read only what is known to come out the same there, and any doubt (not
well-formed, a DOCTYPE, markup where text is expected, an element twice, one that feedparser treats specially) gives
None. Which elements mean something to feedparser is asked of feedparser itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from feedparser.api import StrictFeedParser
from feedparser.datetimes import _parse_date
from feedparser.urls import _urljoin

from watcher.feeds.parse.dates import from_struct
from watcher.feeds.parse.links import absolute
from watcher.feeds.parse.markup import unwrap
from watcher.model import Document, Entry

LONGEST = 2_000_000  # characters; a longer document takes a while, and the daemon has other things to do

_ATOM = "http://www.w3.org/2005/atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_PREFIX_OF = {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items()}
_PREFIXES = frozenset(_PREFIX_OF.values()) - {""}
_DECLARED = re.compile(r"""(?<=\s)xmlns(?::([^\s=]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BACKEND = "backend.userland.com/rss"  # feedparser knows these by a part of the URI
_MISREAD = re.compile("[\x80-\x9f]")  # feedparser repairs these
_SPECIAL_LINK = re.compile(r"&\w+;")
_TEXT_TYPES = frozenset((None, "text", "html", "text/html", "text/plain"))
_HTML_TYPES = ("text/html", "html", "xhtml", "application/xhtml+xml")

# What feedparser has code for, but nothing that reaches an entry of ours as long as it stands where it should
_RSS_CHANNEL = frozenset(
    ("link", "description", "pubdate", "lastbuilddate", "generator", "copyright", "managingeditor", "webmaster")
)
_ATOM_FEED = frozenset(("subtitle", "id", "link", "updated", "generator", "rights", "category"))
_PASSIVE = frozenset(
    (
        *("category", "enclosure", "cloud", "dc_subject", "media_content", "media_thumbnail", "media_group"),
        *("media_credit", "media_rating", "media_category", "media_player", "media_restriction", "media_license"),
    )
)
_READ = frozenset(
    (
        *("author", "authors", "author_detail", "content", "created_parsed", "feedburner_origlink", "id", "language"),
        *("link", "links", "published", "published_parsed", "summary", "title", "title_detail", "updated"),
        *("updated_parsed", "summary_detail", "guidislink"),
    )
)


class _DoubtError(Exception):
    """feedparser has to look at this."""


def parse_plain(text: str, url: str) -> Document | None:
    """The document, exactly as ``parse`` gives it; None if it is not plain enough."""
    if len(text) > LONGEST or "<!DOCTYPE" in text or "<!ENTITY" in text or _BACKEND in text:
        return None
    try:
        names = _Names(text)
        root = ET.fromstring(text)  # noqa: S314  no DOCTYPE gets here, so no entity of its own
        if root.tag == "rss":
            return _rss(root, names, url)
        if root.tag == "{http://www.w3.org/2005/Atom}feed":
            return _atom(root, names, url)
    except (_DoubtError, ET.ParseError, UnicodeError, ValueError):
        pass
    return None


class _Names:
    """Tells by which name feedparser knows an element: its usual prefix, "_" and the local name, in lower case."""

    def __init__(self, text: str) -> None:
        self._prefixes: dict[str, set[str]] = {"": {""}}
        self._known: dict[str, str] = {}
        for prefix, quoted, apostrophed in _DECLARED.findall(text):
            uri = (quoted or apostrophed).lower()
            usual = _PREFIX_OF.get(uri)
            if (prefix in _PREFIXES and usual != prefix) or (usual == "" and uri != _ATOM) or "&" in uri:
                raise _DoubtError
            self._prefixes.setdefault(uri, set()).add(prefix.lower() if usual is None else usual)

    def of(self, tag: Any) -> str:
        if not isinstance(tag, str):  # a comment
            raise _DoubtError
        if tag not in self._known:
            uri, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
            prefixes = self._prefixes.get(uri.lower(), set())
            if len(prefixes) != 1:
                raise _DoubtError
            prefix = next(iter(prefixes))
            self._known[tag] = f"{prefix}_{local.lower()}" if prefix else local.lower()
        return self._known[tag]


def _means_nothing(element: ET.Element, names: _Names) -> bool:
    """Whether feedparser only files this element away, under a name that nobody looks up."""
    name = names.of(element.tag)
    if name not in _PASSIVE:
        has_code = hasattr(StrictFeedParser, f"_start_{name}") or hasattr(StrictFeedParser, f"_end_{name}")
        if has_code or name in _READ:
            return False
    return all(_means_nothing(child, names) for child in element)


# --- RSS 2.0 -------------------------------------------------------------------------------------------------------


def _rss(root: ET.Element, names: _Names, url: str) -> Document:
    if set(root.attrib) != {"version"} or not root.attrib["version"].startswith("2.") or len(root) != 1:
        raise _DoubtError
    channel = root[0]
    if channel.tag != "channel" or channel.attrib:
        raise _DoubtError
    told: dict[str, str] = {}
    entries: list[Entry] = []
    for child in channel:
        name = names.of(child.tag)
        if child.tag == "item":
            entries.append(_item(child, names, url))
        elif child.tag in ("title", "language"):
            _once(told, name, _plain(child))
        elif name == "image":
            _expect(not child.attrib and all(not len(part) and part.tag in _IMAGE for part in child))
        elif name not in _RSS_CHANNEL or len(child):
            _expect(_means_nothing(child, names))
    return _document("rss20", told.get("title", ""), told.get("language") or None, entries)


_IMAGE = ("title", "url", "link", "width", "height", "description")


def _item(item: ET.Element, names: _Names, url: str) -> Entry:
    _expect(not item.attrib)
    told: dict[str, str] = {}
    permanent = True
    for child in item:
        name = names.of(child.tag)
        if child.tag == "guid":
            permanent = child.attrib.get("isPermaLink", "true") == "true"
            _expect(set(child.attrib) <= {"isPermaLink"})
            _once(told, "id", _text(child))
        elif child.tag in ("title", "link", "description", "pubDate"):
            _once(told, name, _plain(child))
        elif name in ("author", "dc_creator"):
            _once(told, "author", _plain(child))
        elif name == "content_encoded":
            _once(told, "content", _plain(child))
        elif name != "source" or len(child):
            _expect(_means_nothing(child, names))
    guid, content = told.get("id"), told.get("content", "")
    if guid and permanent:
        guid = _uri(guid)
    link = _uri(told["link"]) if "link" in told else (guid or "") if permanent else ""
    return Entry(
        guid=guid or None,
        link=absolute(link, url),
        title=unwrap(told.get("title", "")),
        summary=unwrap(told.get("description", content)),
        content=unwrap(content),
        published_at=_moment(told.get("pubdate")),
        updated_at=None,
        author=told.get("author") or None,
    )


# --- Atom 1.0 ------------------------------------------------------------------------------------------------------


def _atom(root: ET.Element, names: _Names, url: str) -> Document:
    _expect(set(root.attrib) <= {_LANG})
    language = _language(root, None)
    title: dict[str, str] = {}
    entries: list[Entry] = []
    for child in root:
        name = names.of(child.tag)
        if name == "entry":
            entries.append(_entry(child, names, url, language))
        elif name == "title":
            _once(title, name, _marked_up(child))
        elif name == "author":
            _author(child, names)
        elif name not in _ATOM_FEED or len(child):
            _expect(_means_nothing(child, names))
    shown = language.replace("_", "-") if language else None
    return _document("atom10", title.get("title", ""), shown, entries)


def _entry(entry: ET.Element, names: _Names, url: str, inherited: str | None) -> Entry:
    _expect(set(entry.attrib) <= {_LANG})
    language = _language(entry, inherited)
    told: dict[str, str] = {}
    languages: dict[str, str | None] = {}
    links: list[tuple[str, str, str]] = []
    for child in entry:
        name = names.of(child.tag)
        if name in ("title", "summary", "content"):
            _once(told, name, _marked_up(child))
            languages[name] = _language(child, language)
        elif name == "id":
            _once(told, name, _uri(_plain(child)))
        elif name in ("published", "updated"):
            _once(told, name, _plain(child))
        elif name == "author":
            _once(told, name, _author(child, names))
        elif name == "link":
            links.append(_atom_link(child))
        else:
            _expect(_means_nothing(child, names))
    content = told.get("content", "")
    spoken = languages.get("title") or languages.get("content")
    return Entry(
        guid=told.get("id") or None,
        link=absolute(_page(links, told.get("id", "")), url),
        title=unwrap(told.get("title", "")),
        summary=unwrap(told.get("summary", content)),
        content=unwrap(content),
        published_at=_moment(told.get("published")),
        updated_at=_moment(told.get("updated")),
        author=told.get("author") or None,
        language=spoken.replace("_", "-") if spoken else None,
    )


def _atom_link(link: ET.Element) -> tuple[str, str, str]:
    """Relation, type and address."""
    attributes = link.attrib
    _expect("href" in attributes and "url" not in attributes and "uri" not in attributes and not len(link))
    relation = attributes.get("rel", "alternate").lower()
    kind = attributes.get("type", "application/atom+xml" if relation == "self" else "text/html").lower()
    return relation, kind, _urljoin("", attributes["href"])


def _page(links: list[tuple[str, str, str]], guid: str) -> str:
    """The address that xml_feed chooses among those that feedparser gives."""
    chosen = guid
    for relation, kind, href in links:
        if relation == "alternate" and kind in _HTML_TYPES:
            chosen = href
    if chosen and (chosen != guid or chosen.startswith(("http://", "https://"))):
        return chosen
    others = (href for relation, _, href in links if href and relation in ("alternate", "related", "via"))
    return next(others, chosen)


def _author(author: ET.Element, names: _Names) -> str:
    parts: dict[str, str] = {}
    _expect(not author.attrib and not (author.text or "").strip())
    for child in author:
        name = names.of(child.tag)
        _expect(name in ("name", "email", "uri") and not (child.tail or "").strip())
        _once(parts, name, _plain(child))
    name, email = parts.get("name", ""), parts.get("email", "")
    return f"{name} ({email})" if name and email else name or email


def _language(element: ET.Element, inherited: str | None) -> str | None:
    return element.attrib.get(_LANG, inherited) or None


def _marked_up(element: ET.Element) -> str:
    """The text of an element that may say that it is HTML, and holds it escaped."""
    attributes = set(element.attrib) - {_LANG, _BASE}
    _expect(attributes <= {"type"} and element.attrib.get("type") in _TEXT_TYPES)
    return _text(element)


# --- both ----------------------------------------------------------------------------------------------------------


def _document(version: str, title: str, language: str | None, entries: Iterable[Entry]) -> Document:
    found = tuple(entries)
    return Document(format=version, title=title, language=language, entries=found, raw_entries=len(found))


def _plain(element: ET.Element) -> str:
    _expect(not element.attrib)
    return _text(element)


def _text(element: ET.Element) -> str:
    """The text of an element that holds nothing else, and that feedparser takes as it is."""
    _expect(not len(element))
    text = (element.text or "").strip()
    if not text.isascii():
        _expect(not _MISREAD.search(text))
        try:
            text.encode("iso-8859-1").decode("utf-8")
        except UnicodeError:
            return text
        raise _DoubtError
    return text


def _uri(text: str) -> str:
    _expect(not _SPECIAL_LINK.search(text))
    return _urljoin("", text) if text else ""


def _moment(text: str | None) -> datetime | None:
    return from_struct(_parse_date(text)) if text else None


def _once(told: dict[str, str], name: str, text: str) -> None:
    _expect(name not in told)
    told[name] = text


def _expect(plain: bool) -> None:
    if not plain:
        raise _DoubtError
