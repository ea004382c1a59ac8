# Everything runs in .venv, which the targets make and renew by themselves; only Python, make and git are needed.
# Kept to what GNU make 3.81 knows, because macOS ships no other.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test pages torture lint format table handbook pins wheel bench clean ci

# Tests start hundreds of processes: without this each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
READY := .venv/.ready
PINS := .venv-pins
CHECKED = $(foreach folder,devicelog drivers simulators tests bench,\
	$(if $(wildcard $(folder)/*.py $(folder)/*/*.py),$(folder)))

# .venv is made anew if it was made in another folder, by another PYTHON=, or by a Python that is gone.
USABLE := $(shell { read -r folder; read -r python; } 2>/dev/null <$(READY); \
	test "$$folder" = "$(CURDIR)" && test "$${python:-none}" = "$(or $(PYTHON),$${python:-none})" && \
	$(BIN)/python -c '' 2>/dev/null && echo yes)

# Sets $python: PYTHON= if given, else python3, else the newest python3.x that is new enough.
define find_python
	if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; \
	else set -- python3; for minor in 19 18 17 16 15 14 13 12 11; do set -- "$$@" "python3.$$minor"; done; fi; \
	found="no $$1"; if command -v "$$1" >/dev/null; then found="$$("$$1" --version 2>&1 | head -n 1)"; fi; \
	python=; for candidate; do \
	    if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "devicelog needs Python 3.11 or newer with its venv module, but found $$found: install it" \
	        "(Debian and Ubuntu: python3 and python3-venv) or name one with PYTHON=/path/to/python3." >&2; \
	    exit 2; \
	fi
endef

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## the whole job on simulated devices; results in demo/
	@$(BIN)/devicelog demo --out demo

#: Tests at a time: they wait more than they work. A file's tests go together, because what they share is made once; the
#: files go in their order, because those with the fewest tests have the longest ones. A test that hangs ends its process
#: (pyproject.toml), and that the run: in a new process it would hang again.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null | awk '{print $$1 + 2}')
TOGETHER := --dist loadfile --no-loadscope-reorder --max-worker-restart 0

test: $(READY) ## the tests; one of them: make test ARGS="-k name"
	@$(BIN)/python -m tests.compiled
	@$(BIN)/python -m pytest -n $(or $(JOBS),auto) $(TOGETHER) -m "not browser" $(ARGS)

pages: $(READY) ## the tests that look at pages with a real browser; they need Chromium
	@$(BIN)/python -m tests.compiled
	@$(BIN)/python -m pytest -n $(or $(JOBS),auto) $(TOGETHER) -m browser $(ARGS)

torture: $(READY) ## half an hour of faults at full numbers; writes docs/reliability.md
	@$(PIP) install -qq --require-hashes -r requirements/torture.txt || \
	    echo "atheris cannot be installed here: fuzzing changes a corpus at random, not guided by coverage" >&2
	@$(BIN)/python -m tests.faults.torture $(ARGS)

lint: $(READY) ## format, lint, types and import contracts; changes nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(CHECKED)
	@$(BIN)/lint-imports

format: $(READY) ## put the code in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

table: $(READY) ## the tables made of code: drivers/README.md, docs/fhir-codes.md and the FHIR resources of the codes
	@$(BIN)/python -m tests.drivers.table
	@$(BIN)/python -m tests.export.terminology

handbook: $(READY) ## the pictures of docs/handbook, of the pages as they are; needs Chromium
	@$(BIN)/python -m tests.handbook.pictures

wheel: $(READY) ## the wheel, in dist/
	@rm -f dist/devicelog-*.whl
	@$(BIN)/python -m hatchling build -t wheel -d dist

bench: $(READY) ## the speed figures, beside what a user would pick instead
	@$(BIN)/python -m bench $(ARGS)

ci: ## all that has to hold before a change is taken
	@.ci/run

clean: ## remove all that make has made
	@rm -rf .venv $(PINS) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements/dev.txt pyproject.toml
ifneq ($(USABLE),yes)
	@$(find_python); echo "making .venv with $$("$$python" --version)"; "$$python" -m venv --clear .venv
endif
	@echo "installing what requirements/dev.txt pins"
	@$(PIP) install -qq --require-hashes -r requirements/dev.txt
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
	@printf '%s\n' "$(CURDIR)" "$(PYTHON)" >$@
ifneq ($(USABLE),yes)
.PHONY: $(READY)
endif

# The newest versions that pyproject.toml allows, for Python >= 3.11 on Linux, macOS and Windows at once. The user's own
# indexes and folders stay out of it, so that the hashes are the public ones; the files name no address and no path.
COMPILE = env -u UV_FIND_LINKS -u UV_INDEX -u UV_EXTRA_INDEX_URL $(PINS)/bin/uv --no-config pip compile --quiet \
	--upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--custom-compile-command "make pins"

pins: ## renew requirements/*.txt
	@$(find_python); "$$python" -m venv --clear $(PINS)
	@$(PINS)/bin/python -m pip --disable-pip-version-check install -qq --require-hashes -r requirements/pins.txt
	@$(COMPILE) pyproject.toml -o requirements/runtime.txt >/dev/null
	@$(COMPILE) pyproject.toml --group dev requirements/dev.in -c requirements/runtime.txt \
	    -o requirements/dev.txt >/dev/null
	@$(COMPILE) requirements/torture.in -o requirements/torture.txt >/dev/null
	@echo uv | $(COMPILE) - -o requirements/pins.txt >/dev/null
	@if grep -nE '://|file:|/|^ *-[^-]|^--' requirements/*.txt; then \
	    echo "requirements/*.txt: the lines above name an address, path or option; expected names and hashes only." >&2; \
	    exit 1; \
	fi
