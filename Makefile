# Every recipe makes .venv itself and installs what is locked. Start here: `make demo` or `make test`.
.DEFAULT_GOAL := help
.PHONY: help demo test thorough lint types bench torture simulate screenshots lock clean
BIN := .venv/bin

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | while IFS='|' read -r name text; do \
	    printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: ## builds the demo engagement if absent, prints address and sign-ins, serves on 127.0.0.1:8050
	@scripts/venv run
	@$(BIN)/journey demo $(ARGS)

PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
test: ## every kind of test, about a quarter of an hour; installs Chromium and PostgreSQL where it may
	@scripts/venv dev
	@scripts/needs
	@$(PYTEST) -m "not thorough" $(ARGS)

thorough: ## the same claims on more data, languages and themes, real data sets, the image's rehearsal; CI runs it, too
	@scripts/venv dev
	@scripts/needs
	@$(PYTEST) -m thorough $(ARGS)

lint: ## style, import directions
	@scripts/venv dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: ## type check
	@scripts/venv dev
	$(BIN)/pyright

CHECKED := questions sources funnel_oracle
bench: ## goals beside figures, peers on the same rows (ARGS=10000000: at that size alone); then ratios and truths
	@scripts/venv dev
	@scripts/needs
	@$(BIN)/python benchmarks/bench.py $(ARGS)
	@$(if $(ARGS),,for file in $(CHECKED:%=benchmarks/%.py) simulations/*.py; do $(BIN)/python "$$file" || exit 1; done)

torture: ## kills 100 imports and 50 workers at random: all or nothing, all once; then every sample and real set by page
	@scripts/venv dev
	@$(BIN)/python -m tests.torture $(ARGS)

simulate: ## how often the numbers say the right thing where the truth is known; docs/method.md has the figures
	@scripts/venv dev
	@for file in simulations/*.py; do $(BIN)/python "$$file" || exit 1; done

screenshots: ## the four screens in both themes, widths and languages into build/screenshots; refreshes docs/img
	@scripts/venv dev
	@scripts/needs
	@$(BIN)/python scripts/screenshots.py

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock: ## resolves pyproject.toml anew into the two lock files (needs uv); keeps pins unless ARGS=--upgrade
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock
	$(COMPILE) $(ARGS) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## removes what can be made again; data/ stays
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
