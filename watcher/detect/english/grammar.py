"""Reads English: the sentences of an item, one after the other, into findings. Pure.

Called by ``match`` for items that name a tracked place.
"""

from __future__ import annotations

from datetime import datetime

from watcher.detect.actors import Actors
from watcher.detect.english.forms import noun_forms, verb_forms
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.lexicon import Lexicon, add_actors, add_places, add_vocabulary
from watcher.detect.text import Text
from watcher.detect.vocabulary import Noun, Vocabulary
from watcher.model import Action, Extent, Finding, Mark, PlaceId, Position, Reason, Status


class EnglishGrammar:
    """The compiled English table with the names of places and sides."""

    def __init__(self, vocabulary: Vocabulary, gazetteer: Gazetteer, actors: Actors, areas: frozenset[PlaceId]) -> None:
        self.vocabulary = vocabulary
        self.gazetteer = gazetteer
        self.actors = actors
        self.areas = areas
        self.lexicon = Lexicon()
        irregular = {verb: (past, participle) for verb, past, participle in vocabulary.irregular}
        add_vocabulary(self.lexicon, vocabulary, lambda verb: verb_forms(verb, irregular), noun_forms)
        forces = {
            form: noun_class.noun
            for noun_class in vocabulary.nouns
            if noun_class.noun in (Noun.STATE_FORCE, Noun.FORCE)
            for word in noun_class.words
            for form in noun_forms(word.text)
        }
        add_actors(self.lexicon, actors, forces.get)
        add_places(self.lexicon, gazetteer)
        self.lexicon.compile()

    def examine(
        self, text: Text, published_at: datetime | None, source: str | None
    ) -> tuple[tuple[Finding, ...], tuple[tuple[int, int, str, Reason, Position], ...], tuple[Mark, ...]]:
        findings = []
        for sentence in text.sentences:
            tokens = text.tokens[sentence.first : sentence.last]
            stretches = self.lexicon.read(tokens)
            for (_, _, one), (first, last, two), (start, end, three) in zip(
                stretches, stretches[1:], stretches[2:], strict=False
            ):
                side = one and (one.actor or one.modifier)
                held = two and next((state for state in two.states if state.kind == "suffix"), None)
                if not (side and held and three and three.places and tokens[first].glued):
                    continue
                place = three.places[0]
                area = self.gazetteer.area_of(place, self.areas)
                if area is None:
                    continue
                begin, finish = tokens[0].start, tokens[-1].end
                findings.append(
                    Finding(
                        event=held.event,
                        action=Action.CAPTURED,
                        place=place,
                        area=area,
                        gained_by=side,
                        lost_by=None,
                        status=Status.STANDING,
                        extent=Extent.FULL,
                        event_date=None,
                        attributed_to=None,
                        quote=text.full[begin:finish],
                        start=begin,
                        end=finish,
                        confidence=0.5,
                        rule=held.word.origin,
                    )
                )
        return tuple(findings), (), ()
