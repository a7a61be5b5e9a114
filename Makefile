# The two commands: `make run` and `make test`. Each sets up all that it needs in .venv, with Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
# uv does not read pip's setting for a mirror of the package index: hand it on.
ifneq ($(PIP_INDEX_URL),)
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

.PHONY: run serve test test-servers check bench bench-artwork bench-storage kills train lock clean

run: $(VENV)/ready
	$(BIN)/plainview run

serve: $(VENV)/ready
	$(BIN)/plainview serve

test: $(VENV)/ready-to-test
	@sh tests/install-browser.sh
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

# Against servers that we did not write and that the environment names (docs/sources.md says how to start them). What is not named is skipped.
test-servers: $(VENV)/ready-to-test
	$(BIN)/python -m pytest tests/servers

check: $(VENV)/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/ready-to-test
	$(BIN)/python -m bench.artwork --share 0.1
	$(BIN)/python -m bench.second_run
	$(BIN)/python -m bench.storage 100000 1000000

# How well and how fast registered artwork is found, beside OpenCV's classical methods; under 15 minutes on two cores.
bench-artwork: $(VENV)/ready-to-test
	$(BIN)/python -m bench.artwork

# A thousand processes killed at random moments, and the store looked at after every few; six to eight minutes on two cores.
kills: $(VENV)/ready-to-test
	$(BIN)/python -m bench.kills 1000

# Fills stores of 100 000, a million and ten million posts: about twenty minutes, 8 GB of disk.
bench-storage: $(VENV)/ready-to-test
	$(BIN)/python -m bench.storage

# The locks name every package with its hashes and no address. Commit them together with pyproject.toml.
# The artwork detector's networks, from nothing: hours on two cores, less where there is a graphics card. Goes on where it was stopped.
train: $(VENV)/ready-to-train
	$(BIN)/python -m detectors.training.recipe .training

lock: $(VENV)/ready
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --group build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --group build --extra test -c requirements.lock -o requirements-test.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --group build --extra train -c requirements.lock -o requirements-train.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/uv: requirements-installer.lock
	@echo "Setting up Plainview in $(VENV) (about 850 MB; a minute on a fresh machine) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Plainview needs Python 3.11 or newer: name one with make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-installer.lock
	@touch $@

$(VENV)/ready: $(BIN)/uv requirements.lock pyproject.toml
	$(UV) --require-hashes -r requirements.lock
	$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready requirements-test.lock
	$(UV) --require-hashes -r requirements-test.lock
	@touch $@

$(VENV)/ready-to-train: $(VENV)/ready requirements-train.lock
	$(UV) --require-hashes -r requirements-train.lock
	@touch $@
