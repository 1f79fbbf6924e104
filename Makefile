# `make` alone lists the targets. Everything a fresh Debian 12 with Python 3.11, git and make
# lacks is installed by the target that needs it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
# Tests wait more than they compute: three workers keep two processors busy.
WORKERS ?= 3
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
export UV_PYTHON_PREFERENCE := only-system
# Compiled once here and not at each start: a start of Rasa takes half the time.
export UV_COMPILE_BYTECODE := 1

.PHONY: help run test test-long bench nlu-report train check lint catalog lock clean

help:  ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: train  ## Install what is missing, train if the data changed, serve http://127.0.0.1:8080
	$(PYTHON) -m bot serve

train: .venv/installed  ## Train the Rasa model if what it is made from has changed
	$(PYTHON) -m bot train

test: train node_modules/installed  ## Install what is missing, check the style and types, run every test
	$(MAKE) --no-print-directory lint catalog
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test-long: train node_modules/installed  ## Run the tests that `make test` cuts short, at full length
	POLKU_TEST_UPDATES=10000 $(PYTHON) -m pytest tests/bot/channels/telegram/test_updates.py

bench: train  ## Measure speed, memory and understanding; prints tables
	$(PYTHON) -m bench

nlu-report: train  ## Write var/nlu-report.html: how well held-out messages are understood
	$(PYTHON) -m bot nlu-report

lint: .venv/installed  ## Check style and types
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

catalog: .venv/installed  ## Check the catalogue of services and answers
	$(PYTHON) -m bot catalog check --quiet

lock: ## Resolve the dependencies anew into requirements.lock
	$(UV) pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade --quiet -o requirements.lock

clean:  ## Remove what was installed, trained and kept
	rm -rf .venv .tools node_modules models var .rasa

.venv/installed: requirements.lock pyproject.toml | $(UV)
	$(UV) venv --quiet --allow-existing --python 3.11 .venv
	$(UV) pip sync --quiet --python $(PYTHON) --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(PYTHON) --no-deps -e .
	@touch $@

# Debian keeps venv in a package of its own.
.tools/bin/uv:
	python3.11 -m venv .tools || { apt-get update -q && apt-get install -qy python3.11-venv && python3.11 -m venv .tools; }
	.tools/bin/pip install --quiet uv

node_modules/installed: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
