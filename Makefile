# jcoc: `make demo` shows it, `make test` checks it, `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(shell tools/find-python)
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := src/jcoc/web/frontend
DIST := src/jcoc/web/static/dist
MANIFEST := $(DIST)/manifest.json
CATALOGUES := $(shell find src -name '*.po')
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# A checkout that was moved or copied keeps working: the stamps lie inside the environment.
BASE := $(VENV)/.base-installed
DEV := $(VENV)/.dev-installed

.PHONY: help install develop assets demo serve test test-packages lint types bench screenshots requirements messages clean

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "jcoc needs Python 3.11, 3.12 or 3.13; none was found."; exit 1; }
	@tools/need-packages "$(PYTHON)"
	$(PYTHON) -m venv $(VENV)

$(BASE): requirements/base.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --require-hashes -r requirements/base.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(BASE)
	$(BIN)/pip install --require-hashes -r requirements/dev.txt
	@touch $@

install: $(BASE) assets ## Create .venv, install what jcoc runs with, build the browser's files

develop: install $(DEV) test-packages ## Install what tests and checks need, too (to write a programme)

assets: $(MANIFEST) $(CATALOGUES:.po=.mo)

$(MANIFEST): $(FRONTEND)/package-lock.json $(FRONTEND)/package.json $(shell find $(FRONTEND)/src $(FRONTEND)/*.mjs -type f 2>/dev/null) | $(BASE)
	tools/npm --prefix $(FRONTEND) ci --no-audit --no-fund
	tools/npm --prefix $(FRONTEND) run build

%.mo: %.po | $(BASE)
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

demo: install ## Run the demonstration city at http://127.0.0.1:8000 (RESET=1 starts anew, PORT=…)
	@JCOC_DATA=$${JCOC_DATA:-data/demo} $(BIN)/jcoc demo run $(if $(RESET),--reset) $(if $(PORT),--port $(PORT))

serve: install ## Run an empty centre for real use (see docs/running.md)
	@$(BIN)/jcoc serve

test-packages:
	@tools/need-packages --tests

test: develop ## Run all tests
	$(BIN)/pytest -n $${JCOC_TEST_PROCESSES:-2} --dist loadfile --no-loadscope-reorder

lint: install $(DEV) ## ruff, types, import rules, TypeScript, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src
	PYTHONPATH=src $(BIN)/lint-imports
	tools/npm --prefix $(FRONTEND) run check
	$(BIN)/python tools/audit-dependencies

bench: install $(DEV) ## Measure (docs/performance.md)
	$(BIN)/python bench/run.py

screenshots: install $(DEV) ## Make docs/screenshots from the demonstration city
	$(BIN)/python tools/screenshots.py

messages: $(DEV) ## Bring the translation catalogues up to date with the sources
	tools/messages

requirements: ## Pin the newest allowed versions with their hashes
	tools/pin-requirements

clean: ## Remove what was built and installed; data/ stays
	rm -rf $(VENV) $(DIST) $(FRONTEND)/node_modules build
	find src -name '*.mo' -delete
