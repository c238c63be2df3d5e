# Two commands from a fresh machine with Python 3.11+ and make: `make serve` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SCRIPTS := qa/app/scripts
export HF_HUB_OFFLINE ?= 1
export GRADIO_ANALYTICS_ENABLED = False
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help install serve test check format lock eval gate baseline clean

help:
	@echo "make serve    install, index the sample documents, open http://127.0.0.1:7860"
	@echo "make test     install, run every test"
	@echo "make check    ruff, mypy --strict, import-linter; oxlint and oxfmt for the page's scripts"
	@echo "make eval     run the evaluation question set"
	@echo "make gate     fail if the answers to the sample questions are worse than the committed baseline"
	@echo "make baseline make the answers of the present code the new baseline"
	@echo "make format   format the code"
	@echo "make clean    remove the environment and caches (never a library)"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; run: make PYTHON=python3.12 " + "install")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once; a few minutes) ..."
	@$(BIN)/python -m pip install --quiet --constraint requirements.lock torch==2.13.0
	@$(BIN)/python -m pip install --quiet --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

serve: install
	@$(BIN)/sourcebook serve

test: install
	@sh tests/install-browser.sh
	@$(BIN)/python -m pytest

check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/oxlint --deny-warnings $(SCRIPTS)
	@$(BIN)/oxfmt --check $(SCRIPTS)

eval: install
	@$(BIN)/sourcebook eval

gate: install
	@$(BIN)/sourcebook eval gate --baseline eval/sets/sample.baseline.jsonl --max-drop 0.03

baseline: install
	@$(BIN)/sourcebook eval gate --baseline eval/sets/sample.baseline.jsonl --renew

format: install
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/oxfmt $(SCRIPTS)

# Resolve pyproject.toml anew and write the exact versions.
lock:
	@rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install --quiet torch==2.13.0
	@$(VENV)-lock/bin/python -m pip install --quiet editables hatchling
	@$(VENV)-lock/bin/python -m pip install --quiet --no-build-isolation --editable ".[dev]"
	@$(VENV)-lock/bin/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools | grep -v '^openvino-telemetry=' | sed 's/+cpu$$//' > requirements.lock
	@rm -rf $(VENV)-lock

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results .import_linter_cache
