# Two commands are enough: `make demo` shows the portal, `make test` checks it. The rest is in README.md.
SHELL = /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo run test guides bench lint lock clean
PYTHON = .venv/bin/python
LOCK = build/lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links

help: ## says what each command does
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: ## installs what the portal needs, in .venv
	@scripts/setup.sh requirements.txt

demo: ## serves a fictional network on http://127.0.0.1:8000 (PORT=… for another port)
	@scripts/setup.sh requirements.txt
	@exec env LMS_MODE=demo scripts/up.sh

run: ## serves the real network; the settings come from the environment
	@scripts/setup.sh requirements.txt
	@exec env LMS_MODE=production scripts/up.sh

test: ## runs the whole suite (ARGS="tests/project -k backup" for a part of it)
	@scripts/setup.sh requirements-dev.txt
	@exec scripts/test.sh $(ARGS)

guides: ## takes the pictures of the guides again, following each of them
	@scripts/setup.sh requirements-dev.txt
	@exec env WRITE_PICTURES=1 REQUIRE_BROWSER=1 scripts/test.sh -n 0 tests/browser/test_guides.py -k follows $(ARGS)

bench: ## measures the portal at full size
	@scripts/setup.sh requirements-dev.txt
	@exec scripts/test.sh -n 0 tests/bench $(ARGS)

lint: ## checks the code, the templates, the arrows between apps and the production settings
	@scripts/setup.sh requirements-dev.txt
	@scripts/lint.sh

lock: ## chooses again the versions of the libraries
	@python3 -m venv build/lock && build/lock/bin/python -m pip install --quiet --no-cache-dir uv
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) --group dev pyproject.toml -o requirements-dev.txt

clean: ## removes what can be made again; the data in var/ stay
	@rm -rf .venv build .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
