"""The Arabic table compiled once with the names of places and sides. Pure; ``grammar`` reads with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from watcher.detect.actors import Actors
from watcher.detect.arabic import words
from watcher.detect.arabic.clitics import ARTICLE, split
from watcher.detect.arabic.forms import noun_forms, verb_forms
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.lexicon import Lexicon, add_vocabulary
from watcher.detect.tellings import Teller
from watcher.detect.text import fold, fold_phrase
from watcher.detect.vocabulary import Noun, Vocabulary
from watcher.model import ActorId, PlaceId

_FOR_THE: Final = "لل"


class ArabicLexicon(Lexicon):
    """A lexicon whose phrases are cut as texts are: "الخاضعة لسيطرة" is found as three words."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[str] = set(words.KNOWN)

    def is_known(self, word: str) -> bool:
        """Whether a word stands in the table, in a name or in the grammar, so that nothing is cut from it."""
        return word in self.known

    def learn(self, phrases: Iterable[str]) -> None:
        """Take the single words of the phrases as known, before any phrase is added."""
        for phrase in phrases:
            tokens = fold_phrase(phrase)
            if len(tokens) == 1:
                self.known.add(tokens[0])

    def learn_forms(self, forms: Iterable[str]) -> None:
        """Take generated forms, which are folded, as known."""
        self.known.update(form for form in forms if " " not in form)

    def learn_names(self, names: Iterable[str]) -> None:
        """Take every word of the names as known, but for those that something is written onto ("للجيش")."""
        found = {word for name in names for word in fold_phrase(name) if len(word) > 1}
        self.known |= {word for word in found if not (word.startswith(_FOR_THE) and ARTICLE + word[2:] in found)}

    def cut(self, phrase: str) -> tuple[str, ...]:
        """The words under which a phrase is found: as they are cut in texts."""
        if phrase in self.known:
            return (phrase,)
        words_of: list[str] = []
        for token in fold_phrase(phrase):
            run, rest = split(token, self.is_known)
            words_of.extend((*run, rest))
        return tuple(words_of)


class CompiledArabic:
    """Everything that reading needs and that does not depend on the item."""

    def __init__(self, vocabulary: Vocabulary, gazetteer: Gazetteer, actors: Actors, areas: frozenset[PlaceId]) -> None:
        self.vocabulary = vocabulary
        self.gazetteer = gazetteer
        self.actors = actors
        self.areas = areas
        self.teller = Teller(gazetteer, areas, {weight.name: weight for weight in vocabulary.weights})
        self.plurals = dict(vocabulary.plurals)
        self.irregular = {verb: (imperfect, passive) for verb, imperfect, passive in vocabulary.irregular}
        self.lexicon = ArabicLexicon()
        self._learn()
        add_vocabulary(self.lexicon, vocabulary, self._verbs, self._nouns)
        self._add_places()
        self._add_actors()
        self.lexicon.compile()
        self.skipped = tuple(fold_phrase(word.text) for word in vocabulary.skipped_lines)
        self.home = self._home()
        self.side_nouns = self._side_nouns()
        self.allies = frozenset(frozenset((actor.id, ally)) for actor in actors for ally in actor.allies)
        self.called = self._called()
        self.outlets = {fold_phrase(name): actor.id for actor in actors for name in actor.outlets}

    def _verbs(self, verb: str) -> dict[str, int]:
        return verb_forms(verb, self.irregular)

    def _nouns(self, noun: str) -> dict[str, bool]:
        return noun_forms(noun, self.plurals)

    def _learn(self) -> None:
        """Know the words before phrases are cut."""
        table = self.vocabulary
        names = [name for place in self.gazetteer for name in place.names]
        names += [name for actor in self.actors for name in (*actor.names, *actor.outlets, *actor.countries)]
        self.lexicon.learn_names(name for name in names if _is_arabic(name))
        verbs = [verb for group in table.events for verb in group.verbs]
        verbs += [verb for cue in table.cues for verb in cue.verbs]
        for verb in (*verbs, *table.plain_verbs):
            self.lexicon.learn_forms(self._verbs(verb.text))
        nouns = (noun for group in table.events for noun in group.nouns)
        for noun in (*nouns, *(noun for noun_class in table.nouns for noun in noun_class.words)):
            self.lexicon.learn_forms(self._nouns(noun.text))
        states = (word for state in table.states for word in (*state.phrases, *state.adjectives))
        fixed = (*states, *(word for cue in table.cues for word in cue.phrases), *table.adjectives, *table.adverbs)
        whole = (word.text for word in (*fixed, *table.ignored))
        self.lexicon.learn(word for word in whole if not split(fold(word), self.lexicon.is_known)[0])

    def _add_places(self) -> None:
        for place in self.gazetteer:
            for name in place.names:
                meaning = self.lexicon.add(name) if _is_arabic(name) else None
                if meaning is None:
                    continue
                if place.id not in meaning.places:
                    meaning.places = (*meaning.places, place.id)
                if place.needs_context or name in place.weak_names:
                    meaning.weak |= {place.id}

    def _add_actors(self) -> None:
        for actor in self.actors:
            for name in actor.names:
                meaning = self.lexicon.add(name) if _is_arabic(name) else None
                if meaning is not None:
                    meaning.actor = actor.id
            for name in actor.countries:
                meaning = self.lexicon.add(name) if _is_arabic(name) else None
                if meaning is not None and meaning.actor is None:
                    meaning.modifier, meaning.country = actor.id, True
            for name in actor.outlets:
                meaning = self.lexicon.add(name) if _is_arabic(name) else None
                if meaning is not None:
                    meaning.outlet = actor.id

    def _home(self) -> ActorId | None:
        """The side whose army bears the country's name: "الجيش" without more is that one."""
        countries = {
            fold(self.gazetteer[root].name_ar or "")[:4]
            for area in self.areas
            if self.gazetteer.get(area) and (root := (self.gazetteer.ancestors(area) or (area,))[-1])
        }
        armies = {
            form
            for noun_class in self.vocabulary.nouns
            if noun_class.noun is Noun.STATE_FORCE
            for word in noun_class.words
            for form in self._nouns(word.text)
        }
        for actor in self.actors:
            for name in actor.names:
                tokens = fold_phrase(name)
                adjective = tokens[-1].removeprefix(ARTICLE)[:4] if tokens else ""
                if len(tokens) == 2 and tokens[0] in armies and adjective in countries:  # noqa: PLR2004  الجيش السوري
                    return actor.id
        return None

    def _side_nouns(self) -> dict[str, frozenset[ActorId]]:
        """First words of names that belong to one family of sides: "تنظيم", "وحدات"."""
        owners: dict[str, set[ActorId]] = {}
        for actor in self.actors:
            for name in actor.names:
                tokens = fold_phrase(name) if _is_arabic(name) else ()
                if len(tokens) > 1:
                    owners.setdefault(tokens[0].removeprefix(ARTICLE), set()).add(actor.id)
        return {
            noun: frozenset(ids)
            for noun, ids in owners.items()
            if all(self.actors.related(one, other) for one in ids for other in ids)
        }

    def _called(self) -> dict[str, frozenset[ActorId]]:
        """The sides that a noun may mean once they are named: "المسلحون"."""
        owners: dict[str, set[ActorId]] = {}
        for actor in self.actors:
            for word in actor.called:
                if _is_arabic(word):
                    for form in self._nouns(word):
                        owners.setdefault(form.removeprefix(ARTICLE), set()).add(actor.id)
        return {noun: frozenset(ids) for noun, ids in owners.items()}


def _is_arabic(name: str) -> bool:
    return "\u0620" <= fold(name)[:1] <= "\u06ff"
