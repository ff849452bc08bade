# Every target makes its own environment in .venv: Python 3.11+ and make are enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT ?= outputs/demo
WIKI ?= tests/wiki

.DEFAULT_GOAL := help
.PHONY: help demo test check gate readers wiki browser spark slow bench bench-scale clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml src/extract/_version.py
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev --group analysis
	@touch $@

demo: $(STAMP) ## extract the shipped fixtures into tables and a report, and say where to look
	$(BIN)/hewiki run fixtures/articles --out $(OUT) --fresh
	$(BIN)/hewiki report $(OUT) --out $(OUT)-report
	@echo
	$(BIN)/hewiki show $(OUT) "יחסי אפגניסטן–רוסיה" --text
	@echo
	@echo "tables: $(OUT)/current    report: $(OUT)-report/index.html"

test: $(STAMP) ## the offline test suite
	$(BIN)/python -m pytest -n auto

check: $(STAMP) ## lint, format, types, one-way imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

gate: $(STAMP) ## golden fixtures and scores against pinned floors
	$(BIN)/hewiki check fixtures $(if $(wildcard ../shared/gold),--gold ../shared/gold)

readers: $(STAMP) ## tests with every tool the documents name as a reader of the tables
	$(BIN)/python -m pip install --quiet --group readers
	$(BIN)/python -m pytest -n auto tests/test_docs.py tests/test_packaging.py tests/test_pipelines.py

wiki: $(STAMP) ## tests against a real MediaWiki on loopback (Debian's package)
	$(BIN)/python -m pytest -m wiki $(WIKI)

browser: $(STAMP) ## tests of the report in headless Chromium (Debian's package)
	$(BIN)/python -m pip install --quiet --group browser
	$(BIN)/python -m pytest -m browser tests/browser

spark: $(STAMP) ## tests on a Spark cluster on loopback (needs Java)
	$(BIN)/python -m pip install --quiet --group spark
	$(BIN)/python -m pytest -m spark tests/spark

slow: $(STAMP) ## tests that take minutes or read the clock: kills, large inputs, growth of time
	$(BIN)/python -m pytest -m slow $(SLOW)

bench: $(STAMP) ## speed and quality beside peers, as ratios in one run
	$(BIN)/python bench/run.py

bench-scale: $(STAMP) ## a generated dump of 1 GB in one run: its speed and its memory
	$(BIN)/python bench/run.py --offline --only scale

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
