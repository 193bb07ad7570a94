# Jiangtai 匠台. `make demo` and `make test` do all the set-up on a fresh machine.
.DEFAULT_GOAL := help
.PHONY: help setup demo test browser check fix bench docs charts

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export UV_NO_CONFIG := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## show these lines
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

setup: $(VENV)/ready ## make .venv with the locked dependencies and the web assets

$(VENV)/ready: requirements-dev.lock bootstrap.lock pyproject.toml package-lock.json
	@echo "==> 建立 $(VENV)，安装锁定的依赖"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本，请用 make PYTHON=python3.12 指定"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "缺少 python3-venv，请先安装：apt-get install python3-venv"; exit 1; }
	@$(PY) -m pip install -q --require-hashes --only-binary :all: -r bootstrap.lock
	@$(VENV)/bin/uv pip sync -q --compile-bytecode --require-hashes requirements-dev.lock --python $(PY)
	@$(VENV)/bin/uv pip install -q --no-deps --no-build-isolation -e . --python $(PY)
	@echo "==> 取图表库，汇集网页资源"
	@sh config/charts.sh $(VENV)
	@JIANGTAI_HOME=$(VENV)/home DJANGO_SETTINGS_MODULE=config.settings $(PY) -m django collectstatic --noinput -v 0
	@touch $@

demo: setup ## fill an invented district and serve it on 127.0.0.1:8000 (PORT=8123 for another)
	@exec $(VENV)/bin/jiangtai demo $(if $(filter command line,$(origin PORT)),--port $(PORT))

test: setup browser ## run every test in two processes, those in a real browser included
	@$(PY) -m pytest -n 2 --dist loadgroup

browser: ## get Chromium and Chinese fonts for the browser tests
	@sh tests/browser.sh

check: setup ## format, lint, types, import contracts, migrations, templates, generated docs
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m pytest -q -m house -p no:randomly

fix: setup ## mend format and lint, and write the generated docs anew
	@$(VENV)/bin/ruff check --fix -q .
	@$(VENV)/bin/ruff format -q .
	@$(PY) -m docs.generate

charts: ## get the chart library again, where set-up could not
	@rm -f $(VENV)/ready
	@$(MAKE) --no-print-directory setup

docs: setup ## write the generated docs anew
	@$(PY) -m docs.generate

bench: setup ## run the benchmarks (heavy); figures go to docs/benchmarks.md
	@for one in bench/bench_*.py; do $(PY) $$one || exit 1; done
