"""One language's words, as its table gives them: what they are, and at which line each stands.

Pure values. ``rulebook/language.py`` reads them from rules/language/*.yaml; ``lexicon`` compiles them.
What a frame, a class of nouns or a cue means to the grammar is told here, once, and in docs/language-tables.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from watcher.model import Action, Event, Position


class Frame(StrEnum):
    """Who stands where around an event word. A gains, B loses, X is the place."""

    TAKES = "takes"  # A captured X (from B); X was captured (from B) by A; the capture of X by A
    LOSES = "loses"  # B lost X (to A)
    FALLS = "falls"  # X fell (to A); the fall of X (to A)
    LEAVES = "leaves"  # B withdrew from X; B left X
    DRIVES_OUT = "drives_out"  # A drove B out of X
    HANDS_OVER = "hands_over"  # B handed X over to A
    ENTERS = "enters"  # A entered X: fighting there, or moving in after B left
    HOLDS = "holds"  # A holds X: a state
    BESIEGES = "besieges"  # A besieged X
    CUTS = "cuts"  # A cut the last road out of X
    ENDS_SIEGE = "ends_siege"  # A broke the siege of X


class Noun(StrEnum):
    """Classes of nouns that the grammar tells apart."""

    SETTLEMENT = "settlement"  # town, village, city
    QUARTER = "quarter"  # district, neighbourhood
    PROVINCE = "province"  # province, governorate, countryside
    SITE = "site"  # base, airport, dam, hill, checkpoint, positions
    ROUTE = "route"  # road, supply line: what is cut in a siege
    PART = "part"  # half, centre, stretch (of)
    AROUND = "around"  # outskirts, surroundings (of)
    WHOLE = "whole"  # whole, all, rest (of): says nothing about the extent
    CONTROL = "control"  # control, possession (of)
    SIEGE = "siege"  # siege, blockade, ring (of, around)
    BESIEGED = "besieged"  # what needs it asks for a place that is besieged; no words of its own
    SECURITY = "security"  # security, stability: restored to what was taken
    CORRIDOR = "corridor"  # corridor, passage (into): what breaks a siege when it is opened
    FLAG = "flag"  # flag, banner: raised over what was taken
    FORCE = "force"  # fighters, troops: with an actor's adjective they are that actor
    STATE_FORCE = "state_force"  # army, soldiers: alone, they are those of the country at hand
    GROUP = "group"  # alliance, group, units: "an alliance of rebels" are rebels
    PEOPLE = "people"  # civilians, residents: no side; they cancel
    THING = "thing"  # weapons, footage, votes: no places; they cancel
    ATTEMPT = "attempt"  # attempt, offensive, battle (to)
    DEAL = "deal"  # agreement, truce
    REPORT = "report"  # reports, rumours (that, of)
    SPEAKER = "speaker"  # spokesman, commander: speak for the side they are named with
    STATE_VOICE = "state_voice"  # state television, military source: speak for the state
    WITNESS = "witness"  # observatory, monitor, residents, Red Cross: speak for nobody
    NOT_A_LOCATION = "not_a_location"  # after a place name: pepper, media centre, football club


class Effect(StrEnum):
    """What a cue does to the event it governs."""

    NEGATED = "negated"
    PROSPECTIVE = "prospective"
    FACTUAL = "factual"  # lifts the infinitive after it: managed to
    BACKGROUND = "background"
    FRESH = "fresh"  # now, again, within hours
    STILL = "still"  # still, remains: a state
    HEDGED = "hedged"  # reportedly
    ONGOING = "ongoing"  # began, continues (withdrawing): partial
    REPORTS = "reports"  # said, announced: transparent
    CONFIRMS = "confirms"  # confirmed, acknowledged: transparent, and trusted
    CLAIMS = "claims"  # claimed: transparent, hedged
    DENIES = "denies"  # denied


class Reach(StrEnum):
    """Where a cue's event stands."""

    FORWARD = "forward"  # after the cue: tried to take
    BACKWARD = "backward"  # before the cue: the attempt was repelled
    EITHER = "either"  # before or after, in the same clause: reportedly


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of the table, as written there, and where."""

    text: str
    origin: Position


@dataclass(frozen=True, slots=True)
class EventWords:
    """Verbs or nouns that tell of one action in one frame.

    ``needs``: only with an object of this class (the siege, control, the road); None: the object is the place.
    """

    frame: Frame
    event: Event
    action: Action
    verbs: tuple[Word, ...]
    nouns: tuple[Word, ...]
    phrases: tuple[Word, ...] = ()  # fixed words that stand for the verb: "out of"
    needs: Noun | None = None


@dataclass(frozen=True, slots=True)
class NounClass:
    """Common nouns of one class; plurals are generated."""

    noun: Noun
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that change the status of the event they govern. ``verbs`` are inflected, ``phrases`` are not."""

    effect: Effect
    reach: Reach
    verbs: tuple[Word, ...]
    phrases: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Phrases that tell who holds or besieges a place without any change: "in the hands of", "under siege"."""

    event: Event
    phrases: tuple[Word, ...]
    suffixes: tuple[Word, ...]  # held, controlled: rebel-held
    adjectives: tuple[Word, ...]  # besieged, occupied: besieged Aleppo


@dataclass(frozen=True, slots=True)
class Weight:
    """What one kind of evidence adds to a finding's confidence."""

    name: str
    value: float
    origin: Position


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tables of one language.

    ``plain_verbs`` tell of no event; the grammar needs them to see where a clause begins.
    ``ignored`` swallow an event word ("took place"); ``skipped_lines`` begin a paragraph that is no report.
    ``irregular`` maps a verb to two of its forms: in English its past and its participle, in Arabic its imperfect and
    its passive. ``plurals`` maps a noun to those that do not follow from it. ``recency_days``: a day before that is
    history.
    """

    language: str
    origin: Position
    recency_days: int
    events: tuple[EventWords, ...]
    nouns: tuple[NounClass, ...]
    cues: tuple[Cue, ...]
    states: tuple[State, ...]
    ignored: tuple[Word, ...]
    plain_verbs: tuple[Word, ...]
    adjectives: tuple[Word, ...]
    adverbs: tuple[Word, ...]
    skipped_lines: tuple[Word, ...]
    irregular: tuple[tuple[str, str, str], ...]
    weights: tuple[Weight, ...]
    plurals: tuple[tuple[str, tuple[str, ...]], ...] = ()
