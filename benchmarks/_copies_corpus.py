"""A made stream of news items with copies and with what only looks like copies; standard library only, fixed seed.

Words are invented, but common ones are common as in a language, and names, figures, sentences and their lengths are
those of agency news. One item in five is in Arabic letters.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

FEEDS = 300
BATCH = 30  # items of one feed document
COPIES, BULLETINS, UPDATES, ROUND_UPS = 0.15, 0.10, 0.02, 0.01  # shares of all items
RECENT = 5_000  # items back from which copies are made
_SYLLABLES = {
    "en": "ba be bo da de di fa fer ga ha he jo ka ker la le lin ma mar men na no par ra re rin sa se ta ter va wa zan",
    "ar": "با بي تا جا حا خا دا را زا سا شا صا طا عا غا فا قا كا لا ما نا ها وا يا مر بر سل در قط نص",
}
_COMMON = {
    "en": "the of and to in a on for that said by with was were from at after which had who as is been near",
    "ar": "في من على إلى أن عن مع التي الذي بعد قبل كما وقال بين خلال حيث كان قد هذا",
}
_STYLE = {"said": "told reporters", "near": "close to", "after": "following", "which": "that", "with": "together with"}
_DATELINE = ("{0} ({1}) — ", "{0}, {1} - ", "By our correspondent in {0}. ", "")


class Item(NamedTuple):
    """An item; ``story`` is the same for all copies of one text.

    ``retells`` is the story of which this is a new version with another figure: it is no copy, but a copy of that
    story that has lost the sentence with the figure is as much a copy of this.
    """

    number: int
    feed: int
    title: str
    text: str
    story: int
    retells: int | None = None


class _Story(NamedTuple):
    number: int
    language: str
    sentences: tuple[str, ...]


class _Writer:
    """Writes sentences of one language; names and figures stand in them as in news."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self.language = language
        self._chance = chance
        syllables = _SYLLABLES[language].split()
        rare = sorted({"".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(30_000)})
        chance.shuffle(rare)
        self._words = [*_COMMON[language].split(), *rare]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._words))))
        self.names = [("".join(chance.choices(syllables, k=3))).capitalize() for _ in range(3_000)]

    def sentence(self) -> str:
        words = self._chance.choices(self._words, cum_weights=self._weights, k=self._chance.randint(9, 26))
        for index in range(2, len(words)):
            draw = self._chance.random()
            if draw < 0.06:
                words[index] = self.name()
            elif draw < 0.10:
                words[index] = str(self._chance.randint(2, 900))
        words[0] = words[0].capitalize()
        return " ".join(words) + "."

    def name(self) -> str:
        return self._chance.choice(self.names)

    def text(self) -> tuple[str, ...]:
        most = self._chance.choice((3, 4, 5, 6, 8, 12, 25))
        return tuple(self.sentence() for _ in range(self._chance.randint(max(3, most // 2), most)))


def items(count: int, seed: int = 20160609) -> Iterator[Item]:
    """The stream: BATCH items of one feed, then of another."""
    chance = random.Random(seed)
    writers = {language: _Writer(language, chance) for language in ("en", "ar")}
    footers = [
        " ".join(writers["en"].sentence() for _ in range(2)) if chance.random() < 0.2 else "" for _ in range(FEEDS)
    ]
    templates = [_template(writers["ar" if number % 5 == 0 else "en"], chance) for number in range(60)]
    stories: list[_Story] = []
    feed = 0
    for number in range(count):
        if number % BATCH == 0:
            feed = chance.randrange(FEEDS)
        writer = writers["ar" if chance.random() < 0.2 else "en"]
        draw, retells = chance.random(), None
        title = writer.sentence()[:70].rstrip(".")
        story = _Story(number, writer.language, writer.text())
        text = " ".join(story.sentences)
        if stories and draw < COPIES:
            story = chance.choice(stories[-RECENT:])
            text = _copy(story, writers[story.language], chance)
        elif draw < COPIES + BULLETINS:
            language, template = chance.choice(templates)
            text = _fill(template, writers[language], chance)
            story = _Story(number, language, tuple(f"{part}." for part in text.rstrip(".").split(". ")))
        elif len(stories) > 50 and draw < COPIES + BULLETINS + UPDATES:
            told = chance.choice(
                [one for one in stories[-50:] if any(map(str.isdigit, " ".join(one.sentences).split()))]
            )
            text, retells = _update(told, chance), told.number
        elif stories and COPIES + BULLETINS + UPDATES <= draw < COPIES + BULLETINS + UPDATES + ROUND_UPS:
            quoted = chance.choice(stories[-RECENT:])
            parts = [writers[quoted.language].sentence() for _ in range(14)]
            text = " ".join([*parts[:9], *quoted.sentences[:2], *parts[9:]])
        if COPIES <= draw < COPIES + BULLETINS or draw >= COPIES + BULLETINS + UPDATES + ROUND_UPS:
            stories.append(story)
        yield Item(number, feed, title, f"{text} {footers[feed]}".rstrip(), story.number, retells)


def _copy(story: _Story, writer: _Writer, chance: random.Random) -> str:
    """The same report in another house: cut, added to, reordered, in its style; figures and names kept."""
    sentences = list(story.sentences)
    if chance.random() < 0.1:
        sentences = sentences[:2]  # a summary
    else:
        for _ in range(chance.randint(0, len(sentences) // 4)):
            sentences.pop(chance.randrange(len(sentences)))
        if chance.random() < 0.3:
            chance.shuffle(sentences)
        for _ in range(chance.randint(0, len(sentences) // 3)):
            sentences.insert(chance.randint(0, len(sentences)), writer.sentence())
    heavy = chance.random() < 0.7
    words = [_restyle(word, chance) if heavy else word for word in " ".join(sentences).split()]
    dateline = chance.choice(_DATELINE).format(writer.name().upper(), writer.name())
    return dateline + " ".join(words)


def _restyle(word: str, chance: random.Random) -> str:
    if word in _STYLE:
        return _STYLE[word] if chance.random() < 0.5 else word
    if word.islower() and chance.random() < 0.03:
        return word + chance.choice(("s", "ed"))
    return word


def _template(writer: _Writer, chance: random.Random) -> tuple[str, str]:
    """A standing form of a bulletin, with slots for names and figures."""
    sentences = []
    for _ in range(chance.randint(4, 8)):
        words = [
            word for word in writer.sentence().rstrip(".").split() if not word.isdigit() and word not in writer.names
        ]
        for slot in ("{name}", "{figure}"):
            if chance.random() < 0.9:
                words.insert(chance.randint(1, len(words)), slot)
        sentences.append(" ".join(words) + ".")
    return writer.language, " ".join(sentences)


def _fill(template: str, writer: _Writer, chance: random.Random) -> str:
    pieces = template.split(" ")
    for index, piece in enumerate(pieces):
        if "{name}" in piece:
            pieces[index] = piece.replace("{name}", writer.name())
        elif "{figure}" in piece:
            pieces[index] = piece.replace("{figure}", str(chance.randint(2, 900)))
    return " ".join(pieces)


def _footer(writer: _Writer, chance: random.Random) -> str:
    """What a site puts under each of its texts; most put nothing."""
    return f"{writer.sentence()} {writer.sentence()}" if chance.random() < 0.2 else ""


def _figures(story: _Story) -> list[int]:
    """The places of the figures among a story's words."""
    return [index for index, word in enumerate(" ".join(story.sentences).split()) if word.isdigit()]


def _update(story: _Story, chance: random.Random) -> str:
    """A report told anew with one figure changed."""
    words = " ".join(story.sentences).split()
    index = chance.choice(_figures(story))
    words[index] = str(int(words[index]) + chance.randint(1, 9))
    return " ".join(words)


def scores(told: list[tuple[int, int]], stories: list[int], retold: dict[int, int]) -> dict[str, float]:
    """Recall and precision of (item, original) pairs; ``stories`` by item, ``retold`` the stories of new versions.

    What is told of an item of an unknown story is wrong; a copy may be told to be one of a new version.
    """
    copies = sum(story != number for number, story in enumerate(stories))
    right = sum(
        stories[item] != item and stories[item] in (stories[original], retold.get(original)) for item, original in told
    )
    return {"recall": right / copies, "precision": right / len(told) if told else 1.0, "copies": copies}
