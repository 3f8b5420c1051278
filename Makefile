# Everything a newcomer or the build machine calls. `make` alone prints what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for name in python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
LOCKS := requirements/base.txt requirements/test.txt requirements/check.txt
STATE := $(CURDIR)/.firstbell
BROWSERS := chromium google-chrome chromium-browser
WORKERS ?= 2
COMPILE := $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	--universal --python-version 3.11 --quiet

.PHONY: help setup demo test soak check fix bench lock clean browser

help:  ## Print this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1 \2/p' $(MAKEFILE_LIST) | awk '{t=$$2; $$1=$$2=""; printf "  make %-7s %s\n", t, $$0}'

setup: .venv/.firstbell  ## Make .venv with the `firstbell` command, and gather the design system's files
	@$(BIN)/python -m firstbell.core.assets

demo: setup  ## Invent a practice district, import it and serve it (state in .firstbell)
	@FIRSTBELL_HOME=$(STATE) $(BIN)/firstbell demo

test: setup browser  ## Run every test, those in a real browser included
	@echo "Testing with $(WORKERS) workers"
	@mkdir -p $(STATE)
	@FIRSTBELL_HOME=$(STATE)/test $(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

soak: setup  ## Live two thousand lives of a case, looking for one that does not stay whole (10 minutes)
	@mkdir -p $(STATE)
	@FIRSTBELL_SOAK=2000 FIRSTBELL_HOME=$(STATE)/test $(BIN)/pytest -q tests/cases/test_lifecycle.py

check: .venv/.firstbell  ## Format, lint, types, import order, migrations and installed packages: all must be clean
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@mkdir -p $(STATE)
	@FIRSTBELL_HOME=$(STATE)/test $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(BIN)/pip --disable-pip-version-check check

fix: .venv/.firstbell  ## Format the code and repair what the linter can repair
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/.firstbell  ## Measure 430,000 students: standings, two nights, pages (10 minutes, 10 GB; see docs/bench.md)
	@$(BIN)/python -m benchmarks.standings --students 430000
	@rm -rf $(STATE)/bench
	@$(BIN)/python -m benchmarks.nightly --home $(STATE)/bench
	@FIRSTBELL_HOME=$(STATE)/bench $(BIN)/python -W ignore -m benchmarks.pages
	@rm -rf $(STATE)/bench

lock: .venv/.firstbell  ## Pin requirements/*.in again, with hashes and without addresses
	@for name in base test check; do echo "Locking requirements/$$name.txt"; \
		$(COMPILE) requirements/$$name.in --output-file requirements/$$name.txt; done

clean:  ## Remove .venv, node_modules, caches and gathered files; .firstbell (your data) stays
	@rm -rf .venv node_modules build *.egg-info firstbell/core/static/vendor
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find firstbell tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
	@echo "Clean. The practice district in .firstbell was left alone."

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Firstbell needs Python 3.11. Install it, or say where it is: make setup PYTHON=…" >&2; exit 1; }
	@echo "Making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv

.venv/.installed: $(LOCKS) | .venv/bin/python
	@echo "Installing the pinned packages, each checked against its hash"
	@$(BIN)/pip --disable-pip-version-check install --quiet --require-hashes $(addprefix -r ,$(LOCKS))
	@touch $@

.venv/.firstbell: .venv/.installed pyproject.toml
	@echo "Installing the firstbell command"
	@$(BIN)/pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# $FIRSTBELL_BROWSER, else one on PATH, else Debian's where we may install it.
browser:
	@test -n "$${FIRSTBELL_BROWSER:-}" && exit 0; \
	for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Debian's Chromium for the browser tests"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
		echo "The browser tests need Chromium: install it, or set FIRSTBELL_BROWSER to its path." >&2; exit 1; \
	fi
