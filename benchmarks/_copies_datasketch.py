"""The stream of _copies_corpus through datasketch's MinHashLSH in memory; prints one JSON line. Run by its own Python.

python -m benchmarks._copies_datasketch ITEMS THRESHOLD
"""

from __future__ import annotations

import json
import re
import sys
import time

from datasketch import MinHash, MinHashLSH

from benchmarks import _copies_corpus as corpus
from benchmarks._memory import resident_mb

PERMUTATIONS = 128
_WORDS = re.compile(r"\w+")


def main() -> None:
    """Measure: each item is hashed, looked up, and put in; the candidate that resembles it most is its original."""
    count, threshold = int(sys.argv[1]), float(sys.argv[2])
    before_mb = resident_mb()
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    hashes: dict[int, MinHash] = {}
    stories: list[int] = []
    told: list[tuple[int, int]] = []
    seconds = 0.0
    retold: dict[int, int] = {}
    for item in corpus.items(count):
        began = time.process_time()
        sketch = MinHash(num_perm=PERMUTATIONS)
        words = _WORDS.findall(item.text.lower())
        sketch.update_batch([" ".join(words[i : i + 3]).encode() for i in range(len(words) - 2)])
        near = [(sketch.jaccard(hashes[key]), key) for key in index.query(sketch)]
        best = max(near, default=(0.0, -1))
        if best[0] >= threshold:
            told.append((item.number, best[1]))
        index.insert(item.number, sketch)
        hashes[item.number] = sketch
        seconds += time.process_time() - began
        stories.append(item.story)
        if item.retells is not None:
            retold[item.number] = item.retells
    result = {"cpu_us": seconds / count * 1e6, "added_mb": resident_mb() - before_mb}
    print(json.dumps(result | corpus.scores(told, stories, retold)))


if __name__ == "__main__":
    main()
