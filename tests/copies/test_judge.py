"""What is a copy, and what only looks like one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.copies.judge import LONGER, SHORT, Verdict, Wording, judge, standing_text
from watcher.copies.shingles import shingles_of, sketch
from watcher.copies.slots import KnownNames, known_names
from watcher.model import FeedId

KNOWN = known_names(
    [
        ("marea", ["Marea", "Mare'", "مارع"]),
        ("azaz", ["Azaz", "اعزاز"]),
        ("is", ["Islamic State", "Daesh", "IS"]),
        ("sdf", ["SDF", "Syrian Democratic Forces"]),
    ]
)
WIRE = (
    "Islamic State fighters withdrew on Wednesday from 17 villages around the town of Marea, a monitoring group "
    "said, and rebels moved in behind them within hours. Lorries with furniture left the area through the night, "
    "according to two residents who could see the road from their roofs. The withdrawal followed 9 days of "
    "shelling in which at least 24 people were killed, most of them in the market of the old town. A doctor at "
    "the only hospital that still works said that he had run out of blood and of clean water on Tuesday. Aid "
    "agencies asked for a corridor, and the governor promised that bread would come by the end of the week if "
    "the bridge at the mill could be repaired."
)
OTHER = (
    "The football association fined three clubs after a derby had been stopped for 20 minutes. Supporters threw "
    "flares, and the referee led both teams off the pitch until the police had cleared the stand behind the "
    "northern goal."
)
FOOTER = (
    "You are reading a free service of this site. Share it with your friends, follow our channels, write to the "
    "editors at the address below, and support independent reporting with a small gift every month. All rights "
    "reserved."
)
BULLETIN = (
    "Daily bulletin of the monitor. Shelling was reported on {0} in the last day, with {1} people killed and {2} "
    "wounded. In {0} itself {3} houses were destroyed. Aircraft dropped {4} barrels on the outskirts of {5}, "
    "where {6} fighters were buried. The total of this month has risen to {7} dead. The crossing at {5} was open "
    "for {8} hours."
)
ARABIC = (
    "أعلن المرصد أن الفصائل سيطرت صباح الأربعاء على ١٧ قرية في محيط بلدة {0} بعد انسحاب عناصر التنظيم منها، وذكر "
    "سكان أن شاحنات محملة بالأثاث غادرت المنطقة خلال الليل. وقال طبيب في المشفى الوحيد الذي لا يزال يعمل إن {1} "
    "أشخاص قتلوا في السوق القديم وإن المياه النظيفة نفدت يوم الثلاثاء، فيما طالبت منظمات الإغاثة بفتح ممر آمن "
    "إلى البلدة."
)


def verdict(later: str, earlier: str, known: KnownNames = KNOWN, standing: frozenset[int] = frozenset()) -> Verdict:
    return judge(
        Wording(later, "Levant Post", FeedId("post")),
        Wording(earlier, "Crescent Wire", FeedId("wire")),
        known,
        lambda: standing,
    )


def reworded(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def bulletin(*slots: object) -> str:
    return BULLETIN.format(*slots)


WIRE_SENTENCES = WIRE.split(". ")


@pytest.mark.parametrize(
    "copy",
    [
        WIRE,
        WIRE.upper(),
        "MAREA, Syria (CW) — " + WIRE,
        ". ".join(reversed(WIRE_SENTENCES)),
        ". ".join(WIRE_SENTENCES[:-2]),
        ". ".join(WIRE_SENTENCES[1:]),
        f"{WIRE} {OTHER}",
        f"{WIRE} {FOOTER}",
        reworded(WIRE, ("Islamic State", "Daesh"), ("a monitoring group said", "a monitor said")),
        reworded(WIRE, ("Marea", "Mare'"), ("on Wednesday ", ""), ("at least 24", "some 24")),
        reworded(WIRE, ("9 days", "nine days"), ("Lorries", "Trucks"), ("through the night", "overnight")),
        WIRE_SENTENCES[0] + ".",  # a summary
        ". ".join(WIRE_SENTENCES[2:4]),  # an excerpt
    ],
)
def test_the_same_report_in_another_house_is_a_copy(copy: str) -> None:
    assert verdict(copy, WIRE).is_copy


def test_the_full_article_after_its_summary_is_a_copy_and_a_round_up_that_quotes_it_is_none() -> None:
    summary = ". ".join(WIRE_SENTENCES[:2])
    round_up = f"{OTHER} {OTHER.replace('football', 'handball').replace('20', '30')} {summary}. {FOOTER} {OTHER[::-1]}"

    assert verdict(WIRE, summary).because == "opens with 100% of that text, with the same figures and names"
    assert verdict(round_up, summary) == Verdict(is_copy=False, because=verdict(round_up, summary).because)
    assert verdict(round_up, summary).because.startswith("has only ")


@pytest.mark.parametrize(
    ("later", "because"),
    [
        (reworded(WIRE, ("17 villages", "7 villages")), "has other figures in the same words: '7' here, '17' there"),
        (
            reworded(WIRE, ("17 villages", "seven villages")),
            "has other figures in the same words: '7' here, '17' there",
        ),
        (reworded(WIRE, ("of Marea", "of Azaz")), "has other names in the same words: 'azaz' here, 'marea' there"),
        (
            reworded(WIRE, ("Islamic State fighters", "SDF fighters"), ("Wednesday", "Friday")),
            "has other names in the same words: 'friday' here, 'wednesday' there",
        ),
        (OTHER, "shares too few words with it"),
    ],
)
def test_other_figures_and_names_make_another_report(later: str, because: str) -> None:
    assert verdict(later, WIRE) == Verdict(is_copy=False, because=because)


def test_two_bulletins_of_one_form_are_two_reports_and_a_copy_of_one_is_a_copy() -> None:
    monday = bulletin("Marea", 12, 30, 4, 6, "Azaz", 3, 120, 5)
    tuesday = bulletin("Marea", 7, 11, 2, 9, "Azaz", 1, 127, 8)
    elsewhere = bulletin("Tal Rifaat", 12, 30, 4, 6, "Nubl", 3, 120, 5)

    assert not verdict(tuesday, monday).is_copy
    assert not verdict(elsewhere, monday).is_copy
    assert verdict(f"By our correspondent. {tuesday}", tuesday).is_copy


def test_arabic_reports_are_told_apart_by_figures_and_by_the_places_that_the_rules_know() -> None:
    wire = ARABIC.format("مارع", "٧")

    assert verdict(ARABIC.format("مارع", "7"), wire).is_copy
    assert verdict("عنب بلدي: " + wire.replace("أعلن", "اعلن"), wire).is_copy
    assert verdict(ARABIC.format("مارع", "٩"), wire).because == (
        "has other figures in the same words: '9' here, '7' there"
    )
    assert verdict(ARABIC.format("اعزاز", "٧"), wire).because == (
        "has other names in the same words: 'اعزاز' here, 'مارع' there"
    )


def test_the_outlets_own_name_is_not_a_name_that_differs() -> None:
    wire = reworded(WIRE, ("a monitoring group said", "a commander told Crescent Wire"))
    post = reworded(WIRE, ("a monitoring group said", "a commander told Levant Post"))

    assert verdict(post, wire).is_copy


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("Rebels capture Marea", "Rebels capture Azaz"),
        ("Rebels capture Marea from Islamic State in new push", "Rebels capture Marea from Islamic State after siege"),
        ("Breaking news", "Breaking news"),
        ("", ""),
    ],
)
def test_a_headline_says_too_little_to_be_a_copy(later: str, earlier: str) -> None:
    assert not verdict(later, earlier).is_copy


def test_in_a_long_headline_of_capitals_any_other_word_makes_another_report() -> None:
    headline = (
        "Rebels Capture Strategic Town Of Marea From Islamic State As Thousands Flee North Toward Turkish Border "
        "Amid Heavy Shelling By Government Forces Near Damaged Bridge Over Canal"
    )

    assert verdict(headline, headline).is_copy
    assert not verdict(headline.replace("Marea", "Dabiq"), headline).is_copy


def test_a_standing_footer_makes_no_copy() -> None:
    short, other = ". ".join(WIRE_SENTENCES[:2]), OTHER
    standing = standing_text([f"{text} {FOOTER}" for text in WIRE_SENTENCES[2:4]])

    assert verdict(f"{short} {FOOTER}", f"{other} {FOOTER}", standing=standing).is_copy is False
    assert verdict(f"{short} {FOOTER}", f"{short} {FOOTER}", standing=standing).is_copy


def test_standing_text_is_what_two_unrelated_texts_share() -> None:
    assert standing_text([WIRE, OTHER]) == frozenset()
    assert standing_text([f"{WIRE} {FOOTER}", f"{OTHER} {FOOTER}"]) >= standing_text([FOOTER, FOOTER])


sentences = st.sampled_from([*WIRE_SENTENCES, *OTHER.split(". "), *FOOTER.split(". ")])
texts = st.lists(sentences, min_size=1, max_size=8).map(". ".join)


@given(texts, texts)
def test_whether_texts_of_like_length_are_copies_does_not_depend_on_which_came_first(one: str, other: str) -> None:
    smaller, larger = sorted((len(shingles_of(one)), len(shingles_of(other))))
    if smaller >= SHORT and larger <= LONGER * smaller:
        assert verdict(one, other).is_copy == verdict(other, one).is_copy


@given(st.integers(0, len(WIRE_SENTENCES) - 1), st.sampled_from(["Reportedly", "also", "later"]))
def test_a_word_more_or_a_sentence_less_leaves_a_copy(index: int, word: str) -> None:
    fewer = [sentence for number, sentence in enumerate(WIRE_SENTENCES) if number != index]
    words = WIRE.split()
    position = index * len(words) // len(WIRE_SENTENCES)

    assert verdict(". ".join(fewer), WIRE).is_copy
    assert verdict(" ".join([*words[:position], word, *words[position:]]), WIRE).is_copy


@given(st.integers(1, 5000).filter(lambda number: number != 17))
def test_any_other_figure_leaves_none(number: int) -> None:
    assert not verdict(reworded(WIRE, ("17 villages", f"{number} villages")), WIRE).is_copy


def test_a_megabyte_costs_in_proportion() -> None:
    """Ten times the text makes at most ten times the calls, with a little for what is done once."""
    words = [f"{word}{number % 83} {number % 101}" for number in range(2000) for word in WIRE.split()[:60]]

    def cost(count: int) -> int:
        text = " ".join(words[:count])
        return calls(lambda: (sketch(text), verdict(text, text)))

    cost(100_000)  # fills the caches of words
    small, large = cost(10_000), cost(100_000)

    assert len(" ".join(words)) > 1_000_000
    assert large < 11 * small


def calls(action: Callable[[], Any]) -> int:
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count
