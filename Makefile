# Every target sets up .venv first, from the hash-pinned requirements-dev.txt, and again whenever that file changes.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo test lint format bench clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Watcher needs Python 3.11 or newer; say which: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

setup: $(READY)  ## make .venv with everything in it

demo: $(READY)  ## run the whole pipeline on the sample feeds and print the digests
	$(BIN)/watcher demo

test: $(READY)  ## run the tests, in parallel
	$(BIN)/python -m pytest -n auto

lint: $(READY)  ## linter, formatter, strict types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

format: $(READY)  ## format the code and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## measure speed and memory (benchmarks/)
	$(BIN)/python -m benchmarks

clean:  ## remove .venv and the caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
