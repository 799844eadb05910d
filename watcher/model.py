"""The frozen values that every layer speaks, in the order in which the pipeline makes them.

Pure: no I/O, no clock. All ``*_at`` are aware UTC datetimes. The words are those of docs/glossary.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, NewType

FeedId = NewType("FeedId", str)
ItemId = NewType("ItemId", str)
PlaceId = NewType("PlaceId", str)
ActorId = NewType("ActorId", str)
WatchId = NewType("WatchId", str)
RouteId = NewType("RouteId", str)
ChannelId = NewType("ChannelId", str)
IncidentId = NewType("IncidentId", str)
DigestId = NewType("DigestId", str)
DeliveryId = NewType("DeliveryId", str)


# --- positions and problems in the user's files -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: path as the user would type it, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def file_line(self) -> str:
        """``file:line``, as shown beside alerts."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, or doubtful, in a file.

    ``excerpt`` is the line of the file, for showing it with a caret below ``position.column``; empty when unknown.
    """

    position: Position
    message: str
    severity: Literal["error", "warning"] = "error"
    excerpt: str = ""

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else "warning: "
        return f"{self.position}: {mark}{self.message}"

    @property
    def sort_key(self) -> tuple[Position, str]:
        return (self.position, self.message)


# --- feeds: what we ask for, what HTTP gave, what the feed said ----------------------------------------------------


class FullText(StrEnum):
    """Whether the page behind an item is read as well."""

    ALWAYS = "always"
    WHEN_SHORT = "when_short"  # the feed gives only the beginning of the text
    NEVER = "never"


class ReadFrom(StrEnum):
    """What of an item the detector read."""

    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Feed:
    """A source that we poll, as config/feeds.yaml describes it.

    ``outlet`` names the publisher: an incident counts each outlet once, however many feeds it has.
    ``interval`` is the wished time between two polls. ``tier`` says how much the desk depends on it, 1 is most.
    """

    id: FeedId
    name: str
    url: str
    outlet: str
    language: str | None
    kind: str
    interval: timedelta
    origin: Position
    tier: int = 2
    full_text: FullText = FullText.NEVER


class FeedHealth(StrEnum):
    """What the last poll says about a feed."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"  # HTTP 410: the publisher has ended it
    MISSING = "missing"  # 404
    BLOCKED = "blocked"  # 401, 403, 451, or a challenge that only a browser passes
    RATE_LIMITED = "rate_limited"  # 429, or 503 with a wish to be left alone for a while

    @property
    def is_failing(self) -> bool:
        return self not in (FeedHealth.NEW, FeedHealth.OK)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a feed says about being polled. Hours (0-23) and days (Monday is 0) are in GMT (RSS 2.0)."""

    interval: timedelta | None = None  # <ttl>, sy:updatePeriod and sy:updateFrequency, whichever is longer
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a feed publishes, as learnt: the usual time between two items, and the longest of late (a night, a Sunday).

    ``seen`` counts the gaps that this rests on; below a handful it says little.
    """

    usual: timedelta
    longest: timedelta
    seen: int


@dataclass(frozen=True, slots=True)
class FeedState:
    """The polling state of one feed between two polls.

    ``etag`` and ``last_modified`` are opaque validators, sent back byte for byte (RFC 9110, 13.1).
    ``body_hash`` is the SHA-256 of the last decoded body, the final word on "unchanged".
    ``failures`` counts failed polls in a row; ``reason`` tells the last one.
    ``last_document_at`` is when a whole document last came; ``entries`` is how many it held, ``lost_entries`` how many
    more its source text had. ``hurry_until``: polled more often, as items were missed. ``composite_keys``: its guids do
    not tell its items apart. ``adopted_url`` is polled in place of the configured one; ``moved_to`` is where permanent
    redirects have led ``moved_times`` in a row.
    """

    feed_id: FeedId
    next_poll_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_item_at: datetime | None = None
    failures: int = 0
    health: FeedHealth = FeedHealth.NEW
    reason: str | None = None
    last_document_at: datetime | None = None
    entries: int = 0
    lost_entries: int = 0
    wishes: Wishes = Wishes()
    rhythm: Rhythm | None = None
    hurry_until: datetime | None = None
    composite_keys: bool = False
    adopted_url: str | None = None
    moved_to: str | None = None
    moved_times: int = 0
    moved_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One GET: conditional when a validator is given."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    feed_id: FeedId | None = None  # whose headers, cookies and proxy are to be used
    is_page: bool = False  # a page for readers is wanted, and no feed


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How the server of one feed is to be asked. Secrets have been filled in: never logged or shown.

    ``home`` is the feed's address as configured: only its scheme, host and port are told the secrets, also when the
    feed has moved; without it, those of the address asked for.
    """

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    user_agent: str | None = None
    home: str | None = None


class FailureReason(StrEnum):
    """Why a poll gave nothing; a closed set, so that it can be counted."""

    NAME = "name"  # the host name does not resolve
    CONNECTION = "connection"  # refused, reset, unreachable
    TLS = "tls"
    TIMEOUT = "timeout"  # the total deadline passed
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"
    HTTP_STATUS = "http_status"  # any other than the following
    UNAUTHORIZED = "unauthorized"  # 401, 407: who we are is missing or wrong
    FORBIDDEN = "forbidden"  # 403, 451
    CHALLENGED = "challenged"  # a bot check that only a browser passes (Cloudflare)
    NOT_FOUND = "not_found"  # 404
    GONE = "gone"  # 410
    RATE_LIMITED = "rate_limited"  # 429, or 503 with a wish to be left alone; also other feeds of that host
    BAD_URL = "bad_url"
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    BROKEN = "broken"  # the body ended early or cannot be decoded or parsed
    NOT_ASKED = "not_asked"  # its turn at its host did not come: no failure of the feed
    STORE = "store"  # it was read, and could not be stored


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that gave nothing, with its reason in words.

    ``status`` is the HTTP status when one was received; ``retry_after`` what the server asked for; ``resting_host``
    is the host that wants to be left alone by all of its feeds.
    """

    reason: FailureReason
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None
    resting_host: str | None = None

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Response:
    """What HTTP gave: status 200 with a body, or 304 with none.

    ``headers`` has lower-case names. ``body`` is decompressed. ``url`` is the final one, after redirects.
    ``notes`` says what was odd about the transfer (cut off, wrong Content-Length …); the document itself tells
    whether it is whole.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: timedelta
    notes: tuple[str, ...] = ()
    moved_to: str | None = None  # where permanent redirects (301, 308) alone led to


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the feed gave it, HTML and all; missing fields are empty or None."""

    guid: str | None
    link: str | None
    title: str
    summary: str
    content: str
    published_at: datetime | None
    updated_at: datetime | None
    author: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed feed.

    ``format`` is feedparser's version string ("rss20", "atom10", "json11" …).
    ``raw_entries`` counts the entry elements in the source text: more than ``entries`` means that some were lost.
    ``notes`` says what was odd (encoding repaired, not well-formed …), for the log and ``watcher feeds check``.
    ``complete`` is False when the source text ended early: its whole entries are here, its validators are not kept.
    ``older`` is the address of the entries before these, if the feed tells it (RFC 5005, JSON Feed ``next_url``).
    """

    format: str
    title: str
    language: str | None
    entries: tuple[Entry, ...]
    raw_entries: int
    notes: tuple[str, ...] = ()
    complete: bool = True
    wishes: Wishes = Wishes()
    older: str | None = None
    generator: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry that became ours: clean text, UTC times, a stable identity.

    ``id`` is derived from the feed and the strongest key, so that the same entry gets the same id again.
    ``keys`` are all identities under which it may return (guid, canonical link …), strongest first.
    ``content_hash`` changes when the publisher edits title or text.
    ``published_at`` is what the feed claims (None if it claims nothing usable); it never decides newness.
    ``copy_of`` is the item that first had this text, itself a copy of none; ``copy_because`` tells why, after "it".
    """

    id: ItemId
    feed_id: FeedId
    source: str
    outlet: str
    title: str
    text: str
    url: str | None
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    keys: tuple[str, ...]
    content_hash: str
    copy_of: ItemId | None = None
    copy_because: str | None = None

    @property
    def dated_at(self) -> datetime:
        """The moment that "on Wednesday" in the text is counted from."""
        if self.published_at is None:
            return self.first_seen_at
        return min(self.published_at, self.first_seen_at)


# --- what the rules know -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A named location inside another.

    ``names`` are all spellings to look for, in any script. ``name`` and ``name_ar`` are for showing.
    ``needs_context``: the name alone is too common a word; it counts only beside a type noun or what contains it.
    ``weak_names`` are those of ``names`` that need such context while the others do not.
    """

    id: PlaceId
    kind: str
    inside: PlaceId | None
    name: str
    name_ar: str | None
    names: tuple[str, ...]
    origin: Position
    latitude: float | None = None
    longitude: float | None = None
    pcode: str | None = None
    needs_context: bool = False
    weak_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """An armed side, possibly part of another. ``exact_case`` names match only as written (IS, not "is")."""

    id: ActorId
    inside: ActorId | None
    name: str
    name_ar: str | None
    names: tuple[str, ...]
    origin: Position
    exact_case: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()  # names of media that speak for this side
    called: tuple[str, ...] = ()  # nouns that may mean this side once it is named: "the jihadists"
    allies: tuple[ActorId, ...] = ()  # sides that it fights beside
    countries: tuple[str, ...] = ()  # names of the country or its capital, which mean the side where they act


class Event(StrEnum):
    """The two kinds of news."""

    CONTROL_CHANGE = "control_change"
    SIEGE = "siege"


class Action(StrEnum):
    """How control changed, or what became of a siege (docs/events.md)."""

    CAPTURED = "captured"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"
    IMPOSED = "imposed"
    TIGHTENED = "tightened"
    BROKEN = "broken"
    LIFTED = "lifted"


class Status(StrEnum):
    """What the item says about the event; only ``claimed`` and ``asserted`` alert."""

    NEGATED = "negated"
    PROSPECTIVE = "prospective"
    BACKGROUND = "background"
    STANDING = "standing"
    CLAIMED = "claimed"
    ASSERTED = "asserted"

    @property
    def alerts(self) -> bool:
        return self in (Status.CLAIMED, Status.ASSERTED)


class Extent(StrEnum):
    """How much of the place."""

    FULL = "full"
    PARTIAL = "partial"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of an item's full text (``title + "\\n\\n" + text``) and what it was read as."""

    start: int
    end: int
    role: Literal["place", "trigger", "gained_by", "lost_by", "cue", "time", "source", "object"]
    label: str  # what it stands for: a place id, actor id, lemma, cue name …


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a decision, in words, with the rule that made it and what it added to the confidence."""

    text: str
    rule: Position | None = None
    weight: float | None = None

    def __str__(self) -> str:
        weight = "" if self.weight is None else f" ({self.weight:+.2f})"
        rule = "" if self.rule is None else f" [{self.rule.file_line}]"
        return f"{self.text}{weight}{rule}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One event at one place reported by one item, with its evidence (docs/events.md).

    ``quote`` is the sentence verbatim; ``start``/``end`` are its character offsets into ``title + "\\n\\n" + text``,
    and so are those of ``marks``. ``rule`` is the line of the language table whose trigger fired.
    """

    event: Event
    action: Action
    place: PlaceId
    area: PlaceId
    gained_by: ActorId | None
    lost_by: ActorId | None
    status: Status
    extent: Extent
    event_date: date | None
    attributed_to: str | None
    quote: str
    start: int
    end: int
    confidence: float
    rule: Position
    reasons: tuple[Reason, ...] = ()
    marks: tuple[Mark, ...] = ()


# --- watches, incidents, routes ------------------------------------------------------------------------------------


class Severity(StrEnum):
    """How much a watch cares, least first in ``rank``."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Watch:
    """Areas and events that a desk follows. ``raise_to`` lifts the severity at some places (and inside them).

    ``close_after``: an incident of which nothing was told for so long is closed.
    """

    id: WatchId
    title: str
    areas: tuple[PlaceId, ...]
    events: tuple[Event, ...]
    severity: Severity
    origin: Position
    raise_to: tuple[tuple[PlaceId, Severity], ...] = ()
    minimum_confidence: float = 0.0
    close_after: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a route's digest goes out: ``wait`` after its first entry, then not before ``then_every`` has passed.

    ``wait`` zero means at once. ``daily_at`` are local times ("07:00") in ``timezone`` (an IANA name) at which
    whatever is waiting goes out too.
    """

    wait: timedelta
    then_every: timedelta
    daily_at: tuple[str, ...] = ()
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which a route's digests wait, ``end`` not included; ``start`` may lie before midnight."""

    start: str  # "22:30"
    end: str
    timezone: str  # an IANA name


@dataclass(frozen=True, slots=True)
class Route:
    """Which alerts go to which channels, and when. Empty filters admit everything.

    ``cooldown``: for how long a place and event that was told of makes no further digest due. ``most_entries``: what
    is more waits for the next digest. ``reports_when_quiet``: at the daily times something goes out even if nothing
    happened, so that silence never means that Watcher is dead.
    """

    id: RouteId
    title: str
    channels: tuple[ChannelId, ...]
    timing: Timing
    origin: Position
    areas: tuple[PlaceId, ...] = ()
    events: tuple[Event, ...] = ()
    severities: tuple[Severity, ...] = ()
    statuses: tuple[Status, ...] = ()
    minimum_confidence: float = 0.0
    quiet_hours: QuietHours | None = None
    cooldown: timedelta = timedelta(0)
    most_entries: int = 60
    reports_when_quiet: bool = True


@dataclass(frozen=True, slots=True)
class Assumption:
    """Who is taken to have held, and besieged, a place from a day on, before any report; ``source`` tells why."""

    place: PlaceId
    held_by: ActorId | None
    besieged_by: ActorId | None
    since: date
    source: str
    origin: Position


@dataclass(frozen=True, slots=True)
class ControlRules:
    """What the ledger starts from, and how long after the ledger was told a report may count as known."""

    known_for: timedelta = timedelta(days=14)
    assumptions: tuple[Assumption, ...] = ()


NO_ASSUMPTIONS: Final = ControlRules()


class IncidentState(StrEnum):
    """Where an incident stands; incidents/states.py has the table of what leads where."""

    OPENED = "opened"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    DENIED = "denied"
    REVERSED = "reversed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Report:
    """One item's finding as part of an incident, and why it joined.

    ``copy_of`` is that of the item, as it is worded now. ``voice`` is the armed side that speaks in it, if one does.
    A report that its outlet took back has a ``withdrawn_because`` and counts neither for nor against.
    """

    item_id: ItemId
    outlet: str
    source: str
    title: str
    url: str | None
    published_at: datetime | None
    reported_at: datetime  # when Watcher saw it
    finding: Finding
    joined_because: str
    read_from: ReadFrom = ReadFrom.FEED
    copy_of: ItemId | None = None
    voice: ActorId | None = None
    withdrawn_because: str | None = None

    @property
    def text_of(self) -> ItemId:
        """The item whose text this is: copies share it."""
        return self.copy_of or self.item_id


@dataclass(frozen=True, slots=True)
class Incident:
    """The findings about one event, from all items; ``reports`` in the order in which Watcher saw them.

    The fields from ``action`` to ``confidence`` are derived from the reports (incidents/summarise.py), ``state`` and
    ``state_because`` from them and from ``reversed_by``, the incident that undid it (incidents/states.py).
    ``known_because``: the ledger holds it already, so that it alerts nobody; ``against_ledger``: what the ledger had
    instead (incidents/ledger.py).
    """

    id: IncidentId
    event: Event
    action: Action
    place: PlaceId
    area: PlaceId
    gained_by: ActorId | None
    lost_by: ActorId | None
    status: Status
    extent: Extent
    event_date: date | None
    confidence: float
    severity: Severity
    watch_id: WatchId
    watch_rule: Position
    state: IncidentState
    opened_at: datetime
    updated_at: datetime
    reports: tuple[Report, ...]
    state_because: str = ""
    reversed_by: IncidentId | None = None
    known_because: str | None = None
    against_ledger: str | None = None

    @property
    def outlets(self) -> tuple[str, ...]:
        """Each outlet once, in the order of its first report."""
        return tuple(dict.fromkeys(report.outlet for report in self.reports))


class ChangeKind(StrEnum):
    """What a report did to an incident."""

    OPENED = "opened"
    CONFIRMED = "confirmed"  # another outlet tells the same
    REPEATED = "repeated"  # the same outlet again
    COPIED = "copied"  # another outlet, with a text that was known
    UPGRADED = "upgraded"  # only claimed so far, now asserted
    DISPUTED = "disputed"
    DENIED = "denied"  # by the side that is said to have gained, or by most who take no side
    REVERSED = "reversed"
    EXTENDED = "extended"  # more than was told so far: a further part, all of the place, or who gained it
    WITHDRAWN = "withdrawn"  # an outlet took its report back
    REINSTATED = "reinstated"  # it stands again: what denied or undid it does not hold any more
    KNOWN = "known"  # opened, but it only tells what the ledger has
    CLOSED = "closed"  # nothing was told of it for long
    REOPENED = "reopened"

    @property
    def pushes(self) -> bool:
        """Whether it makes a digest due; the others ride along with the next one."""
        return self not in _QUIET_CHANGES


_QUIET_CHANGES: Final = (
    ChangeKind.CONFIRMED,
    ChangeKind.REPEATED,
    ChangeKind.COPIED,
    ChangeKind.KNOWN,
    ChangeKind.CLOSED,
    ChangeKind.REOPENED,
)


@dataclass(frozen=True, slots=True)
class Filing:
    """What became of a finding that tells or denies a change, and why.

    ``considered`` are the nearest other incidents, each with why the finding is not part of it.
    """

    item_id: ItemId
    finding: Finding
    at: datetime
    verdict: str
    because: str
    incident_id: IncidentId | None = None
    considered: tuple[tuple[IncidentId, str], ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """One line of an incident's history."""

    incident_id: IncidentId
    kind: ChangeKind
    at: datetime
    item_id: ItemId
    detail: str


@dataclass(frozen=True, slots=True)
class Alert:
    """One change of one incident, owed to one route until a digest holds it.

    ``held_because`` tells why it is not due (too old …); a held alert is kept and listed, never dropped.
    """

    id: int
    incident_id: IncidentId
    route_id: RouteId
    kind: ChangeKind
    created_at: datetime
    held_because: str | None = None
    digest_id: DigestId | None = None


class HoldKind(StrEnum):
    """Why an alert that is owed does not go out yet."""

    QUIET_HOURS = "quiet_hours"
    SILENCE = "silence"
    COOLDOWN = "cooldown"
    FULL_DIGEST = "full_digest"


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason that kept, or keeps, an alert back; ``ended_at`` is None while it does."""

    alert_id: int
    kind: HoldKind
    because: str
    since: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """A person's wish that alerts wait until ``ends_at``. Every matcher that is not empty must fit."""

    id: int
    author: str
    reason: str
    created_at: datetime
    ends_at: datetime
    places: tuple[PlaceId, ...] = ()
    events: tuple[Event, ...] = ()
    watches: tuple[WatchId, ...] = ()
    routes: tuple[RouteId, ...] = ()
    incidents: tuple[IncidentId, ...] = ()
    ended_by: str | None = None  # who ended it before its time


@dataclass(frozen=True, slots=True)
class Vitals:
    """What was done since the last daily digest, so that no silence is taken for peace.

    ``near_misses`` counts findings that are no news (plans, denials of nothing known, background), ``examples`` are
    some of them in words.
    """

    since: datetime
    feeds: int
    polled: int
    failing: tuple[str, ...]
    items: int
    held_items: int
    near_misses: int
    examples: tuple[str, ...] = ()


# --- digests, messages, deliveries ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One incident in a digest and what happened to it since the route last heard of it.

    ``held`` tells what kept it back until now.
    """

    incident: Incident
    kinds: tuple[ChangeKind, ...]
    held: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What a route is due now. ``entries`` lead, ``further`` are quiet confirmations of what was sent before.

    ``reason`` says why now; ``rules_version`` is the hash of the rules that made it. ``left_over`` counts, by
    severity, the incidents that did not fit and wait for the next one. ``silenced`` counts the alerts that each
    silence in force holds back from this route.
    """

    id: DigestId
    route_id: RouteId
    composed_at: datetime
    reason: str
    rules_version: str
    entries: tuple[DigestEntry, ...]
    further: tuple[DigestEntry, ...] = ()
    left_over: tuple[tuple[Severity, int], ...] = ()
    silenced: tuple[tuple[Silence, int], ...] = ()
    vitals: Vitals | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A digest rendered for a channel: the same content as plain text and as HTML.

    ``replies_to`` are the deliveries that told the same channel of its first incident before, oldest first.
    """

    subject: str
    text: str
    html: str
    replies_to: tuple[DeliveryId, ...] = ()


@dataclass(frozen=True, slots=True)
class SendLimit:
    """At most so many messages in any stretch of time so long: a storm breaker."""

    messages: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Channel:
    """A destination. ``url`` is the resolved Apprise URL: it holds secrets, so it is never logged or shown."""

    id: ChannelId
    title: str
    url: str = field(repr=False)
    origin: Position
    limit: SendLimit = SendLimit(60, timedelta(hours=1))


class DeliveryState(StrEnum):
    """Where a delivery stands.

    ``failed``: surely not taken, tried again later. ``unknown``: it was handed over and nobody answered, so that the
    channel may have it. ``dead``: given up, until a person queues it again. ``dropped``: a person took it off the list.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DEAD = "dead"
    DROPPED = "dropped"

    @property
    def is_owed(self) -> bool:
        return self in (DeliveryState.PENDING, DeliveryState.FAILED, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt-tracked sending of one message to one channel, which has one recipient; a row of the outbox.

    ``part`` of ``parts``: a digest that is too long for the channel is several deliveries; ``message.subject`` is
    that of the whole. ``unanswered`` counts the attempts that the channel may have taken without saying so.
    ``urgency`` is the rank of the most severe entry: under a channel's limit the most urgent go first.
    """

    id: DeliveryId
    digest_id: DigestId
    channel_id: ChannelId
    message: Message
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    sent_at: datetime | None = None
    error: str | None = None
    unanswered: int = 0
    part: int = 1
    parts: int = 1
    urgency: int = 0

    @property
    def possible_repeat(self) -> bool:
        """Whether the next attempt must be marked: the channel may have this message already."""
        return self.unanswered > 0


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One line of the delivery log: what happened to a delivery, with the channel's words, and by whom if a person."""

    delivery_id: DeliveryId
    at: datetime
    what: str
    detail: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel has answered lately. After a failure it rests until ``rests_until``.

    ``failing_since`` is the first of ``failures`` in a row; ``told_at`` when other channels were told of them.
    """

    channel_id: ChannelId
    failures: int = 0
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    rests_until: datetime | None = None
    error: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SendResult:
    """What the channel said. ``permanent`` failures are not retried; ``detail`` is scrubbed of secrets.

    ``possible_repeat``: the channel may have taken the message although the sending failed.
    """

    ok: bool
    permanent: bool = False
    detail: str = ""
    possible_repeat: bool = False


# --- what is wrong with feeds ----------------------------------------------------------------------------------------


class ProblemKind(StrEnum):
    """What may be wrong with polling; those that have no end are told once."""

    OUTAGE = "outage"  # no host answers at all
    FAILING = "failing"
    GONE = "gone"
    MISSING = "missing"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    SILENT = "silent"  # answers, but gives nothing new against its rhythm
    LOSING = "losing"  # its documents hold entries that cannot be read
    MISSED = "missed"  # its window moved on between two polls
    REISSUED = "reissued"  # old items came as new ones
    MOVED = "moved"
    COLLIDING = "colliding"  # one guid for several items
    PAGES = "pages"  # the pages behind its items cannot be read

    @property
    def ends(self) -> bool:
        return self not in (ProblemKind.REISSUED, ProblemKind.MOVED, ProblemKind.COLLIDING)


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """Something wrong with a feed (``feed_id`` None: with all of them), from ``since`` until ``ended_at``."""

    id: int
    feed_id: FeedId | None
    kind: ProblemKind
    words: str
    since: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Items that may have been missed: nothing of a document was known, though the feed was.

    Between ``since`` (the poll before) and ``noticed_at``. ``next_url`` is the older page to be fetched next, after
    ``pages``; ``recovered`` counts the items that those gave; ``closed_because`` tells why no further one is fetched.
    """

    id: int
    feed_id: FeedId
    since: datetime
    noticed_at: datetime
    next_url: str | None
    pages: int = 0
    recovered: int = 0
    closed_because: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The page behind an item whose feed wants full text. The item was matched on the feed's own text before.

    ``wanted_at`` is when it was last asked for: when the item was new, and when it was edited. ``due_at`` is the time
    of the next attempt, None when there is none: then it was read (``text``, at ``read_at``), or ``reason`` says why
    not. ``reads`` counts how often it was fetched for good.
    """

    item_id: ItemId
    feed_id: FeedId
    url: str
    wanted_at: datetime
    due_at: datetime | None
    attempts: int = 0
    reads: int = 0
    read_at: datetime | None = None
    text: str | None = None
    reason: str | None = None


# --- records of what was done --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One line of the poll log. ``reason`` tells why a poll failed; ``entries`` counts what the document held."""

    feed_id: FeedId
    polled_at: datetime
    outcome: Literal["new", "unchanged", "failed"]
    reason: str | None
    entries: int
    new_items: int
    edited_items: int
    body_bytes: int
    elapsed: timedelta


@dataclass(frozen=True, slots=True)
class RulesRecord:
    """Which rules are in use, and since when."""

    version: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """The daemon that ran last, or runs: its last sign of life, and the files that it works with.

    ``stopped_at`` is None while it runs, and after a crash. ``rejected`` tells why the last reload was refused.
    """

    pid: int
    started_at: datetime
    beat_at: datetime
    rules_version: str
    config_version: str
    stopped_at: datetime | None = None
    rejected: str | None = None
