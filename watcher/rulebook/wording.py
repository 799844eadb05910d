"""Says in officers' English what libyaml and pydantic found wrong. Pure: text in, text out; used by ``yaml`` only."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_QUOTED = re.compile(r"'([^']*)'")
_SHOWN_LENGTH = 60


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """``: did you mean 'x'?`` for the nearest known word, or nothing."""
    folded = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    return f": did you mean {folded[near[0]]!r}?" if near else ""


def shown(value: object) -> str:
    """A value as messages show it: text in quotes and cut, anything else by its kind."""
    if isinstance(value, str):
        if not value:
            return "nothing"
        return repr(value if len(value) <= _SHOWN_LENGTH else value[: _SHOWN_LENGTH - 1] + "…")
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, (list, tuple)):
        return "a list"
    return repr(value)


# --- not YAML ------------------------------------------------------------------------------------------------------


# a part of libyaml's context, a part of its problem, what it means, whether to point at where the construct was opened
_SYNTAX = (
    ("", "cannot start any token", "text that starts with {character!r} must be in quotes", False),
    ("scanning a directive", "", "text that starts with '%' must be in quotes", True),
    ("scanning a tag", "", "text that starts with '!' must be in quotes", True),
    ("", "<document start>", "expected 'key: value' at the start of the line", False),
    ("scanning an alias", "", "text that starts with '*' must be in quotes", True),
    ("scanning an anchor", "", "text that starts with '&' must be in quotes", True),
    ("flow node", "node content", "expected an entry: a '[' or '{{' is not closed, or a ',' stands alone", False),
    ("block node", "node content", "text that starts with {character!r} must be in quotes", False),
    ("", "could not find expected ':'", "expected 'key: value' or '- entry'", True),
    ("scanning a quoted scalar", "", "the quote that opens here is never closed", True),
    ("", "escape character", "a backslash has a meaning inside double quotes: use single quotes", False),
    ("", "',' or ']'", "the list opened on line {opened} needs ',' between its entries and ']' at its end", False),
    ("", "',' or '}'", "the mapping opened on line {opened} needs ',' between its entries and '}}' at its end", False),
    ("", "block sequence entries", "a list cannot start on the line of its key: put '- ' on a new line", False),
    ("", "mapping values", "a ':' is not possible here: is the line indented like its neighbours?", False),
    ("", "expected key", "the line is not indented like the lines it belongs to", False),
    (
        "",
        "expected '-' indicator",
        "expected '- entry' here: text that starts with '{{' or '[' must be in quotes",
        False,
    ),
    ("", "expected comment or line break", "text that starts with '>' or '|' must be in quotes", True),
)


def syntax_message(
    context: str | None, problem: str | None, line: str, column: int, opened: int | None
) -> tuple[str, bool]:
    """What libyaml's complaint means, and whether to point at where the construct was opened.

    ``line`` and ``column`` (from 0) are where it stopped; ``opened`` is the line (from 1) of the construct around it.
    """
    problem, context = problem or "unreadable", context or ""
    character = line[column : column + 1]
    if character == "\t":
        return "a tab: indent with spaces", False
    if "mapping values are not allowed" in problem and ": " in line[:column]:
        return "a second ': ' on the line: text that holds ': ' must be in quotes", False
    if "expected key" in problem and line[:column].strip():
        return "unexpected text after the value: put the whole value in quotes", False
    for in_context, in_problem, message, at_opening in _SYNTAX:
        if in_context in context and in_problem in problem:
            return message.format(character=character, opened=opened), at_opening
    return f"not YAML: {problem}", False


# --- YAML, but not what the schema says ----------------------------------------------------------------------------


_EXPECTED = {
    "text": ("string_type",),
    "a list": ("list_type", "tuple_type"),
    "keys with values": ("dict_type", "model_type", "model_attributes_type"),
    "a whole number": ("int_parsing", "int_type", "int_from_float", "int_parsing_size"),
    "a number": ("float_parsing", "float_type", "finite_number"),
    "yes or no": ("bool_parsing", "bool_type"),
}
_EXPECTED_BY_KIND = {kind: words for words, kinds in _EXPECTED.items() for kind in kinds}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def validation_message(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, bool]:
    """What pydantic's complaint means, and whether it is about the key rather than the value."""
    kind, loc = error["type"], error["loc"]
    if kind == "extra_forbidden":
        key, known = str(loc[-1]), _keys_at(model, loc[:-1])
        return f"unknown key {shown(key)}{did_you_mean(key, known) or _one_of(known)}", True
    if kind == "missing":
        return f"missing key {str(loc[-1])!r}", True
    return _value_message(kind, error["input"], error.get("ctx", {}), error["msg"]), False


def _value_message(kind: str, value: object, context: dict[str, Any], otherwise: str) -> str:
    if kind in ("value_error", "assertion_error"):
        message = str(context["error"])
    elif kind in ("enum", "literal_error"):
        allowed = _QUOTED.findall(context["expected"])
        hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
        message = f"expected {'one of ' if len(allowed) > 1 else ''}{', '.join(allowed)}, got {shown(value)}{hint}"
    elif kind == "string_too_short":
        message = "must not be empty"
    elif kind in ("too_short", "too_long"):
        message = _length_message(kind, context)
    elif kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        message = f"must be {words} {context[key]:g}, got {shown(value)}"
    else:
        expected = _EXPECTED_BY_KIND.get(kind)
        message = f"expected {expected}" if expected else otherwise.lower()
        message = f"{message}, got {shown(value)}"
    return message


def _length_message(kind: str, context: dict[str, Any]) -> str:
    if kind == "too_short":
        count = context["min_length"]
        return f"must have at least {'one entry' if count == 1 else f'{count} entries'}, got {context['actual_length']}"
    return f"must have at most {context['max_length']} entries, got {context['actual_length']}"


def _one_of(known: Iterable[str]) -> str:
    keys = list(known)
    return f": expected one of {', '.join(keys)}" if keys else ""


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the schema allows at ``loc``."""
    annotation: Any = model
    for part in loc:
        annotation = _step(annotation, part)
    found = _as_model(annotation)
    if found is None:
        return []
    return [entry.alias or name for name, entry in found.model_fields.items()]


def _step(annotation: Any, part: int | str) -> Any:
    """The annotation of the part ``part`` of something annotated ``annotation``; None if it has no such part."""
    model = _as_model(annotation)
    if model is not None:
        fields = model.model_fields.items()
        return next((entry.annotation for name, entry in fields if (entry.alias or name) == part), None)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _step(arguments[0], part)
    if origin in (Union, types.UnionType):
        steps = (_step(argument, part) for argument in arguments)
        return next((step for step in steps if step is not None), None)
    return {dict: arguments[-1:], tuple: arguments[:1], list: arguments[:1]}.get(origin, (None,))[0]


def _as_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is Annotated:
        return _as_model(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return next((found for found in map(_as_model, get_args(annotation)) if found is not None), None)
    return None
