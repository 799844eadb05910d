"""Which armed side speaks in a report: a claim of the winner weighs otherwise than an admission of the loser.

Pure: no I/O. Used when a report is made (filing.py); incidents/states.py asks what the voices say together.
"""

from __future__ import annotations

from functools import lru_cache

from watcher.detect.actors import Actors
from watcher.detect.text import fold_phrase
from watcher.model import Actor, ActorId, Finding

_CACHED = 4096  # names of sources; a desk meets some hundreds


def voice_of(finding: Finding, outlet: str, actors: Actors) -> ActorId | None:
    """The side in whose name a report speaks: that of the source it names, else the one the outlet belongs to.

    None for everybody else: monitors, residents, the outlet itself.
    """
    if finding.attributed_to is not None:
        return _named(finding.attributed_to, tuple(actors))
    return _owner(outlet, tuple(actors))


@lru_cache(maxsize=_CACHED)
def _named(source: str, actors: tuple[Actor, ...]) -> ActorId | None:
    """The side that the words for a source name; of several names the longest counts ("SDF" in "SDF spokesman")."""
    spoken = fold_phrase(source)
    found: tuple[int, ActorId] | None = None
    for actor in actors:
        for name in (*actor.names, *actor.outlets):
            words = fold_phrase(name)
            if _holds(spoken, words) and (found is None or len(words) > found[0]):
                found = (len(words), actor.id)
        for name in actor.exact_case:
            if name in source.split() and found is None:
                found = (1, actor.id)
    return None if found is None else found[1]


@lru_cache(maxsize=_CACHED)
def _owner(outlet: str, actors: tuple[Actor, ...]) -> ActorId | None:
    words = fold_phrase(outlet)
    return next((actor.id for actor in actors if any(fold_phrase(name) == words for name in actor.outlets)), None)


def _holds(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return bool(name) and any(words[at : at + len(name)] == name for at in range(len(words) - len(name) + 1))
