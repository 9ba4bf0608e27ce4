# The two commands most people need are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help run test test-long bench lint types imports collect unit wheel-test lock clean
# The tests start `triage` hundreds of times: where nothing compiled may be kept, each start compiles it all again.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell .ci/find-python)

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# What is installed is compiled when it is first used: most of it never is.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

$(BIN)/python:
	@.ci/check-system run
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing from requirements.lock (about a minute the first time)"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@$(BIN)/triage --help >/dev/null
	@touch $@

# This lock lists all that the other does, with the same hashes (tests/unit/test_locks.py): one pass of pip is enough.
$(VENV)/test.stamp: requirements-test.lock requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing from requirements-test.lock (about a minute the first time)"
	@$(INSTALL) --require-hashes -r requirements-test.lock
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@$(BIN)/triage --help >/dev/null
	@$(BIN)/python -m pytest --version >/dev/null
	@touch $(VENV)/run.stamp $@

run: $(VENV)/run.stamp ## start the gateway with a sample organisation and show what becomes of its contacts (ONCE=1: and exit)
	@$(BIN)/triage demo $(if $(ONCE),--once)

test: $(VENV)/test.stamp ## everything CI runs: lint, types, import contracts, the wheel, tests; quickest first
	@.ci/check-system test
	@$(MAKE) --no-print-directory --output-sync=target -j2 lint imports types collect wheel-test
	@$(MAKE) --no-print-directory unit

lint: $(VENV)/test.stamp ## ruff
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/test.stamp ## mypy --strict
	$(BIN)/mypy

imports: $(VENV)/test.stamp ## who may import whom
	$(BIN)/lint-imports

# The workers of `unit` would each compile all tests: here that is done once, and kept.
collect: $(VENV)/test.stamp ## whether every test can be imported
	@collected=$$($(BIN)/python -m pytest -q --collect-only -m "not long") || { tail -n 40 <<<"$$collected"; exit 1; }
	@echo "every test can be imported"

unit: $(VENV)/test.stamp ## the tests
	$(BIN)/python -m pytest -m "not long" -n 4 --dist worksteal

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
