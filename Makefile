# Everyday commands. `make help` lists them.
VENV ?= .venv
BIN := $(VENV)/bin
CORE := $(VENV)/.papaver-core
DEV := $(VENV)/.papaver-dev
# The demonstration: another folder or smaller run is possible, e.g. make demo RUN=/tmp/x RUN_ARGS="--people 20"
RUN ?= runs/responsible_use
RUN_ARGS ?=
# More for the benchmarks, e.g. make bench BENCH_ARGS="--write-docs", or topics
BENCH_ARGS ?=
# More for pytest, e.g. make test TEST_ARGS="tests/body -x"
TEST_ARGS ?=
export PYTHON

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test long browser lint format types imports docs bench refit pins clean distclean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: $(CORE) ## run the example study and say where its report is
	@$(BIN)/papaver run examples/responsible_use.yaml --resume -o "$(RUN)" $(RUN_ARGS)
	@printf '\nThe report:             %s\n' "$(abspath $(RUN))/report.html"
	@printf 'Use the environment:    . %s/activate\n' "$(BIN)"
	@printf 'Try next:               papaver init my_study && papaver run my_study.yaml\n'

test: $(DEV) ## run all tests (no browser, no root)
	@$(BIN)/python -m pytest -n 2 $(TEST_ARGS)

long: $(DEV) ## run the tests that take minutes
	@PAPAVER_LONG_TESTS=1 $(BIN)/python -m pytest -n 2 -m long $(TEST_ARGS)

browser: $(DEV) ## test the explorer in Chromium (pictures in screenshots/)
	@PAPAVER_BROWSER_TESTS=1 $(BIN)/python -m pytest tests/browser $(TEST_ARGS)

lint: $(DEV) ## check style, format and the order of imports between rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: $(DEV) ## put the code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types: $(DEV) ## check types, strictly
	@$(BIN)/mypy

docs: $(DEV) ## build the site into site/, strictly, and check that it loads nothing from elsewhere
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@$(BIN)/python tools/check_site.py site
	@printf 'The site: %s\n' "$(CURDIR)/site/index.html"

bench: $(DEV) ## measure speed against plain versions, as ratios
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

refit: $(DEV) ## fit every stage anew, then baselines and validation; goes on where it stopped
	@$(BIN)/python tools/refit.py $(REFIT_ARGS)

pins: ## write the pinned requirements anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	  pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	  pyproject.toml --extra app --extra dask --extra dev --extra docs --extra fit -c requirements.txt -o requirements-dev.txt

clean: ## remove caches and built files; results in runs/ stay
	rm -rf site build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks tools docs -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## also remove the environment
	rm -rf "$(VENV)"

$(CORE): requirements.txt pyproject.toml
	@tools/environment.sh core "$(VENV)"
	@touch $@

$(DEV): requirements-dev.txt pyproject.toml
	@tools/environment.sh dev "$(VENV)"
	@touch $(CORE) $@
