"""The English table compiled once with the names of places and sides. Pure; ``grammar`` reads with it.

What follows from the names alone is worked out here: whose "the army" is, who backs whom, whom "the alliance" means.
"""

from __future__ import annotations

from collections.abc import Mapping

from watcher.detect.actors import Actors
from watcher.detect.candidates import PLACE_NOUNS
from watcher.detect.english.forms import noun_forms, verb_forms
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.lexicon import Lexicon, add_actors, add_places, add_vocabulary
from watcher.detect.tellings import Teller
from watcher.detect.text import fold, fold_phrase
from watcher.detect.vocabulary import Noun, Vocabulary
from watcher.model import ActorId, PlaceId


class CompiledEnglish:
    """Everything that reading needs and that does not depend on the item."""

    def __init__(self, vocabulary: Vocabulary, gazetteer: Gazetteer, actors: Actors, areas: frozenset[PlaceId]) -> None:
        self.vocabulary = vocabulary
        self.gazetteer = gazetteer
        self.actors = actors
        self.areas = areas
        self.teller = Teller(gazetteer, areas, {weight.name: weight for weight in vocabulary.weights})
        self.lexicon = Lexicon()
        irregular = {verb: (past, participle) for verb, past, participle in vocabulary.irregular}
        add_vocabulary(self.lexicon, vocabulary, lambda verb: verb_forms(verb, irregular), noun_forms)
        forces = {
            form: noun_class.noun
            for noun_class in sorted(vocabulary.nouns, key=lambda noun_class: noun_class.noun is Noun.STATE_FORCE)
            if noun_class.noun in (Noun.STATE_FORCE, Noun.FORCE)
            for word in noun_class.words
            for form in noun_forms(word.text)
        }
        add_actors(self.lexicon, actors, forces.get)
        place_nouns = {
            form
            for noun_class in vocabulary.nouns
            if noun_class.noun in PLACE_NOUNS
            for word in noun_class.words
            for form in noun_forms(word.text)
        }
        add_places(self.lexicon, gazetteer, place_nouns.__contains__)
        self.lexicon.compile()
        self.skipped: dict[str, list[tuple[str, ...]]] = {}  # by the first word
        for word in vocabulary.skipped_lines:
            phrase = fold_phrase(word.text)
            self.skipped.setdefault(phrase[0] if phrase else "", []).append(phrase)
        self.home = self._home(forces)
        self.side_nouns = self._side_nouns()
        self.allies = self._allies()
        self.called = self._called()
        self.separable = {
            form.partition(" ")[0]
            for group in vocabulary.events
            for word in group.verbs
            if " " in word.text
            for form in verb_forms(word.text, irregular)
        }
        self.outlets = {fold_phrase(name): actor.id for actor in actors for name in actor.outlets}

    def _home(self, forces: Mapping[str, Noun]) -> ActorId | None:
        """The side whose army bears the country's name: "the army" without more is that one."""
        countries = {fold(self.gazetteer[root].name) for root in self._roots()}
        for actor in self.actors:
            for name in actor.names:
                words = fold_phrase(name)
                soldiers = len(words) > 1 and forces.get(words[-1]) is Noun.STATE_FORCE
                if soldiers and any(words[0][:4] == country[:4] for country in countries):
                    return actor.id
        return None

    def _allies(self) -> frozenset[frozenset[ActorId]]:
        """Pairs of sides that fight beside each other, or of which one bears the other's name ("Turkish-backed")."""
        firsts: dict[str, set[ActorId]] = {}
        backers: list[tuple[ActorId, str]] = []
        for actor in self.actors:
            for name in (actor.name, *actor.names):
                words = fold_phrase(name)
                if words:
                    firsts.setdefault(words[0], set()).add(actor.id)
                backers.extend(
                    (actor.id, words[i - 1])
                    for i in range(1, len(words))
                    if words[i] in {"backed", "supported", "allied"}
                )
        told = frozenset(frozenset((actor.id, ally)) for actor in self.actors for ally in actor.allies)
        return told | frozenset(
            frozenset((actor, other))
            for actor, backer in backers
            for other in firsts.get(backer, ())
            if not self.actors.related(actor, other)
        )

    def _side_nouns(self) -> dict[str, frozenset[ActorId]]:
        """Last words of names that belong to one family of sides: "alliance", "militia"."""
        owners: dict[str, set[ActorId]] = {}
        for actor in self.actors:
            for name in (*actor.names, *actor.exact_case):
                words = fold_phrase(name)
                if len(words) > 1:
                    owners.setdefault(words[-1], set()).add(actor.id)
        return {
            noun: frozenset(ids)
            for noun, ids in owners.items()
            if all(self.actors.related(one, other) for one in ids for other in ids)
        }

    def _called(self) -> dict[str, frozenset[ActorId]]:
        """The sides that a noun may mean once they are named: "jihadists"."""
        owners: dict[str, set[ActorId]] = {}
        for actor in self.actors:
            for word in actor.called:
                for form in noun_forms(word):
                    owners.setdefault(fold(form), set()).add(actor.id)
        return {noun: frozenset(ids) for noun, ids in owners.items()}

    def _roots(self) -> set[PlaceId]:
        return {(self.gazetteer.ancestors(area) or (area,))[-1] for area in self.areas if self.gazetteer.get(area)}
