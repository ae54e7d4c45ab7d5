# Names of what one can do here, and what each needs first. The logic lives in scripts/.
BIN := .venv/bin
# What the tests use beside Python packages; see scripts/tools.py.
TEST_TOOLS := tesseract chromium fonts libreoffice poppler postgres redis
export PIP_ARGS PYTHON FORCE

.DEFAULT_GOAL := help
.PHONY: help run test infra-test check fix bench policy fuzz train samples clean setup

help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: setup ## start Sheaf and open its page at http://localhost:8501; Ctrl-C stops it
	@$(BIN)/sheaf up

test: setup ## run all tests; what they need is set up where that is possible
	@$(BIN)/python scripts/tools.py $(TEST_TOOLS)
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

infra-test: setup ## apply infra/terraform to a stand-in for AWS and work on what it made; part of make test
	@$(BIN)/python -m pytest tests/infra --capture=no --verbose

check: setup ## format, lint, types and import rules, as CI checks them
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/python -m mypy .
	@$(BIN)/lint-imports

fix: setup ## format, mend what the linter can mend, rewrite the tables of docs/
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/python -m scripts.tables

bench: setup ## measure speed and quality (tests/benchmarks)
	@$(BIN)/python -m pytest tests/benchmarks --override-ini=python_files='bench_*.py' --timeout=0 --capture=no

policy: setup ## try thresholds of the reading policy on the tune parts and draw docs/images/policy.svg
	@SHEAF_EVAL_DATA=$(or $(SHEAF_EVAL_DATA),../shared/data) $(BIN)/python -m tests.benchmarks.plot_policy

fuzz: setup ## send 2,000 damaged files to intake; SEED=2 sends others. What fails becomes a test case
	@$(BIN)/python -m scripts.fuzz --seed $(or $(SEED),1) 2>/dev/null

train: setup ## train the entity model anew (nlp/training)
	@$(BIN)/python -m spacy project run all nlp/training

samples: setup ## make the documents of samples/ anew
	@$(BIN)/python -m samples.make

clean: ## remove .venv, data and caches, after saying what that is
	@scripts/clean.sh

setup: ## make .venv and install; PIP_ARGS="…" goes to pip, PYTHON=… picks the interpreter
	@scripts/setup.sh
	@$(BIN)/python scripts/tools.py tesseract
