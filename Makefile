# Two commands on a fresh machine: `make demo` and `make test`. Everything else serves them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
JOBS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test bench check format translations requirements clean

help: ## show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

demo: $(STAMPS)/runtime ## run the whole campaign on this machine
	$(BIN)/campaign demo $(DEMO)

test: $(STAMPS)/dev $(STAMPS)/chromium check ## style, types, import rules, then all tests
	@# Tests with real processes share the machine with others: what failed is run once more, alone. A fault fails again.
	$(BIN)/pytest -n $(JOBS) --dist loadgroup $(PYTEST) || \
	  $(BIN)/pytest --last-failed --last-failed-no-failures none $(PYTEST)

bench: $(STAMPS)/dev ## figures and ratios of this machine, nothing is tested
	$(BIN)/python -m benchmarks

check: $(STAMPS)/dev ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMPS)/dev ## put the code into the common form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: $(STAMPS)/dev ## collect the texts of pages and compile the English catalogue
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k N_ --no-location --sort-output --omit-header -o messages.pot .
	$(BIN)/pybabel -q update -i messages.pot -d campaign/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d campaign/translations
	rm messages.pot

requirements: $(STAMPS)/dev ## lock the newest versions that pyproject.toml admits
	[ -x $(BIN)/uv ] || $(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --upgrade pyproject.toml --group dev -o requirements-dev.txt

clean: ## remove what the commands above made
	rm -rf $(VENV) $(STAMPS) dist build

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { $(SUDO) apt-get update && $(SUDO) apt-get install -y python3-venv && $(PYTHON) -m venv $(VENV); }

# The lock holds hashes; the project itself is installed without looking for anything more.
$(STAMPS)/runtime: requirements.txt pyproject.toml | $(BIN)/python
	[ -e $(STAMPS)/dev ] || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	mkdir -p $(STAMPS) && touch $@ $(STAMPS)/runtime

$(STAMPS)/chromium:
	[ -x /usr/bin/chromium ] || { $(SUDO) apt-get update && $(SUDO) apt-get install -y chromium; }
	mkdir -p $(STAMPS) && touch $@
