# The same commands on a laptop and in CI. Needs Python 3.11 or newer with venv, git and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
RAW ?= raw
OUT ?= outputs
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install run test test-slow lint format bench gold clean

install: $(STAMPS)/model

# the run's status 3 (some releases quarantined) is a warning here
run: install
	@$(BIN)/hkinno run $(RAW) --out $(OUT) || { status=$$?; [ $$status -eq 3 ] && echo "warning: some releases are in quarantine, see documents.csv" || exit $$status; }

test: install
	$(BIN)/python -m pytest -q -m "not slow"
	$(BIN)/python -m pytest -q --doctest-modules src/hkinno_extract

test-slow: install
	$(BIN)/python -m pytest -q -m slow

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# every module of benchmarks/ in turn; each prints one JSON object on its last line
bench: install
	@for file in benchmarks/[a-z]*.py; do name=$$(basename $$file .py); echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMPS)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "hkinno-extract needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' has no venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dependencies: requirements.lock $(STAMPS)/python
	$(BIN)/python -m pip install -q --require-hashes --no-deps -r requirements.lock
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/dependencies
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/model: $(STAMPS)/package
	$(BIN)/hkinno model install
	@touch $@
