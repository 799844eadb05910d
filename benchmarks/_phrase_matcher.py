"""spaCy's matcher of phrases at work, for ``benchmarks.detection``; runs alone, with the peer's interpreter.

Reads from standard input one JSON object: ``names`` to look for and ``texts`` to look through. Writes another: the
``seconds`` of CPU that the fastest of three rounds took, and the ``found`` names.
"""

from __future__ import annotations

import json
import sys
import time

ROUNDS = 3


def main() -> None:
    import spacy  # noqa: PLC0415  not among our own libraries
    from spacy.matcher import PhraseMatcher  # noqa: PLC0415

    work = json.load(sys.stdin)
    language = spacy.blank("en")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("PLACE", list(language.tokenizer.pipe(work["names"])))
    rounds = []
    found = 0
    for _ in range(ROUNDS):
        start = time.process_time()
        found = sum(len(matcher(language(text))) for text in work["texts"])
        rounds.append(time.process_time() - start)
    print(json.dumps({"seconds": min(rounds), "found": found}))


if __name__ == "__main__":
    main()
