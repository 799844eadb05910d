from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.deliver.channels.parts import POSSIBLE_REPEAT, Limits, Part, defuse, split, to_title

ZW = "\u200b"
CHAT = Limits(text=200, title=60, title_shares=False)
ENTRY = "Khan Tuman captured by the opposition\nthree outlets, 80 %\nhttps://example.org/{number}"


def to_parts(subject: str, text: str, limits: Limits) -> tuple[Part, ...]:
    """The messages as they go out."""
    texts = split(subject, text, limits)
    return tuple(Part(to_title(subject, limits, number, len(texts)), part) for number, part in enumerate(texts, 1))


def _digest(entries: int) -> str:
    return "\n\n".join(ENTRY.format(number=number) for number in range(entries))


def test_a_short_text_is_one_part_without_a_number() -> None:
    assert to_parts("2 new", "one\n\n\ntwo\n", CHAT) == (Part("2 new", "one\n\n\ntwo"),)


def test_a_long_text_is_split_between_entries_and_numbered() -> None:
    parts = to_parts("5 new", _digest(5), CHAT)

    assert [part.title for part in parts] == ["5 new (1/3)", "5 new (2/3)", "5 new (3/3)"]
    assert [part.text.split("\n\n") for part in parts] == [
        [ENTRY.format(number=0), ENTRY.format(number=1)],
        [ENTRY.format(number=2), ENTRY.format(number=3)],
        [ENTRY.format(number=4)],
    ]


def test_only_an_entry_too_long_for_a_message_is_cut_and_then_between_its_lines() -> None:
    long = "\n".join(f"line {number} {'x' * 40}" for number in range(6))

    parts = to_parts("2 new", f"{ENTRY}\n\n{long}\n\n{ENTRY}", CHAT)

    assert parts[0].text == ENTRY
    assert [line for part in parts[1:] for line in part.text.splitlines() if line][:6] == long.splitlines()
    assert parts[-1].text.endswith(ENTRY)


def test_a_line_too_long_is_cut_between_words_and_a_word_too_long_anywhere() -> None:
    words = " ".join(f"word{number}" for number in range(60))

    assert " ".join(part.text for part in to_parts("1 new", words, CHAT)) == words
    assert [len(part.text) for part in to_parts("1 new", "x" * 500, CHAT)] == [200, 200, 100]


def test_four_hundred_entries_fit_a_chat_of_two_thousand_characters() -> None:
    discord = Limits(text=1960, title=250, title_shares=True)

    parts = to_parts("400 new", _digest(400), discord)

    assert all(len(POSSIBLE_REPEAT + part.title) + 2 + len(part.text) <= 1960 for part in parts)
    assert "\n\n".join(part.text for part in parts) == _digest(400)


def test_a_title_too_long_is_shortened_but_keeps_its_number() -> None:
    (first, *_) = to_parts("سيطرت قوات المعارضة " * 20, _digest(9), CHAT)

    assert first.title.endswith("… (1/5)")
    assert len(POSSIBLE_REPEAT + first.title) <= CHAT.title


def test_a_title_without_a_place_of_its_own_takes_a_third_of_the_text_at_most() -> None:
    tiny = Limits(text=90, title=0, title_shares=True)

    (part,) = to_parts("word " * 30, "short", tiny)

    assert len(part.title) <= 30


def test_emoji_count_as_two() -> None:
    assert [len(part.text) for part in to_parts("1 new", "🔥" * 150, CHAT)] == [100, 50]


def test_the_encoded_sizes_of_a_text_are_bounds_too() -> None:
    by_bytes = Limits(text=10_000, title=60, title_shares=False, utf8_bytes=100)
    by_json = Limits(text=10_000, title=60, title_shares=False, json_characters=100)
    arabic = "\n\n".join(["خان طومان في ريف حلب"] * 9)

    assert all(len(part.text.encode()) <= 100 for part in to_parts("9 new", arabic, by_bytes))
    assert all(len(json.dumps(part.text)) <= 100 for part in to_parts("9 new", arabic, by_json))


@given(
    text=st.text(alphabet=st.sampled_from("ab \nخ🔥"), max_size=300),
    limit=st.integers(20, 120),
)
def test_no_letter_is_lost_and_every_part_fits(text: str, limit: int) -> None:
    limits = Limits(text=limit, title=60, title_shares=False)

    parts = to_parts("new", text, limits)

    assert re.sub(r"\s", "", "".join(part.text for part in parts)) == re.sub(r"\s", "", text)
    assert all(limits.measure(part.text)[0] <= limit for part in parts)


@pytest.mark.parametrize("text", ["x" * 40_000, "word " * 8_000, "line\n" * 8_000, "entry\n\n" * 6_000])
def test_the_work_of_splitting_grows_with_the_text_and_not_with_its_square(text: str) -> None:
    limits = Limits(text=20_000, title=60, title_shares=False)
    counted = _Counting(limits)

    parts = split("new", text, counted)  # type: ignore[arg-type]  # the same two methods

    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
    assert counted.characters < 60 * len(text)


class _Counting:
    """Limits that count how many characters were measured."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.characters = 0
        self.text, self.title, self.title_shares = limits.text, limits.title, limits.title_shares

    def measure(self, text: str) -> tuple[int, int, int]:
        self.characters += len(text)
        return self.limits.measure(text)

    def room(self, title_units: int) -> tuple[int, int, int]:
        return self.limits.room(title_units)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@everyone flee", f"@{ZW}everyone flee"),
        ("now @HERE!", f"now @{ZW}HERE!"),
        ("x@everyone", f"x@{ZW}everyone"),
        ("@channel @all @room", f"@{ZW}channel @{ZW}all @{ZW}room"),
        ("says @somebody", f"says @{ZW}somebody"),
        ("<@123> <@&9> <!channel> <#C024>", f"<{ZW}@{ZW}123> <{ZW}@{ZW}&9> <{ZW}!channel> <{ZW}#C024>"),
        ("<https://bad.example|https://good.example>", f"<{ZW}https://bad.example|https://good.example>"),
        ("write to desk@example.org", "write to desk@example.org"),
        ("https://example.org/@somebody/1", "https://example.org/@somebody/1"),
        ("https://example.org/@everyone", "https://example.org/%40everyone"),
        ("a < b, 3 > 2 at 5 @ 6", "a < b, 3 > 2 at 5 @ 6"),
        ("half \ud83d of 🔥", "half \ufffd of 🔥"),
        ("bell\x07 nul\x00 tab\t line\r\nnext\rlast", "bell nul tab\t line\nnext\nlast"),
    ],
)
def test_mentions_and_control_characters_are_defused_but_links_work(text: str, expected: str) -> None:
    assert defuse(text) == expected


def test_a_repeat_is_marked_and_a_single_message_not_numbered() -> None:
    assert to_title("2 new", CHAT, 1, 1, possible_repeat=True) == "[possible repeat] 2 new"
    assert to_title("2 new", CHAT, 2, 3, possible_repeat=True) == "[possible repeat] 2 new (2/3)"


def test_titles_are_defused_too() -> None:
    assert to_parts("@everyone\nnow", "text", CHAT)[0].title == f"@{ZW}everyone now"
