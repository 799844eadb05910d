"""How sure a finding is: a sum of weights from the language table, each part shown as a reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from watcher.detect.vocabulary import Weight
from watcher.model import Reason


def explain_weights(weights: Iterable[Weight]) -> dict[str, Reason]:
    """What each weight says when it counts, by its name."""
    return {
        weight.name: Reason(f"confidence: {weight.name.replace('_', ' ')}", weight.origin, weight.value)
        for weight in weights
    }


def confidence(parts: Iterable[str], weights: Mapping[str, Reason]) -> tuple[float, tuple[Reason, ...]]:
    """The sum of the named weights, kept within 0.02 to 0.99, and its parts; a name without a weight adds nothing."""
    reasons = tuple(weights[name] for name in parts if name in weights)
    total = sum(reason.weight or 0.0 for reason in reasons)
    return round(min(0.99, max(0.02, total)), 2), reasons
