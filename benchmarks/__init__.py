"""Speed and memory, measured; never part of the tests. Run with ``make bench`` or ``python -m benchmarks [NAME …]``."""
