"""How fast texts are read: general news, long articles, articles about tracked places; and what compiling costs.

Run it by ``python -m benchmarks detection``. One process, one core; the best of three rounds counts. The texts are
made from fixed seeds, so two runs measure the same. The densest articles are those of
tests/data/labelled/dev.jsonl, English and Arabic, put together to items of some 300 words: nearly every sentence tells
of an event. In the ordinary ones three to five sentences do, among others that only name places; all are different.

spaCy's PhraseMatcher (blank English, on lower-case words) looks for the same names in the same texts, in an environment
of its own: it finds names, and nothing of what they are told of.
"""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from benchmarks._peers import peer_python
from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.match import Detector, compile_detector
from watcher.model import Place, PlaceId
from watcher.rulebook.files import RuleFiles, read_rules
from watcher.rulebook.load import RuleBook, load_rulebook

ROOT = Path(__file__).parent.parent
LABELLED = ROOT / "tests" / "data" / "labelled" / "dev.jsonl"
PUBLISHED = datetime(2016, 6, 10, tzinfo=UTC)
ROUNDS = 3
NEWS = """
the minister said on Tuesday that new talks about trade and energy would begin in Geneva next month as prices rose
for a third week in a row while officials from both countries met to discuss the budget, schools and hospitals
after storms had closed roads along the coast and the team won its last match of the season
"""
ARABIC_NEWS = """
قال الوزير يوم الثلاثاء إن محادثات حول التجارة والطاقة ستبدأ في جنيف الشهر المقبل بعد ارتفاع الأسعار للأسبوع الثالث على
التوالي فيما التقى مسؤولون من البلدين لبحث الموازنة والمدارس والمستشفيات بعدما أغلقت العواصف الطرق على الساحل
وفاز الفريق بآخر مباراة له هذا الموسم
"""
SIDES = (
    "the army",
    "rebel fighters",
    "Islamic State",
    "the Syrian Democratic Forces",
    "Turkish-backed rebels",
    "the YPG",
)
WITNESSES = ("residents", "a monitoring group", "two aid workers", "local officials", "a doctor", "an army spokesman")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday morning", "Sunday evening")
THINGS = ("flour", "medicine", "schoolbooks", "olive oil", "diesel", "tents", "cotton", "drinking water")
EVENTS = (  # of our own invention
    "On {day} {side} captured {town} from {foe} after {few} shells had fallen on it, {who} said.",
    "{town} fell to {side} on {day}, and those who had held it drew back towards {other}, {km} kilometres away.",
    "According to {who}, {side} withdrew from {town} on {day} and left {few} mines behind in its streets.",
    "{side} said on {day} that their men had failed to retake {town} from {foe} in {few} minutes of fighting.",
    "The siege of {town} was broken on {day} when {side} opened the road from {other}, {who} told reporters.",
    "{who} said that {foe}, who have held {town} since 2014, would hand it over to {side} within {few} hours.",
)
PLAIN = (
    "A lorry with {few} boxes of {thing} from {other} reached {town} on {day}, the first for {km} days.",
    "{who} in {town} said that the price of {thing} had gone up to {few} pounds since last month.",
    "{town}, {km} kilometres from {other}, had some {few} thousand inhabitants in {year} and lives on {thing}.",
    "Schools in {town} have been closed since {day}, and {few} children are taught in cellars, {who} said.",
    "Air strikes on the outskirts of {town} wounded {few} people on {day}, among them a teacher from {other}.",
    "In {year} a railway was built from {town} to {other}, but today only {km} kilometres of it are left.",
    "The hospital of {town} has run out of {thing}; its {few} patients are to be taken to {other} by road.",
    '"We have heard nothing from {other} for {km} days," said a trader who sells {thing} in {town}.',
)
SYLLABLES = "ba da ha ka la ma na ra sa ta wa ya bir dar far hal jis kafr mar qas ram shar tal um zan"
T = TypeVar("T")


class Item(NamedTuple):
    """A text as a feed brings it."""

    title: str
    text: str


def main() -> None:
    """Measure and print, one line per figure."""
    seconds, book = _timed(_load)
    _line("load and compile the shipped rules", seconds, "s")
    detector = book.detector
    _texts(detector, book.gazetteer)
    _beside_spacy(detector, book.gazetteer)
    _growth(detector)
    _compiling()


def _texts(detector: Detector, gazetteer: Gazetteer) -> None:
    general = list(_general(20_000, random.Random(1)))
    arabic = list(_general(20_000, random.Random(1), ARABIC_NEWS))
    named = list(_with_places(general, gazetteer, share=50, seed=2))
    articles, arabic_articles = _articles(300), _articles(300, "ar")
    ordinary = list(_ordinary(300, gazetteer, random.Random(4)))
    words = sum(len(f"{item.title} {item.text}".split()) for item in articles) / len(articles)
    long = " ".join(item.text for item in general)[:10_000_000]
    _rate("general news, 60 words, no tracked place", detector, general)
    _rate("general news, 60 words, 1 in 50 names a tracked place", detector, named)
    _rate(f"articles about tracked places, {words:.0f} words", detector, articles)
    _rate("articles of 300 words, 3 to 5 sentences with events", detector, ordinary)
    _rate("general news in Arabic, 60 words, no tracked place", detector, arabic)
    _rate("articles in Arabic about tracked places", detector, arabic_articles)
    for name, text in (
        ("ASCII", long),
        ("curly quotes and dashes", long.replace(" the ", " “the” — ")),
        ("accents", long.replace(" the ", " été ")),
    ):
        _megabytes(f"long text, {name}", detector, text)


def _beside_spacy(detector: Detector, gazetteer: Gazetteer) -> None:
    """The same names in the same texts; seconds of CPU, the best of three rounds each."""
    names = sorted({name for place in gazetteer for name in place.names})
    general = list(_with_places(_general(4_000, random.Random(1)), gazetteer, share=50, seed=2))
    for what, items in (
        ("general news, 1 in 50 names a place", general),
        ("articles about tracked places", _articles(300)),
    ):
        told = subprocess.run(
            [peer_python("spacy"), ROOT / "benchmarks" / "_phrase_matcher.py"],
            input=json.dumps({"names": names, "texts": [f"{item.title}\n\n{item.text}" for item in items]}),
            capture_output=True,
            text=True,
            check=True,
        )
        theirs = json.loads(told.stdout)
        _read(detector, items)
        ours = min(_cpu(partial(_read, detector, items)) for _ in range(ROUNDS))
        _line(f"spaCy PhraseMatcher, {what}", len(items) / theirs["seconds"], f"items/s ({theirs['found']:,} names)")
        _line("  our whole detection is as fast, times", theirs["seconds"] / ours, "")


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _growth(detector: Detector) -> None:
    """Ten times the text must cost ten times the time, whatever it says."""
    article = " ".join(item.text for item in _articles(300)[:4])
    hostile = "rebels said that the army, which had left Azaz, took Marea, "
    for what, text, times in (("an article", article, 1), ("a sentence without an end", hostile, 40)):
        once, tenfold = (_best(partial(_read, detector, [Item("x", text * n)]))[0] for n in (times, 10 * times))
        _line(f"ten times {what} costs", tenfold / once, "times")


def _compiling() -> None:
    files = read_rules(ROOT / "rules")
    areas = frozenset(area for watch in files.watches for area in watch.areas)
    root = next(place for place in files.places if place.inside is None)
    general = list(_general(5_000, random.Random(1)))
    for names in (300, 3_000, 30_000):
        places = (*files.places, *_invented(names, root, random.Random(3)))
        seconds, detector = _best(partial(_compile, places, files, areas))
        _line(f"compile with {names:,} more names", seconds, "s")
        _rate(f"general news with {names:,} more names", detector, general)


def _load() -> RuleBook:
    book, problems = load_rulebook(ROOT / "rules")
    assert book is not None, problems
    return book


def _compile(places: tuple[Place, ...], files: RuleFiles, areas: frozenset[PlaceId]) -> Detector:
    return compile_detector(Gazetteer(places), Actors(files.actors), files.vocabularies, areas)


def _general(count: int, rnd: random.Random, news: str = NEWS) -> Iterator[Item]:
    words = news.split()
    for _ in range(count):
        yield Item(" ".join(rnd.choices(words, k=8)), " ".join(rnd.choices(words, k=52)) + ".")


def _with_places(items: Iterable[Item], gazetteer: Gazetteer, *, share: int, seed: int) -> Iterator[Item]:
    rnd = random.Random(seed)
    names = [place.names[0] for place in gazetteer]
    for number, item in enumerate(items):
        told = f" Residents of {rnd.choice(names)} said the army had captured {rnd.choice(names)} on Wednesday."
        yield Item(item.title, item.text + told) if number % share == 0 else item


def _articles(words: int, language: str = "en") -> list[Item]:
    """The labelled items of a language, put together until each has so many words."""
    articles: list[Item] = []
    title, parts = "", list[str]()
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["lang"] != language:
            continue
        title = title or item["title"]
        parts.append(item["text"])
        if len(" ".join(parts).split()) >= words:
            articles.append(Item(title, "\n\n".join(parts)))
            title, parts = "", []
    return articles


def _ordinary(count: int, gazetteer: Gazetteer, rnd: random.Random) -> Iterator[Item]:
    """Articles of some 300 words as correspondents write them: places all over, and three to five events."""
    towns = [place.names[0] for place in gazetteer if place.kind in {"town", "village"}]
    seen: set[str] = set()

    def fresh(patterns: Sequence[str]) -> str:
        while True:
            town, other = rnd.sample(towns, 2)
            sentence = rnd.choice(patterns).format(
                town=town, other=other, side=rnd.choice(SIDES), foe=rnd.choice(SIDES), who=rnd.choice(WITNESSES),
                day=rnd.choice(DAYS), few=rnd.randint(3, 900), km=rnd.randint(2, 60), year=rnd.randint(1960, 2010),
                thing=rnd.choice(THINGS),
            )  # fmt: skip
            if sentence not in seen:
                seen.add(sentence)
                return sentence[0].upper() + sentence[1:]

    for _ in range(count):
        sentences = [fresh(EVENTS) for _ in range(rnd.randint(3, 5))]
        while sum(len(sentence.split()) for sentence in sentences) < 290:
            sentences.append(fresh(PLAIN))
        rnd.shuffle(sentences)
        paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
        yield Item(fresh(PLAIN).rstrip("."), "\n\n".join(paragraphs))


def _invented(count: int, root: Place, rnd: random.Random) -> Iterator[Place]:
    syllables = SYLLABLES.split()
    for number in range(count):
        name = "".join(rnd.choices(syllables, k=4)).capitalize()
        yield Place(PlaceId(f"invented_{number}"), "town", root.id, name, None, (f"{name}{number:x}",), root.origin)


def _read(detector: Detector, items: Sequence[Item]) -> int:
    found = 0
    for title, text in items:
        found += len(detector.match(title, text, published_at=PUBLISHED, language="en", source=None))
    return found


def _rate(what: str, detector: Detector, items: Sequence[Item]) -> None:
    seconds, found = _best(partial(_read, detector, items))
    _line(what, len(items) / seconds, f"items/s ({found:,} findings in {len(items):,} items)")


def _megabytes(what: str, detector: Detector, text: str) -> None:
    seconds, _ = _best(partial(_read, detector, [Item("", text)]))
    _line(what, len(text.encode()) / 1e6 / seconds, "MB/s")


def _best(work: Callable[[], T]) -> tuple[float, T]:
    return min((_timed(work) for _ in range(ROUNDS)), key=lambda run: run[0])


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _line(what: str, value: float, unit: str) -> None:
    figure = f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
    print(f"{what:56} {figure:>9} {unit}", flush=True)


if __name__ == "__main__":
    main()
