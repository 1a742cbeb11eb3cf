# What can be done here. Everything runs in .venv, which is made when it is first needed.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
# Where links in mail of `make serve` lead; the environment and .env may say otherwise.
ifeq ($(shell grep -s '^PUBLIC_URL=.' .env),)
PUBLIC_URL ?= http://$(HOST):$(PORT)
SERVED := PUBLIC_URL=$(PUBLIC_URL)
endif
BIN := .venv/bin
.DEFAULT_GOAL := help
# Whatever the shell says: without compiled modules each start takes three times as long.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help serve test test-sqlite test-postgres check format lint types contracts migrations schema schema-check bench login-timing faults lock clean

help: ## what can be done
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# uv installs five times faster than pip; where it cannot be had, pip does the same.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing $(1)"
	@($(BIN)/python -m pip install --quiet --disable-pip-version-check uv && \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1)) || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

.venv/.runtime: requirements.txt
	$(call install,requirements.txt)

.venv/.development: requirements-dev.txt .venv/.runtime
	$(call install,requirements-dev.txt)

# The worker runs beside the server and ends when this make has ended. To a closed terminal the server would say nothing.
serve: .venv/.runtime ## a working shop on http://127.0.0.1:8000 (PORT), with catalogue, worker and demo staff
	@DEBUG=true JOBS_INLINE=false $(BIN)/python manage.py prepare_demo --address http://$(HOST):$(PORT)
	@$(SERVED) DEBUG=true JOBS_INLINE=false LOG_LEVEL=WARNING LOG_FORMAT=console JOB_WORKERS=1 $(BIN)/python manage.py qcluster & worker=$$!; \
		(trap 'kill $$PPID' HUP; while kill -0 $$PPID; do sleep 1; done; kill $$worker) 2>/dev/null &
	@$(SERVED) DEBUG=true JOBS_INLINE=false LOG_FORMAT=console exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) \
		--workers 1 --workers-kill-timeout 3 --blocking-threads 4 --log-level warning electroports.wsgi:application

# Both at once, one on each core; the output of each in one piece where this make can do that.
test: .venv/.development ## the whole suite, on SQLite and on a PostgreSQL of its own
	@$(MAKE) --no-print-directory --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) test-sqlite test-postgres

test-sqlite: .venv/.development ## the suite on SQLite
	$(BIN)/python -m pytest --db sqlite

# What a browser sees of the back office and what asks no database are the same on both: their tests run with SQLite.
test-postgres: .venv/.development ## the suite on PostgreSQL
	$(BIN)/python -m pytest --db postgres -m "not browser and not no_database"

check: format lint types contracts migrations schema-check test ## everything that CI runs

format: .venv/.development
	$(BIN)/ruff format --check .

lint: .venv/.development
	$(BIN)/ruff check .

types: .venv/.development
	DEBUG=true $(BIN)/mypy

contracts: .venv/.development
	$(BIN)/lint-imports

migrations: .venv/.development
	DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	set -a; . ./tests/production.env; $(BIN)/python manage.py check --deploy --fail-level WARNING

schema: .venv/.development ## write docs/openapi.yaml anew
	DEBUG=true $(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

schema-check: .venv/.development
	@DEBUG=true $(BIN)/python manage.py spectacular --validate --fail-on-warn --file .venv/openapi.yaml
	@diff -u docs/openapi.yaml .venv/openapi.yaml || (echo "docs/openapi.yaml is out of date: make schema"; exit 1)

bench: .venv/.development ## how fast it is, as ratios measured in one run (benchmarks/README.md)
	$(BIN)/python -m benchmarks

login-timing: .venv/.development ## whether the time of a refused log-in tells which accounts exist
	$(BIN)/python -m benchmarks.login_timing

faults: .venv/.development ## kill processes and the database in the middle of orders and payments, and check
	$(BIN)/python -m tests.faults --db postgres
	$(BIN)/python -m tests.faults --db sqlite

lock: .venv/.development ## pin requirements*.in into requirements*.txt, with hashes
	$(BIN)/python -m pip install --quiet uv
	for file in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links $$file.in --output-file $$file.txt; done

tidy: .venv/.development ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## forget the environment, the development database and its files
	rm -rf .venv db.sqlite3* media staticfiles
