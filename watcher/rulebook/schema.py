"""The shapes of the officers' files: places, actors, watches, routes. The language tables have theirs in ``language``.

pydantic only stands at this rim: ``load`` turns these models into the frozen values of ``model``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic.json_schema import models_json_schema

from watcher.model import Action, Event, Extent, Severity, Status
from watcher.rulebook.values import Confidence, Duration, FileModel, Id, Text, TimeOfDay, TimeZone, Version, YesNo
from watcher.rulebook.wording import shown

# --- places/*.yaml -------------------------------------------------------------------------------------------------


class PlaceKind(StrEnum):
    """What a place is; the type nouns of the language tables refer to these."""

    COUNTRY = "country"
    GOVERNORATE = "governorate"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"
    NEIGHBOURHOOD = "neighbourhood"
    CAMP = "camp"
    AIRBASE = "airbase"
    BASE = "base"
    ROAD = "road"
    AREA = "area"
    LANDMARK = "landmark"


Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class PlaceEntry(FileModel):
    """One place. ``name``, ``arabic`` and ``names`` are looked for in the news; ``shown_as`` is only for showing.

    ``names_in_context`` are looked for too, but count only beside a type noun or what contains the place;
    ``needs_context`` says so of all its names.
    """

    kind: PlaceKind
    inside: Id | None = None
    name: Text
    arabic: Text | None = None
    names: tuple[Text, ...] = ()
    names_in_context: tuple[Text, ...] = ()
    shown_as: Text | None = None
    needs_context: YesNo = False
    at: tuple[Latitude, Longitude] | None = None
    pcode: Text | None = None

    @model_validator(mode="after")
    def _stands_somewhere(self) -> PlaceEntry:
        if self.inside is None and self.kind is not PlaceKind.COUNTRY:
            raise ValueError("missing key 'inside': every place but a country lies inside another")
        return self


class PlacesFile(FileModel):
    """A file in places/: place ids and what is known about each."""

    version: Version
    places: dict[Id, PlaceEntry] = Field(min_length=1)


# --- actors.yaml ---------------------------------------------------------------------------------------------------


class ActorEntry(FileModel):
    """One armed side. ``exact_case`` names are looked for only as written; ``outlets`` are media that speak for it.

    ``called``: nouns that may mean it where it is named as well ("the jihadists"); ``allies``: it fights beside them.
    ``countries``: the country or capital that the press names for its forces ("Turkey took Afrin").
    """

    inside: Id | None = None
    name: Text
    arabic: Text | None = None
    names: tuple[Text, ...] = ()
    exact_case: tuple[Text, ...] = ()
    outlets: tuple[Text, ...] = ()
    called: tuple[Text, ...] = ()
    countries: tuple[Text, ...] = ()
    allies: tuple[Id, ...] = ()


class ActorsFile(FileModel):
    """actors.yaml: actor ids and their names."""

    version: Version
    actors: dict[Id, ActorEntry] = Field(min_length=1)


# --- watches.yaml --------------------------------------------------------------------------------------------------


def _one_or_more(value: object) -> object:
    """A single word where a list is expected is a list of one."""
    return [value] if isinstance(value, str) and value else value


Areas = Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)]
Events = Annotated[tuple[Event, ...], BeforeValidator(_one_or_more)]


class Raise(FileModel):
    """Lifts the severity at some places and inside them."""

    to: Severity
    places: Areas = Field(min_length=1)


class Expectation(FileModel):
    """What an example must give; what is left out is not compared."""

    event: Event | None = None
    action: Action | None = None
    place: Id | None = None
    gained_by: Id | None = None
    lost_by: Id | None = None
    status: Status | None = None
    extent: Extent | None = None
    severity: Severity | None = None


def _text_alone(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _moment(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        text = str(value)
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"write a date like '2016-06-09', got {shown(value)}") from None


Moment = Annotated[
    datetime | date, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2016-06-09"]})
]


class Example(FileModel):
    """A piece of news in our own words and what it must give. A text alone stands for ``{text: ...}``."""

    title: str = ""
    text: str = ""
    published: Moment | None = None
    language: Text | None = None
    source: Text | None = None
    expect: Expectation | None = None
    why: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Example:
        if not self.title and not self.text:
            raise ValueError("an example needs a 'title' or a 'text'")
        return self


ExampleEntry = Annotated[
    Example,
    BeforeValidator(_text_alone),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Example"}]}),
]


class Examples(FileModel):
    """What a watch must and must not report; ``later`` holds known gaps, told but not failing."""

    must_match: tuple[ExampleEntry, ...] = Field(min_length=1)
    must_not_match: tuple[ExampleEntry, ...] = Field(min_length=1)
    later: tuple[ExampleEntry, ...] = ()


class WatchEntry(FileModel):
    """Areas and events that a desk follows, and how much it cares.

    ``close_after``: an incident of which nothing was told for so long is closed.
    """

    title: Text
    areas: Areas = Field(min_length=1)
    events: Events = Field(min_length=1)
    severity: Severity
    raise_: tuple[Raise, ...] = Field(default=(), alias="raise")
    minimum_confidence: Confidence = 0.0
    close_after: Duration = timedelta(days=7)
    examples: Examples


class WatchesFile(FileModel):
    """watches.yaml: what the desk follows."""

    version: Version
    watches: dict[Id, WatchEntry] = Field(min_length=1)


# --- routes.yaml ---------------------------------------------------------------------------------------------------


class When(FileModel):
    """Which incidents a route takes; a filter that is left out admits everything."""

    severity: Annotated[tuple[Severity, ...], BeforeValidator(_one_or_more)] = ()
    areas: Areas = ()
    events: Events = ()
    status: Annotated[tuple[Status, ...], BeforeValidator(_one_or_more)] = ()
    minimum_confidence: Confidence = 0.0


def _at_once(value: object) -> object:
    if isinstance(value, str) and value.strip().lower() == "at once":
        return "0 seconds"
    return value


Wait = Annotated[
    Duration, BeforeValidator(_at_once), WithJsonSchema({"type": "string", "examples": ["at once", "10 minutes"]})
]


class Send(FileModel):
    """When a route's digest goes out."""

    wait: Wait
    then_every: Duration
    daily_at: Annotated[tuple[TimeOfDay, ...], BeforeValidator(_one_or_more)] = ()
    timezone: TimeZone | None = None

    @model_validator(mode="after")
    def _daily_times_have_a_zone(self) -> Send:
        if self.daily_at and self.timezone is None:
            raise ValueError("missing key 'timezone': daily_at needs one, like 'Europe/Berlin'")
        return self


class QuietHoursEntry(FileModel):
    """Local times between which digests wait; what is held goes out when they are over."""

    from_: TimeOfDay = Field(alias="from")
    to: TimeOfDay
    timezone: TimeZone

    @model_validator(mode="after")
    def _begin_and_end(self) -> QuietHoursEntry:
        if self.from_ == self.to:
            raise ValueError(f"quiet hours that begin and end at {shown(self.to)} are none: write two different times")
        return self


class RouteEntry(FileModel):
    """Which incidents go to which channels, and when.

    ``when_quiet``: whether the daily digest goes out even if nothing happened, to say that Watcher is at work.
    """

    title: Text
    when: When = When()
    send: Send
    quiet_hours: QuietHoursEntry | None = None
    cooldown: Duration = timedelta(0)
    most_entries: Annotated[int, Field(ge=1, le=1000)] = 60
    when_quiet: Literal["report", "nothing"] = "report"
    to: Annotated[tuple[Id, ...], BeforeValidator(_one_or_more)] = Field(min_length=1)


class RoutesFile(FileModel):
    """routes.yaml: who is told what, and when."""

    version: Version
    routes: dict[Id, RouteEntry] = Field(min_length=1)


# --- control.yaml --------------------------------------------------------------------------------------------------


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"write a date like '2016-06-09', got {shown(value)}") from None


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "examples": ["2016-06-09"]})]


class AssumptionEntry(FileModel):
    """Who held a place, and who besieged it, from a day on; ``source`` says where that comes from."""

    held_by: Id | None = None
    besieged_by: Id | None = None
    since: Day
    source: Text

    @model_validator(mode="after")
    def _says_something(self) -> AssumptionEntry:
        if self.held_by is None and self.besieged_by is None:
            raise ValueError("an assumption needs 'held_by' or 'besieged_by'")
        return self


class ControlFile(FileModel):
    """control.yaml: what the ledger starts from. May be left out."""

    version: Version
    known_for: Duration = timedelta(days=14)
    assumptions: dict[Id, AssumptionEntry] = Field(default_factory=dict)


# --- for editors ---------------------------------------------------------------------------------------------------


def json_schema(*others: type[BaseModel]) -> dict[str, Any]:
    """One JSON Schema for every file: ``$defs`` holds a definition per kind of file, and any one of them fits.

    ``others`` are the file models that live elsewhere (language tables, configuration).
    """
    files = (PlacesFile, ActorsFile, WatchesFile, RoutesFile, ControlFile, *others)
    modes: list[Any] = [(file, "validation") for file in files]
    references, schema = models_json_schema(modes, by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Watcher's rules and configuration",
        "anyOf": [references[mode] for mode in modes],
        "$defs": schema["$defs"],
    }
