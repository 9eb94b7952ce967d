# Two commands do all set-up: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DJANGO_SETTINGS_MODULE = kubelearn.settings

.DEFAULT_GOAL := help
.PHONY: help run test check lint fmt types rules unit browser crash fuzz conformance convergence bench golden docs screenshots doctor clean tools

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(VENV)/run.stamp ## start KubeLearn: pages on 127.0.0.1:8000, Kubernetes API on 127.0.0.1:6443
	@exec $(BIN)/python manage.py run

test: $(VENV)/dev.stamp tools ## everything CI runs: rules, types, unit, real kubectl, real browser, crash
	$(MAKE) --no-print-directory check
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: lint rules types ## format, lint, import rules and types

lint: $(VENV)/dev.stamp ## ruff: format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

fmt: $(VENV)/dev.stamp ## rewrite files as ruff wants them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

rules: $(VENV)/dev.stamp ## import-linter: who may import whom
	$(BIN)/lint-imports

types: $(VENV)/dev.stamp ## mypy: strict in cluster/
	$(BIN)/mypy

unit: $(VENV)/dev.stamp ## the quick tests: no kubectl, no browser, no kill -9
	$(BIN)/python -m pytest -m "not browser and not kubectl and not crash"

browser: $(VENV)/dev.stamp tools ## the tests that drive a real browser
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(BIN)/python -m pytest -m browser

crash: $(VENV)/dev.stamp ## the kill -9 campaigns and malformed requests
	$(BIN)/python -m pytest -m crash

fuzz: $(VENV)/dev.stamp ## requests made from the API's own OpenAPI documents, for a long time
	$(BIN)/python -m tests.fuzz --examples 20

convergence: $(VENV)/dev.stamp ## a thousand random plans of changes, stops and losses: each ends as the specs ask
	KUBELEARN_PLANS=1000 $(BIN)/python -m pytest tests/cluster/convergence

conformance: $(VENV)/dev.stamp tools ## the recorded kubectl cases against a fresh cluster
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(BIN)/python tests/conformance/against_ourselves.py

bench: $(VENV)/dev.stamp tools ## measure speed and memory; writes bench/RESULTS.md
	PATH="$(CURDIR)/.tools/bin:$$PATH" $(BIN)/python bench/run.py

screenshots: $(VENV)/dev.stamp tools ## write docs/images from the page as it is
	$(BIN)/python tests/browser/screenshots.py

doctor: ## say what this machine lacks
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"; print("python", sys.version.split()[0])'
	@command -v chromium google-chrome chromium-browser || echo "no Chromium: make test installs it with apt"

clean: ## remove the environment and tools (the data folder stays)
	rm -rf $(VENV) .tools

tools: $(VENV)/dev.stamp
	@sh .ci/tools

$(VENV)/run.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(VENV)/run.stamp $@
