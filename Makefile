# `make` alone tells what there is.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# The long ones early, so that none of them is alone in the end.
TESTS  ?= unit integration browser system chaos deploy rights
PORT   ?= 8080

# Written when a step is done, so that the next `make run` starts at once.
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
DEPLOY_STAMP := $(VENV)/.installed-deploy
WEB       := src/kilowatch/web/index.html
WEB_FILES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

# Only what the lock files name and prove by a hash; nothing is built from source that could run code on the way.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PIP_LOCKED := $(PIP) install --require-hashes --only-binary :all: -r

.DEFAULT_GOAL := help
.PHONY: help run test check check-deploy check-containers fmt lock web bench fuzz chaos stack screenshots clean

help: ## Tell what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: $(RUN_STAMP) web ## Install what is needed and run Kilowatch with demo data
	@$(BIN)/kilowatch up --demo --port $(PORT) --data-dir .data

test: $(DEV_STAMP) web ## Run the tests, or some: make test TESTS="unit integration"
	@scripts/test $(TESTS)

check: $(DEV_STAMP) ## Format, lint, types, import contracts, secrets, leftovers of this machine
	@scripts/check

check-deploy: $(DEV_STAMP) $(DEPLOY_STAMP) web ## Prove the files of deploy/: schemas, linters, real engines, the wheel
	@scripts/check-deploy

check-containers: $(DEV_STAMP) ## Build the images, run compose.yaml, send, crash, scale, stop and start it: needs Docker
	@scripts/check-containers

fmt: $(DEV_STAMP) ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/bin/python ## Choose the newest versions of everything and write them down with their hashes
	@scripts/lock

bench: $(DEV_STAMP) web ## Measure, all or one group: make bench BENCH=ingest
	@$(BIN)/python -m benchmarks $(BENCH)

fuzz: $(DEV_STAMP) ## Ask every route 10,000 odd things: nothing may fail, every answer is as described
	@$(BIN)/python -m pytest tests/rights -m slow
	@$(BIN)/python -m tests.rights.fuzzing $(if $(SEED),--seed $(SEED))

chaos: $(DEV_STAMP) ## Kill things at random: make chaos ROUNDS=200
	@$(BIN)/python -m pytest tests/chaos tests/integration/realtime tests/integration/support tests/system/test_kills.py -m slow
	@$(BIN)/python -m tests.chaos $(if $(ROUNDS),--rounds $(ROUNDS))

stack: $(DEV_STAMP) web ## All services as processes behind Caddy: kill, scale, update and restore them under load
	@scripts/stack

screenshots: $(DEV_STAMP) web ## Photograph the web app for the documentation
	@$(BIN)/python -m scripts.screenshots

web: ## Build the web app, where there is one and node to build it
	@if [ ! -f frontend/package.json ]; then :; \
	elif ! command -v npm >/dev/null; then \
		echo "No node here: the web app is not built, / shows the state of the services instead."; \
	else $(MAKE) --no-print-directory $(WEB); fi

$(WEB): frontend/node_modules/.installed $(WEB_FILES)
	cd frontend && npm run build --silent -- --outDir ../src/kilowatch/web --emptyOutDir
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json
	cd frontend && npm ci --no-fund --no-audit
	@touch $@

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) scripts/make-venv $(VENV)

$(RUN_STAMP): requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Kilowatch needs …"
	@$(PIP_LOCKED) requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	@echo "Installing what the tests need …"
	@$(PIP_LOCKED) requirements-dev.lock
	@touch $@

$(DEPLOY_STAMP): requirements-deploy.lock $(DEV_STAMP)
	@$(PIP_LOCKED) requirements-deploy.lock
	@touch $@

clean: ## Remove what make has made, and the demo's data
	rm -rf $(VENV) .data src/kilowatch/web frontend/node_modules frontend/dist
