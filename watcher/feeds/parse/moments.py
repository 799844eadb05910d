"""Reads dates that feedparser does not, or reads in the wrong zone; put before its own readers. Pure.

Month names of other languages (months.py), Arabic digits, named time zones, "GMT+3", times with am and pm, seconds
since 1970. What is not of these forms is left to feedparser.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

import feedparser

from watcher.feeds.parse.months import MONTHS

# Hours east of Greenwich. Source: RFC 5322, 4.3 for the American ones; the abbreviations of the IANA time zone database
# for the others (Europe/*, Asia/*), TRT and GST as Turkish and Gulf media write them. "AST" is Atlantic time for
# feedparser; here it is what Arab media mean by it. What names several zones of our region (IST) is left out.
ZONES = {
    "ut": 0.0,
    "utc": 0.0,
    "gmt": 0.0,
    "z": 0.0,
    "wet": 0.0,
    "west": 1.0,
    "bst": 1.0,
    "cet": 1.0,
    "cest": 2.0,
    "eet": 2.0,
    "eest": 3.0,
    "msk": 3.0,
    "msd": 4.0,
    "trt": 3.0,
    "ast": 3.0,
    "gst": 4.0,
    "idt": 3.0,
    "irst": 3.5,
    "irdt": 4.5,
    "aft": 4.5,
    "pkt": 5.0,
    "sast": 2.0,
    "cat": 2.0,
    "eat": 3.0,
    "wat": 1.0,
    "est": -5.0,
    "edt": -4.0,
    "cst": -6.0,
    "cdt": -5.0,
    "mst": -7.0,
    "mdt": -6.0,
    "pst": -8.0,
    "pdt": -7.0,
}
_LONGEST = 80  # characters; a date is shorter
_MONTH = rf"(?P<month>{'|'.join(sorted(map(re.escape, MONTHS), key=len, reverse=True))})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?"
_YEAR = r"(?P<year>\d{4}|\d{2})(?!\d)"
_TIME = (
    r"(?:[\s,t|-]*(?:at|à|um|saat|в|الساعة)?\s*(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?|ص|م)?)?"
)
_ZONE = r"\s*(?P<zone>[+-]\d{2}:?\d{2}|(?:gmt|utc)?\s?[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,5})?(?:\s*\([^()]*\))?"
_WEEKDAY = r"(?:[^\W\d_][^\d,]{0,20}(?:,\s*|\s+))?"
_FORMS = (
    re.compile(rf"{_WEEKDAY}{_DAY}[\s/-]*(?:de\s+)?{_MONTH},?[\s/-]*(?:de\s+)?{_YEAR}{_TIME}{_ZONE}"),
    re.compile(rf"{_WEEKDAY}{_MONTH}\s*{_DAY},?\s*{_YEAR}{_TIME}{_ZONE}"),
)
_SINCE_1970 = re.compile(r"(\d{10})(?:\d{3})?")  # from 2001 to 2286; of thirteen digits the last are milliseconds
_ORDINARY = re.compile(  # feedparser reads these rightly, and faster
    r"[A-Z][a-z]{2}, \d\d? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)"
)
_NOON = 12
_CENTURY = 50  # RFC 5322, 4.3: two digits below mean 20xx


def read_moment(text: str) -> tuple[int, ...] | None:
    """The moment in UTC, as the nine numbers that feedparser wants; None for what is not of our forms.

    >>> read_moment("9 حزيران 2016 05:40 EEST")[:5]
    (2016, 6, 9, 2, 40)
    """
    if len(text) > _LONGEST or _ORDINARY.fullmatch(text):
        return None
    plain = _plain(text)
    if seconds := _SINCE_1970.fullmatch(plain):
        return datetime.fromtimestamp(int(seconds[1]), UTC).utctimetuple()
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        return None
    try:
        return _moment(found).utctimetuple()
    except (ValueError, OverflowError):
        return None


def _plain(text: str) -> str:
    """In lower case, with ASCII digits and commas, and single blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("،", ",").replace("\u200f", "")
    if not folded.isascii():
        folded = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in folded)
    return " ".join(folded.split())


def _moment(found: re.Match[str]) -> datetime:
    """Raises: ValueError for a date that no calendar has."""
    year = int(found["year"])
    if len(found["year"]) == len("16"):
        year += 2000 if year < _CENTURY else 1900
    hour = int(found["hour"] or 0)
    if found["half"]:
        hour = hour % _NOON + (_NOON if found["half"][0] in "pم" else 0)
    second = min(int(found["second"] or 0), 59)  # a leap second
    local = datetime(
        year, MONTHS[found["month"]], int(found["day"]), hour, int(found["minute"] or 0), second, tzinfo=UTC
    )
    return local - _offset(found["zone"] or "")


def _offset(zone: str) -> timedelta:
    """East of Greenwich; nothing for a name that we do not know, as feedparser has it."""
    number = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if number is None:
        return timedelta(hours=ZONES.get(zone, 0.0))
    size = timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
    return -size if number[1] == "-" else size


feedparser.registerDateHandler(read_moment)
