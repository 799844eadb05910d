# Every target sets up .venv first, from the hash-pinned requirements-dev.txt, and again whenever that file changes.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup fast demo test acceptance lint format bench clean
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

fast: $(READY)  ## make .fast: the program with detection compiled to C (needs a C compiler, takes minutes)
	@command -v $${CC:-cc} >/dev/null || { echo "make fast needs a C compiler (Debian: apt install gcc python3-dev); without one, .venv is all there is"; exit 1; }
	rm -rf .fast dist/fast
	WATCHER_COMPILE=1 $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist/fast .
	$(PYTHON) -m venv .fast
	.fast/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	.fast/bin/python -m pip install --quiet --disable-pip-version-check --no-deps dist/fast/*.whl
	@for items in tests/data/labelled/*.jsonl; do \
		$(BIN)/watcher match --all $$items > dist/fast/source.jsonl && .fast/bin/watcher match --all $$items | cmp - dist/fast/source.jsonl \
		|| { echo "compiled detection finds something else in $$items"; rm -rf .fast; exit 1; }; \
	done
	@.fast/bin/watcher --version

demo: $(READY)  ## run the whole pipeline on the sample feeds and print the digests
	$(BIN)/watcher demo

test: $(READY)  ## run the tests, in parallel
	$(BIN)/python -m pytest -n auto

# Servers of others, in a folder of their own: nothing of Watcher needs them.
SERVERS := .acceptance
acceptance: $(READY)  ## kill the daemon a hundred times; deliver to a real Matrix homeserver (installs it in .acceptance)
	test -x $(SERVERS)/synapse/bin/synapse_homeserver || { $(PYTHON) -m venv $(SERVERS)/synapse && \
	  $(SERVERS)/synapse/bin/python -m pip install --quiet --disable-pip-version-check matrix-synapse==1.163.2; }
	WATCHER_KILLS=100 $(BIN)/python -m pytest tests/faults
	WATCHER_SERVERS=$(SERVERS) $(BIN)/python -m pytest acceptance

lint: $(READY)  ## linter, formatter, strict types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py
	@found=$$($(BIN)/python hatch_build.py) || { echo "$$found"; exit 1; }  # detection can be compiled

format: $(READY)  ## format the code and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## measure speed and memory (benchmarks/)
	$(BIN)/python -m benchmarks

clean:  ## remove .venv, .fast and the caches
	rm -rf .venv .fast dist .acceptance .mypy_cache .ruff_cache .pytest_cache
