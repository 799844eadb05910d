"""The language table is read with the line of every word, and its mistakes are told in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.detect.vocabulary import Effect, Frame, Noun, Vocabulary
from watcher.model import Action, Event, Problem
from watcher.rulebook.language import read_vocabulary
from watcher.rulebook.yaml import read_yaml

SHIPPED = Path(__file__).parents[2] / "rules" / "language" / "en.yaml"

SMALL = """\
version: 1
language: en
recency_days: 3
events:
  - frame: takes
    event: control_change
    action: captured
    verbs: [take, seize]
    nouns:
      - seizure
nouns:
  settlement: [town]
cues:
  - effect: negated
    reach: forward
    verbs: [fail]
irregular_verbs:
  take: took taken
weights:
  base: 0.5
"""


def _read(tmp_path: Path, text: str) -> tuple[Vocabulary | None, tuple[Problem, ...]]:
    path = tmp_path / "en.yaml"
    path.write_text(text, encoding="utf-8")
    document, problems = read_yaml(path, "rules/language/en.yaml")
    assert document is not None, problems
    return read_vocabulary(document)


def test_every_word_keeps_its_line(tmp_path: Path) -> None:
    vocabulary, problems = _read(tmp_path, SMALL)

    assert problems == ()
    assert vocabulary is not None
    group = vocabulary.events[0]
    assert (group.frame, group.event, group.action) == (Frame.TAKES, Event.CONTROL_CHANGE, Action.CAPTURED)
    assert [(word.text, word.origin.file_line) for word in (*group.verbs, *group.nouns)] == [
        ("take", "rules/language/en.yaml:8"),
        ("seize", "rules/language/en.yaml:8"),
        ("seizure", "rules/language/en.yaml:10"),
    ]
    assert vocabulary.nouns[0].noun is Noun.SETTLEMENT
    assert vocabulary.cues[0].effect is Effect.NEGATED
    assert vocabulary.irregular == (("take", "took", "taken"),)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "frame: takes",
            "frame: taks",
            (
                "rules/language/en.yaml:5:12: expected one of takes, loses, falls, leaves, drives_out, hands_over,"
                " enters, holds, besieges, cuts, ends_siege, got 'taks': did you mean 'takes'?"
            ),
        ),
        (
            "take: took taken",
            "take: took",
            (
                "rules/language/en.yaml:18:9: expected the past and the participle of 'take', such as 'took taken',"
                " got 'took'"
            ),
        ),
        (
            "    verbs: [take, seize]",
            "    verb: [take, seize]",
            "rules/language/en.yaml:8:5: unknown key 'verb': did you mean 'verbs'?",
        ),
    ],
)
def test_mistake_is_told_where_it_stands(tmp_path: Path, old: str, new: str, message: str) -> None:
    vocabulary, problems = _read(tmp_path, SMALL.replace(old, new))

    assert vocabulary is None
    assert message in [str(problem) for problem in problems]


def test_the_shipped_table_is_read_without_a_problem() -> None:
    document, problems = read_yaml(SHIPPED, "rules/language/en.yaml")
    assert document is not None
    assert problems == ()

    vocabulary, problems = read_vocabulary(document)

    assert vocabulary is not None
    assert problems == ()
    assert {noun_class.noun for noun_class in vocabulary.nouns} == set(Noun) - {Noun.BESIEGED}
    assert {cue.effect for cue in vocabulary.cues} == set(Effect)
    assert {group.frame for group in vocabulary.events} == set(Frame)


def test_the_shipped_table_names_nothing_of_one_war() -> None:
    """Places and sides come from their own files; the table must do for any war."""
    text = SHIPPED.read_text(encoding="utf-8").lower()

    for word in ("syria", "aleppo", "raqqa", "assad", "isis", "daesh", "kurd", "turk", "russia"):
        assert word not in text
