# Two commands do everything: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
SCALE ?= 100000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench setup setup-dev assets messages lock screenshots clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup assets ## Set up everything and serve the site (PORT, MARKETPLACE_DATA_DIR)
	@$(BIN)/marketplace start

test: setup-dev assets ## Set up everything and run the whole test suite
	@$(BIN)/python -m pytest -n 2 --durations=10 $(ARGS)

lint: setup-dev assets ## Check style, layers, types, templates, CSS and translations
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --config setup.cfg
	@$(BIN)/mypy
	@$(BIN)/python tools/templates.py
	@$(BIN)/python tools/assets.py --lint
	@$(BIN)/python tools/messages.py check

format: setup-dev ## Sort imports and apply safe fixes
	@$(BIN)/ruff check --fix .

bench: setup-dev assets ## Measure against the peers (SCALE=100000, BENCH_JSON=file)
	@tools/setup.sh bench .bench-venv
	@$(BIN)/python -m bench --scale $(SCALE) $(if $(BENCH_JSON),--json $(BENCH_JSON))

setup: ## Create .venv with what serving needs
	@tools/setup.sh runtime $(VENV)

setup-dev: ## Create .venv with what testing needs
	@tools/setup.sh dev $(VENV)

assets: ## Build static files and translations
	@$(BIN)/python tools/assets.py
	@$(BIN)/python tools/messages.py compile

messages: setup-dev ## Bring the translation catalogue up to date
	@$(BIN)/python tools/messages.py update

lock: ## Renew the lock files (needs uv)
	@tools/lock.sh

screenshots: setup-dev assets ## Take the pictures of the README from the running product
	@$(BIN)/python tools/screenshots.py

clean: ## Remove what was built; data stays
	rm -rf $(VENV) .bench-venv node_modules marketplace/static/build *.egg-info
