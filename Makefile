# What people type here; `make help` lists it. GNU make, bash and a Python from 3.11 to 3.13 are all it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

BIN := .venv/bin
RUN := .venv/.run-installed
DEV := .venv/.dev-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
CHECKS := format lint types contracts templates spelling sizes
N ?= 5000
DB ?= sqlite
PINS ?= 1000000
ROWS ?= 100000
PEER ?=

.PHONY: help run test check fresh bench bench-register bench-parts bench-map scaling relevance interop soak screenshots lock format assets $(CHECKS:%=check-%)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- Set-up: redone when what was locked, or how it is built, has changed. ----

# A shim of a Python that is not there must not be taken for one, so each is asked to run.
$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if "$$python" -c 'import ensurepip, venv, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    echo "Making .venv with $$("$$python" --version)"; exec "$$python" -m venv --clear .venv; \
	  fi; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 with its venv module runs here: install python3 and python3-venv, or say make PYTHON=/path/to/python3." >&2; \
	exit 1

$(RUN): lock/run.txt pyproject.toml package-lock.json hatch_build.py | $(BIN)/python
	@echo "Installing what the directory needs (once, about a minute)"
	@$(PIP) --require-hashes --requirement lock/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): lock/dev.txt $(RUN)
	@echo "Installing what its tests and checks need (once)"
	@$(PIP) --require-hashes --requirement lock/dev.txt
	@touch $@

# Styles, scripts and catalogues; hatch_build.py knows by their contents whether they are still right.
assets: $(RUN) ## build the styles, scripts and translations again
	@$(BIN)/python hatch_build.py

# ---- The two commands ----

ifneq ($(HOST),)
run: export DIRECTORY_HOST := $(HOST)
endif
ifneq ($(PORT),)
run: export DIRECTORY_PORT := $(PORT)
endif
ifneq ($(PLACE),)
run: export DIRECTORY_PLACE := $(PLACE)
endif
run: assets ## serve the directory on this machine (PORT=8000 HOST=127.0.0.1 PLACE=birmingham DIRECTORY_DATABASE_URL=)
	@$(BIN)/directory init --if-needed --progress
	@exec $(BIN)/directory serve

# Three: two cores have enough to do while one waits for a page, and each has a server and a browser of its own.
test: $(DEV) assets ## run every test, on SQLite, PostgreSQL and a real browser (ARGS= goes to pytest)
	@$(BIN)/python -m tests.support.machine
	@$(BIN)/python -m pytest --numprocesses 3 --dist worksteal $(ARGS)

# ---- Checks: side by side; each says one word, or everything and then its name. ----

check: $(DEV) ## look at format, lint, types, import contracts, templates, spelling and sizes
	@$(MAKE) --keep-going --jobs 2 --output-sync=target $(CHECKS:%=check-%)

checked = @said=$$($(2) 2>&1) && echo "ok: $(1)" || { printf '%s\n' "$$said" "make check: $(1) failed" >&2; exit 1; }

check-types:
	$(call checked,mypy,$(BIN)/mypy)
check-templates:
	$(call checked,djlint,$(BIN)/djlint templates --lint --check --quiet)
check-format:
	$(call checked,ruff format,$(BIN)/ruff format --check --output-format concise)
check-lint:
	$(call checked,ruff,$(BIN)/ruff check --output-format concise)
check-contracts:
	$(call checked,lint-imports,$(BIN)/lint-imports --no-logo)
check-spelling:
	$(call checked,codespell,$(BIN)/codespell)
check-sizes:
	$(call checked,size limits,$(BIN)/python -m tests.support.sizes)

format: $(DEV) ## put the code and the templates into their one format
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix-only
	@$(BIN)/djlint templates --reformat --quiet

# ---- Now and then ----

fresh: ## empty instance/: its database, outbox, back-ups and secret key are gone
	@find instance -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	@echo "instance/ is empty; make run fills it again."

bench: $(DEV) assets ## measure (N=5000 listings, DB=sqlite or postgres, PEER=datasette) into docs/performance.md
	@$(BIN)/python -m tests.bench --listings $(N) --database $(DB) $(if $(PEER),--peer $(PEER))

bench-register: $(DEV) assets ## import a register of ROWS=100000 charities, into docs/performance.md
	@$(BIN)/python -m tests.bench.register --rows $(ROWS)

bench-parts: $(DEV) ## measure what is done many times in a search, a page or an import, into docs/performance.md
	@$(BIN)/python -m tests.bench.parts

bench-map: $(DEV) assets ## look at a map of PINS=1000000 pins in a real browser, into docs/performance.md
	@$(BIN)/python -m tests.support.machine
	@$(BIN)/python -m tests.bench.mapped --pins $(PINS)

relevance: $(DEV) assets ## ask residents' questions and score the answers of both engines, into docs/relevance.md
	@$(BIN)/python -m tests.support.machine
	@$(BIN)/python -m tests.relevance $(ARGS)

scaling: $(DEV) assets ## measure requests a second by processes and databases (N=5000) into docs/scaling.md
	@$(BIN)/python -m tests.bench.scaling --listings $(N)

interop: $(DEV) assets ## test what needs more than a newcomer has: the built wheel, other programs with our data
	@$(BIN)/python -m pytest -m interop $(ARGS)

# One after another: what is measured is to be the server's doing, and not that of the experiment beside it.
soak: $(DEV) assets ## test what needs minutes: every promise of reliability, into docs/reliability.md (ARGS= goes to pytest)
	@$(BIN)/python -m tests.support.machine --soak
	@$(BIN)/python -m pytest -m soak --numprocesses 0 --timeout 1800 $(ARGS)

screenshots: $(DEV) assets ## take the pictures in docs/screenshots again, of a directory with the sample
	@$(BIN)/python -m tests.support.machine
	@$(BIN)/python -m tests.docs.screenshots

# No registry's host may stand in a lock file.
LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate $(if $(UPGRADE),--upgrade)
lock: $(DEV) ## resolve the dependencies again into lock/ (UPGRADE=1 takes the newest)
	@$(LOCK) --extra build --output-file lock/run.txt
	@$(LOCK) --extra build --extra dev --extra bench --constraint lock/run.txt --output-file lock/dev.txt
