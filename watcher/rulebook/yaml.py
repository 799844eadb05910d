"""Reads the user's YAML into plain dicts, lists and text, keeping the line and column of everything.

Every scalar is text: no YAML 1.1 guessing (NO, 22:30, 0123), no anchors, tags or merge keys. The parser is libyaml by
way of PyYAML's event stream, which resolves no types; its constructors and resolvers are never used.
First step of every load: ``read_yaml`` finds what is no YAML of ours, ``validate`` what does not fit its schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types
from pydantic import BaseModel, ValidationError

from watcher.model import Position, Problem
from watcher.rulebook.wording import syntax_message, validation_message

MAX_BYTES = 8_000_000
MAX_DEPTH = 24

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_LINE_BREAK = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")  # what YAML 1.1 counts as one, and so libyaml
_FORBIDDEN = re.compile("[^\t\n\r -~\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")
_HIDDEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_OPENING_QUOTES = ("“", "”", "„", "‘", "’", "‚", "«")
_CLOSING_QUOTES = ("“", "”", "‘", "’", "»")
_GLUED_COMMENT = re.compile(r"\s+(#\S.*)")


@dataclass(slots=True)
class _Marks:
    """Where one value stands (line, column), and its keys and children if it has any."""

    at: tuple[int, int]
    keys: dict[str | int, tuple[int, int]] = field(default_factory=dict)
    children: dict[str | int, _Marks | tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One file's content as dicts, lists and text, and where each part stands.

    ``file`` is the path as the user typed it; ``content`` are its bytes.
    """

    file: str
    data: Any
    content: bytes = field(repr=False)
    _lines: tuple[str, ...] = field(repr=False)
    _marks: _Marks | tuple[int, int] = field(repr=False)

    def position(self, loc: Location, *, key: bool = False) -> Position:
        """The position of the value at ``loc``, or of its key; for an unknown ``loc`` that of its nearest parent.

        A parent inside a mapping is shown by its key, which tells the reader more than its first child would.
        """
        marks = self._marks
        at = marks.at if isinstance(marks, _Marks) else marks
        for depth, part in enumerate(loc):
            if not isinstance(marks, _Marks) or part not in marks.children:
                break
            parent, marks = marks, marks.children[part]
            at = marks.at if isinstance(marks, _Marks) else marks
            by_key = key or depth + 1 < len(loc) or isinstance(marks, _Marks)
            if by_key and part in parent.keys:
                at = parent.keys[part]
        return Position(self.file, *at)

    def excerpt(self, position: Position) -> str:
        """The line of the file at ``position``."""
        return self._lines[position.line - 1] if position.line <= len(self._lines) else ""

    def problem(self, loc: Location, message: str, *, key: bool = False, warning: bool = False) -> Problem:
        """A problem with the value (or key) at ``loc``."""
        position = self.position(loc, key=key)
        return Problem(position, message, "warning" if warning else "error", self.excerpt(position))


def read_yaml(path: Path, shown_as: str) -> tuple[YamlDocument | None, tuple[Problem, ...]]:
    """Read one file. Problems may be warnings; a file with errors is still returned where it can be understood."""
    start = Position(shown_as)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        return None, (Problem(start, f"cannot read the file: {(error.strerror or str(error)).lower()}"),)
    if len(content) > MAX_BYTES:
        return None, (Problem(start, f"the file is larger than {MAX_BYTES // 1_000_000} MB"),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (_bad_encoding(content, error, shown_as),)
    return _Reader(shown_as, text, content).read()


def validate(document: YamlDocument, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """Fit the document to ``model``; every misfit becomes one problem in plain English, sorted by position."""
    try:
        return model.model_validate(document.data), ()
    except ValidationError as error:
        problems = []
        details = error.errors(include_url=False)
        for detail in details:
            if detail["type"] == "too_short" and any(_is_below(other["loc"], detail["loc"]) for other in details):
                continue  # entries were given, but are wrong themselves
            message, at_key = validation_message(detail, model)
            loc = tuple(part for part in detail["loc"] if part != "[key]")
            problems.append(document.problem(loc, message, key=at_key or "[key]" in detail["loc"]))
        return None, tuple(sorted(problems, key=lambda problem: problem.sort_key))


def _is_below(inner: Location, outer: Location) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _bad_encoding(content: bytes, error: UnicodeDecodeError, shown_as: str) -> Problem:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(Position(shown_as), "the file is saved as UTF-16: save it as UTF-8")
    before = content[: error.start].decode("utf-8", errors="replace").removeprefix("\ufeff")
    line = before.rpartition("\n")[2]
    rest = content[error.start :].partition(b"\n")[0].decode("utf-8", errors="replace")
    position = Position(shown_as, before.count("\n") + 1, len(line) + 1)
    message = f"byte 0x{content[error.start]:02x} is not UTF-8: save the file as UTF-8"
    return Problem(position, message, excerpt=line + rest.rstrip("\r"))


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being filled; ``key`` waits for its value."""

    data: dict[str, Any] | list[Any]
    marks: _Marks
    key: str | None = None


class _Reader:
    """Turns the events of one text into data and marks, collecting problems on the way."""

    def __init__(self, file: str, text: str, content: bytes) -> None:
        self.file = file
        self.text = text
        self.content = content
        self.lines = tuple(_LINE_BREAK.split(text))
        self.problems: list[Problem] = []
        self.understood = True  # False when what was read may not be what was meant
        self.frames: list[_Frame] = []
        self.root: tuple[Any, _Marks | tuple[int, int]] | None = None

    def read(self) -> tuple[YamlDocument | None, tuple[Problem, ...]]:
        self._look_for_odd_characters()
        try:
            if self.understood:
                self._take_events()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            opened = error.context_mark.line + 1 if error.context_mark else None
            line = self.lines[min(mark.line, len(self.lines) - 1)]
            message, at_opening = syntax_message(error.context, error.problem, line, mark.column, opened)
            if at_opening and error.context_mark:
                mark = error.context_mark
            self._refuse((mark.line + 1, mark.column + 1), message)
        problems = tuple(sorted(self.problems, key=lambda problem: problem.sort_key))
        if not self.understood:
            return None, problems
        if self.root is None:
            return None, (*problems, Problem(Position(self.file), "the file is empty: start it with 'version: 1'"))
        data, marks = self.root
        return YamlDocument(self.file, data, self.content, self.lines, marks), problems

    def _look_for_odd_characters(self) -> None:
        for found in _FORBIDDEN.finditer(self.text):
            before = _LINE_BREAK.split(self.text[: found.start()])
            self._refuse((len(before), len(before[-1]) + 1), f"a control character (U+{ord(found[0]):04X}): delete it")
        if _HIDDEN.search(self.text):
            for number, line in enumerate(self.lines, start=1):
                if hidden := _HIDDEN.search(line):
                    message = f"an invisible character (U+{ord(hidden[0]):04X}): delete it or type a plain space"
                    self._warn((number, hidden.start() + 1), message)

    def _take_events(self) -> None:
        documents = 0
        for event in yaml.parse(self.text, Loader=_LOADER):
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self._scalar(event)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._open(event, {} if kind == "MappingStartEvent" else [])
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                frame = self.frames.pop()
                self._attach(frame.data, frame.marks)
            elif kind == "AliasEvent":
                self._refuse(_at(event), "text that starts with '*' must be in quotes")
                self._attach("", _at(event))
            elif kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._refuse(_at(event), "a second document starts here: keep one per file, delete the '---'")
                    return

    def _scalar(self, event: Any) -> None:
        line, column = at = _at(event)
        self._check_properties(event, at)
        if event.style in (None, ""):
            end = event.end_mark
            source = self.lines[end.line] if end.line < len(self.lines) else ""
            if "#" in source and (cut := _GLUED_COMMENT.match(source, end.column)):
                message = f"the text ends before {cut[1]!r}: if that belongs to it, put the whole text in quotes"
                self._warn((end.line + 1, cut.start(1) + 1), message)
            if event.value.startswith(_OPENING_QUOTES) and event.value.endswith(_CLOSING_QUOTES):
                self._warn((line, column), 'these typographic quotes are part of the text: use straight ones (")')
        self._attach(event.value, at)

    def _open(self, event: Any, data: dict[str, Any] | list[Any]) -> None:
        at = _at(event)
        self._check_properties(event, at)
        if len(self.frames) == MAX_DEPTH:
            self._refuse(at, f"nested deeper than {MAX_DEPTH} levels")
        parent = self.frames[-1] if self.frames else None
        if parent is not None and isinstance(parent.data, dict) and parent.key is None:
            self._refuse(at, "a key must be text: text that starts with '{' or '[' must be in quotes")
        self.frames.append(_Frame(data, _Marks(at)))

    def _attach(self, value: Any, marks: _Marks | tuple[int, int]) -> None:
        """Put a finished value where it belongs: as the document, a list's next entry, or a mapping's key or value."""
        if not self.frames:
            self.root = (value, marks)
            return
        frame = self.frames[-1]
        if isinstance(frame.data, list):
            frame.marks.children[len(frame.data)] = marks
            frame.data.append(value)
        elif frame.key is None:
            at = marks.at if isinstance(marks, _Marks) else marks
            frame.key = str(value)
            if frame.key in frame.data:
                first = frame.marks.keys[frame.key][0]
                self._report(at, f"key {frame.key!r} is already on line {first}")
            else:
                if frame.key == "<<":
                    self._refuse(at, "merge keys ('<<') are not used here: write the values out")
                frame.marks.keys[frame.key] = at
        else:
            if frame.key not in frame.data:  # the first of two equal keys is kept for further checks
                frame.data[frame.key] = value
                frame.marks.children[frame.key] = marks
            frame.key = None

    def _check_properties(self, event: Any, at: tuple[int, int]) -> None:
        if event.anchor is not None:
            self._refuse(at, "text that starts with '&' must be in quotes")
        if event.tag not in (None, "!"):
            self._refuse(at, "text that starts with '!' must be in quotes")

    def _report(self, at: tuple[int, int], message: str, *, warning: bool = False) -> None:
        line, column = at
        excerpt = self.lines[line - 1] if line <= len(self.lines) else ""
        position = Position(self.file, line, column)
        self.problems.append(Problem(position, message, "warning" if warning else "error", excerpt))

    def _warn(self, at: tuple[int, int], message: str) -> None:
        self._report(at, message, warning=True)

    def _refuse(self, at: tuple[int, int], message: str) -> None:
        self.understood = False
        self._report(at, message)


def _at(event: Any) -> tuple[int, int]:
    return (event.start_mark.line + 1, event.start_mark.column + 1)
