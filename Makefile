# The two commands most people need are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help run test test-long bench lint types imports unit wheel-test lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell .ci/find-python)

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@.ci/check-system run
	@test -x $(BIN)/python || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing from requirements.lock (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	@echo "installing from requirements-test.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

run: $(VENV)/run.stamp ## start the gateway with a sample organisation and show what becomes of its contacts (ONCE=1: and exit)
	@$(BIN)/triage demo $(if $(ONCE),--once)

test: $(VENV)/test.stamp ## everything CI runs: lint, types, import contracts, tests, the wheel; quickest first
	@.ci/check-system test
	@$(MAKE) --no-print-directory lint types imports unit wheel-test

lint: $(VENV)/test.stamp ## ruff
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/test.stamp ## mypy --strict
	$(BIN)/mypy

imports: $(VENV)/test.stamp ## who may import whom
	$(BIN)/lint-imports

unit: $(VENV)/test.stamp ## the tests
	$(BIN)/python -m pytest -m "not long" -n 3 --dist worksteal

wheel-test: $(VENV)/test.stamp ## the wheel in an empty environment in an empty folder
	.ci/wheel-test $(BIN)/python

test-long: $(VENV)/test.stamp ## the campaigns: crash points at length, fuzzing, mutants, coverage of the core
	.ci/check-system test
	$(BIN)/python -m pytest -m long --timeout 3600
	.ci/coverage-of-the-core $(BIN)
	.ci/mutants $(BIN)

bench: $(VENV)/test.stamp ## the benchmarks, with peers in the same run where they are installed
	$(BIN)/python -m benchmarks

lock: ## renew the locks (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml --group test --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements-test.lock

clean: ## remove what the commands above made
	rm -rf $(VENV) var dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
