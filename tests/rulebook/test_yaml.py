"""Reading the user's YAML: everything is text, everything has a position, and each mistake is told in plain words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from watcher.model import Position
from watcher.rulebook import yaml as reader
from watcher.rulebook.yaml import YamlDocument, read_yaml, validate


def read(tmp_path: Path, text: str | bytes) -> tuple[YamlDocument | None, list[str]]:
    path = tmp_path / "any.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    document, problems = read_yaml(path, "rules/any.yaml")
    return document, [str(problem) for problem in problems]


def read_well(tmp_path: Path, text: str) -> YamlDocument:
    document, problems = read(tmp_path, text)
    assert problems == []
    assert document is not None
    return document


# --- what is read --------------------------------------------------------------------------------------------------


def test_every_scalar_is_text(tmp_path: Path) -> None:
    text = "a: NO\non: yes\nb: 22:30\nc: 0123\nd: 1.10\ne: 2016-06-09\nf: ~\ng:\nh: [true, 'quoted', \"#1\"]\n"

    document = read_well(tmp_path, text)

    assert document.data == {
        "a": "NO",
        "on": "yes",
        "b": "22:30",
        "c": "0123",
        "d": "1.10",
        "e": "2016-06-09",
        "f": "~",
        "g": "",
        "h": ["true", "quoted", "#1"],
    }


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    document = read_well(tmp_path, "\ufeffa: b\r\nc: d\r\n")

    assert document.data == {"a": "b", "c": "d"}
    assert document.excerpt(document.position(("c",))) == "c: d"


def test_the_bytes_are_kept_as_they_were(tmp_path: Path) -> None:
    document = read_well(tmp_path, "\ufeffa: b\r\n")

    assert document.content == b"\xef\xbb\xbfa: b\r\n"


PLACES = """\
version: 1
places:
  azaz:
    kind: town
    names: [اعزاز, A'zaz]
  marea: {kind: town}
list:
  - first
  - id: second
    title: >-
      two
      lines
"""


@pytest.mark.parametrize(
    ("loc", "key", "expected"),
    [
        ((), False, (1, 1)),
        (("version",), False, (1, 10)),
        (("version",), True, (1, 1)),
        (("places", "azaz"), False, (3, 3)),
        (("places", "azaz", "kind"), False, (4, 11)),
        (("places", "azaz", "kind"), True, (4, 5)),
        (("places", "azaz", "names", 1), False, (5, 20)),
        (("places", "marea", "kind"), False, (6, 17)),
        (("list", 0), False, (8, 5)),
        (("list", 1), False, (9, 5)),
        (("list", 1, "title"), False, (10, 12)),
        (("places", "azaz", "nowhere"), False, (3, 3)),
        (("places", "azaz", "kind", "deeper", 3), False, (4, 5)),
        (("nothing",), False, (1, 1)),
        (("list", 7), False, (7, 1)),
    ],
)
def test_a_position_is_that_of_the_value_or_its_key_or_the_nearest_parent(
    tmp_path: Path, loc: tuple[str | int, ...], key: bool, expected: tuple[int, int]
) -> None:
    document = read_well(tmp_path, PLACES)

    position = document.position(loc, key=key)

    assert position == Position("rules/any.yaml", *expected)


def test_an_excerpt_is_the_line_itself(tmp_path: Path) -> None:
    document = read_well(tmp_path, PLACES)

    assert document.excerpt(document.position(("places", "azaz", "names"))) == "    names: [اعزاز, A'zaz]"
    assert document.excerpt(Position("rules/any.yaml", 99)) == ""


keys = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=4)
scalars = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"], exclude_characters="\xa0"), max_size=8)
trees = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))


def _as_flow(tree: Any) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {_as_flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(_as_flow, tree)) + "]"
    return "'{}'".format(str(tree).replace("'", "''"))


@given(tree=st.dictionaries(keys, trees, min_size=1, max_size=4))
def test_any_tree_of_text_comes_back_as_written(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("trees") / "tree.yaml"
    path.write_text("".join(f"{key}: {_as_flow(value)}\n" for key, value in tree.items()), encoding="utf-8")

    document, problems = read_yaml(path, "tree.yaml")

    assert [problem for problem in problems if problem.severity == "error"] == []
    assert document is not None
    assert document.data == tree
    for line, key in enumerate(tree, start=1):
        assert document.position((key,), key=True) == Position("tree.yaml", line, 1)


# --- what is refused -----------------------------------------------------------------------------------------------

REFUSED = {
    "tab": ("a:\n\tb: c\n", "2:1: a tab: indent with spaces"),
    "second colon": ("a: Aleppo: rebels\n", "1:10: a second ': ' on the line: text that holds ': ' must be in quotes"),
    "stray indent": (
        "a:\n  b: c\n   d: e\n",
        "3:5: a ':' is not possible here: is the line indented like its neighbours?",
    ),
    "outdent": ("a:\n    b: c\n  d: e\n", "3:3: the line is not indented like the lines it belongs to"),
    "no colon": ("a: b\nword\nc: d\n", "2:1: expected 'key: value' or '- entry'"),
    "open quote": ('a: "b\nc: d\n', "1:4: the quote that opens here is never closed"),
    "after quote": ("a: 'b' c\n", "1:8: unexpected text after the value: put the whole value in quotes"),
    "open list": (
        "a: [b, c\nd: e\n",
        "2:2: the list opened on line 1 needs ',' between its entries and ']' at its end",
    ),
    "open mapping": (
        "a: {b: c\nd: e\n",
        "2:2: the mapping opened on line 1 needs ',' between its entries and '}' at its end",
    ),
    "backslash": ('a: "b\\d"\n', "1:6: a backslash has a meaning inside double quotes: use single quotes"),
    "at sign": ("a: @b\n", "1:4: text that starts with '@' must be in quotes"),
    "per cent": ("a: %b\n", "1:4: text that starts with '%' must be in quotes"),
    "directive": ("%b\na: b\n", "1:1: text that starts with '%' must be in quotes"),
    "bare tag": ("a: !#\n", "1:4: text that starts with '!' must be in quotes"),
    "stray text": ("{a: b}\nc: d\n", "2:1: expected 'key: value' at the start of the line"),
    "bare star": ("a: [ *, b]\n", "1:6: text that starts with '*' must be in quotes"),
    "bare ampersand": ("a: & b\n", "1:4: text that starts with '&' must be in quotes"),
    "alias": ("a: *fall\n", "1:4: text that starts with '*' must be in quotes"),
    "anchor": ("a: &b c\n", "1:4: text that starts with '&' must be in quotes"),
    "tag": ("a: !b c\n", "1:4: text that starts with '!' must be in quotes"),
    "dash after key": ("a: - b\n", "1:4: a list cannot start on the line of its key: put '- ' on a new line"),
    "text after brace": (
        "- {place} falls\n",
        "1:11: expected '- entry' here: text that starts with '{' or '[' must be in quotes",
    ),
    "folded": ("a: > b\n", "1:4: text that starts with '>' or '|' must be in quotes"),
    "list as key": ("[a]: b\n", "1:1: a key must be text: text that starts with '{' or '[' must be in quotes"),
    "two documents": ("a: b\n---\nc: d\n", "2:1: a second document starts here: keep one per file, delete the '---'"),
    "bell": ("a: b\x07\n", "1:5: a control character (U+0007): delete it"),
    "line separator": ("a: b\u2028c: d\n", "1:5: a control character (U+2028): delete it"),
    "empty": ("# nothing\n", "1:1: the file is empty: start it with 'version: 1'"),
    "two commas": ("a: [b,, c]\n", "1:7: expected an entry: a '[' or '{' is not closed, or a ',' stands alone"),
    "only a comma": ("a: , b\n", "1:4: text that starts with ',' must be in quotes"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_yaml_of_ours_is_refused_with_a_hint(tmp_path: Path, text: str, expected: str) -> None:
    document, problems = read(tmp_path, text)

    assert document is None
    assert problems == [f"rules/any.yaml:{expected}"]


def test_several_refusals_are_told_at_once(tmp_path: Path) -> None:
    document, problems = read(tmp_path, "a:\n  <<: *x\nb: !y z\n")

    assert document is None
    assert problems == [
        "rules/any.yaml:2:3: merge keys ('<<') are not used here: write the values out",
        "rules/any.yaml:2:7: text that starts with '*' must be in quotes",
        "rules/any.yaml:3:4: text that starts with '!' must be in quotes",
    ]


def test_a_duplicate_key_is_an_error_and_the_rest_is_still_read(tmp_path: Path) -> None:
    document, problems = read(tmp_path, "a: b\nc: d\na: {e: f}\n")

    assert document is not None
    assert document.data == {"a": "b", "c": "d"}
    assert problems == ["rules/any.yaml:3:1: key 'a' is already on line 1"]


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    document, problems = read(tmp_path, "\n".join(lines))

    assert document is None
    assert len(problems) == 40 + 2 * 39


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    document, problems = read(tmp_path, "[" * 25 + "]" * 25)

    assert document is None
    assert problems == ["rules/any.yaml:1:25: nested deeper than 24 levels"]


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    document, problems = read_yaml(tmp_path / "none.yaml", "rules/none.yaml")

    assert document is None
    assert [str(p) for p in problems] == ["rules/none.yaml:1:1: cannot read the file: no such file or directory"]


def test_a_huge_file_is_one_problem(tmp_path: Path) -> None:
    document, problems = read(tmp_path, b"#" * (reader.MAX_BYTES + 1))

    assert document is None
    assert problems == ["rules/any.yaml:1:1: the file is larger than 8 MB"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: b\nc: \xd8d\xe9\n", "2:4: byte 0xd8 is not UTF-8: save the file as UTF-8"),
        ("a: b\n".encode("utf-16"), "1:1: the file is saved as UTF-16: save it as UTF-8"),
    ],
)
def test_another_encoding_is_one_problem(tmp_path: Path, content: bytes, expected: str) -> None:
    document, problems = read(tmp_path, content)

    assert document is None
    assert problems == [f"rules/any.yaml:{expected}"]


# --- what is doubtful ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Brigade #93 base\n", "1:11: warning: the text ends before '#93 base': if that belongs to it, "),
        ("a: b #c\n", "1:6: warning: the text ends before '#c': if that belongs to it, "),
    ],
)
def test_text_cut_by_a_comment_is_a_warning(tmp_path: Path, text: str, expected: str) -> None:
    document, problems = read(tmp_path, text)

    assert document is not None
    assert problems == [f"rules/any.yaml:{expected}put the whole text in quotes"]


@pytest.mark.parametrize("text", ["a: b # a comment\n", "# whole line\na: b\n", "a: 'b #c'\n", "a: b#c\n"])
def test_a_plain_comment_is_fine(tmp_path: Path, text: str) -> None:
    read_well(tmp_path, text)


def test_typographic_quotes_around_text_are_a_warning(tmp_path: Path) -> None:
    document, problems = read(tmp_path, "a: “Aleppo”\nb: He said “no” to it\n")

    assert document is not None
    assert problems == [
        'rules/any.yaml:1:4: warning: these typographic quotes are part of the text: use straight ones (")'
    ]


def test_an_invisible_character_is_a_warning(tmp_path: Path) -> None:
    document, problems = read(tmp_path, "a: b\nc: x\u200fy\u00a0z\n")

    assert document is not None
    assert problems == ["rules/any.yaml:2:5: warning: an invisible character (U+200F): delete it or type a plain space"]


# --- what the schema says ------------------------------------------------------------------------------------------


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: Colour = Colour.RED
    size: int | None = Field(default=None, ge=1, le=9)
    weight: float = 1.0
    shiny: bool = False
    name: str = Field(default="x", min_length=1)
    parts: tuple[str, ...] = ()
    raise_to: tuple[str, ...] = Field(default=(), alias="raise", max_length=2)

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        if name == "nobody":
            raise ValueError("nobody is no name")
        return name


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")
    leaves: dict[str, Leaf] = Field(min_length=1)
    root: Leaf | None = None
    rings: tuple[Leaf, ...] = ()


TREE = """\
leaves:
  oak:
    %s
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("colour: gren", "3:13: expected one of red, green, got 'gren': did you mean 'green'?"),
        ("colour: 17", "3:13: expected one of red, green, got '17'"),
        ("colour: [red]", "3:5: expected one of red, green, got a list"),
        ("colour:", "3:12: expected one of red, green, got nothing"),
        ("size: big", "3:11: expected a whole number, got 'big'"),
        ("size: 0", "3:11: must be at least 1, got '0'"),
        ("size: 10", "3:11: must be at most 9, got '10'"),
        ("weight: heavy", "3:13: expected a number, got 'heavy'"),
        ("shiny: perhaps", "3:12: expected yes or no, got 'perhaps'"),
        ("name: [a]", "3:5: expected text, got a list"),
        ("name: {a: b}", "3:5: expected text, got keys with values"),
        ("name:", "3:10: must not be empty"),
        ("name: nobody", "3:11: nobody is no name"),
        ("parts: a", "3:12: expected a list, got 'a'"),
        ("raise: [a, b, c]", "3:5: must have at most 2 entries, got 3"),
        ("rais: [a]", "3:5: unknown key 'rais': did you mean 'raise'?"),
        ("raise_to: [a]", "3:5: unknown key 'raise_to': did you mean 'raise'?"),
        ("zzz: b", "3:5: unknown key 'zzz': expected one of colour, size, weight, shiny, name, parts, raise"),
    ],
)
def test_a_misfit_is_told_in_plain_words_at_its_place(tmp_path: Path, line: str, expected: str) -> None:
    document = read_well(tmp_path, TREE % line)

    tree, problems = validate(document, Tree)

    assert tree is None
    assert [str(problem) for problem in problems] == [f"rules/any.yaml:{expected}"]
    assert problems[0].excerpt == f"    {line}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("root: {}\n", "1:1: missing key 'leaves'"),
        ("leaves: {}\n", "1:1: must have at least one entry, got 0"),
        ("leaves: {oak: {}}\nroot: {naem: x}\n", "2:8: unknown key 'naem': did you mean 'name'?"),
        ("leaves: {oak: {}}\nrings:\n  - name: a\n  - naem: x\n", "4:5: unknown key 'naem': did you mean 'name'?"),
        ("- a\n", "1:1: expected keys with values, got a list"),
    ],
)
def test_a_misfit_of_the_whole_is_told_where_it_shows(tmp_path: Path, text: str, expected: str) -> None:
    _, problems = validate(read_well(tmp_path, text), Tree)

    assert [str(problem) for problem in problems] == [f"rules/any.yaml:{expected}"]


def test_all_misfits_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    document = read_well(tmp_path, "leaves:\n  oak: {size: x, colur: red}\n  elm: {shiny: x}\nrots: {}\n")

    _, problems = validate(document, Tree)

    assert [(problem.position.line, problem.position.column) for problem in problems] == [
        (2, 15),
        (2, 18),
        (3, 16),
        (4, 1),
    ]


def test_long_input_is_cut_in_the_message(tmp_path: Path) -> None:
    document = read_well(tmp_path, f"leaves: {{oak: {{size: {'9x' * 50}}}}}\n")

    _, problems = validate(document, Tree)

    assert problems[0].message == f"expected a whole number, got '{'9x' * 29}9…'"


def test_what_fits_is_typed(tmp_path: Path) -> None:
    document = read_well(tmp_path, "leaves: {oak: {size: 7, weight: 1.5, shiny: yes, colour: green, raise: [a]}}\n")

    tree, problems = validate(document, Tree)

    assert problems == ()
    assert tree is not None
    assert tree.leaves["oak"] == Leaf(size=7, weight=1.5, shiny=True, colour=Colour.GREEN, **{"raise": ("a",)})


@given(content=st.binary(max_size=60) | st.text("ab: -[]{},'\"#&*!|>%@\n\t\u2028\u0085", max_size=60).map(str.encode))
def test_whatever_the_bytes_a_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_bytes(content)

    document, problems = read_yaml(path, "any.yaml")

    assert document is not None or any(problem.severity == "error" for problem in problems)
    assert all(problem.position.line >= 1 and problem.position.column >= 1 for problem in problems)
    if document is not None:
        _, misfits = validate(document, Tree)
        assert misfits
