# Everything a person does with saring, from a fresh clone on. `make` prints this help.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= corpus
WORKERS ?= $(shell nproc 2>/dev/null || echo 1)

# What to work on: nothing = the embedded newsstand.
OUTLETS ?=
WARCS ?=
TEXTS ?=
SINCE ?=
UNTIL ?=
CONTACT ?=

# Which release to prove.
VERSION ?= latest
# A subject instead of everything, and days whose articles are looked at again.
TOPIC ?=
RECHECK ?=
# SOURCE=commoncrawl takes history from an archive, by its INDEX and STORE, and leaves the outlets in peace.
SOURCE ?=
INDEX ?=
STORE ?=

crawl_options = $(addprefix --outlet ,$(OUTLETS)) $(addprefix --since ,$(SINCE)) $(addprefix --until ,$(UNTIL)) \
	$(if $(CONTACT),--contact "$(CONTACT)") $(if $(TOPIC),--topic "$(TOPIC)") $(addprefix --recheck ,$(RECHECK)) \
	$(addprefix --source ,$(SOURCE)) $(addprefix --index ,$(INDEX)) $(addprefix --store ,$(STORE)) \
	--into $(OUT) --workers $(WORKERS)
build_options = $(if $(WARCS)$(TEXTS),$(addprefix --warc ,$(WARCS)) $(addprefix --text ,$(TEXTS)),--warc $(OUT)/warc) \
	--out $(OUT) --workers $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help setup corpus crawl build report verify newsstand test lint quality bench bench-dedup docs lock clean

help: ## This list
	@echo "make corpus                                        the whole line on the embedded newsstand"
	@echo 'make corpus OUTLETS="idntimes artik" SINCE=2026-11-01 UNTIL=2026-11-07 CONTACT=you@example.org'
	@echo '                                                   the same on the real web'
	@echo 'make corpus WARCS="a.warc.gz b.warc.gz"            from archives that you have'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Make .venv with the locked dependencies

$(VENV)/.ready: requirements.txt pyproject.toml
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt pyproject.toml
	@$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/.ready

# uv where it is installed, else plain venv and pip; hashes are checked by both. The lock names every package, so that
# nothing is resolved again: pip 23 fails on what the lock says twice of lxml.
define install
	echo "installing $(1)"; \
	if command -v uv >/dev/null 2>&1; then \
		{ test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV); } && \
		uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --requirement $(1) && \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . ; \
	else \
		{ test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); } && \
		$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $(1) && \
		$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ; \
	fi
endef

# An outlet that could not be crawled whole is named and keeps nobody from building of the others.
corpus: setup ## Crawl, then build; with WARCS or TEXTS, build only
	@$(if $(WARCS)$(TEXTS),,$(BIN)/python -m crawler crawl $(crawl_options) || test $$? -eq 1 || exit $$?;) \
		$(BIN)/saring build $(build_options)

crawl: setup ## Archive the articles of OUTLETS (the newsstand's without) as WARC
	@$(BIN)/python -m crawler crawl $(crawl_options)

build: setup ## Build a release from everything in corpus/warc, or from WARCS and TEXTS
	@$(BIN)/saring build $(build_options)

report: setup ## Write corpus/report.html: the newest release as one page to look at
	@$(BIN)/saring report --corpus $(OUT)

verify: setup ## Prove the newest release, or VERSION, down to the archived bytes
	@$(BIN)/saring verify $(VERSION) --corpus $(OUT) --workers $(WORKERS)

newsstand: setup ## Serve the embedded news site for a browser
	@$(BIN)/python -m crawler.newsstand

test: $(VENV)/.ready-dev ## Run every test
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

lint: $(VENV)/.ready-dev ## Style, types, import directions
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

quality: $(VENV)/.ready-dev ## Score extraction and cleaning against their floors
	@$(BIN)/python tests/quality.py

bench: $(VENV)/.ready-dev ## Measure extraction, learning and near-duplicates; see benchmarks/results.md
	@$(BIN)/python benchmarks/extraction.py && $(BIN)/python benchmarks/learning.py && $(BIN)/python -m benchmarks.dedup

PEERS := libraries text-dedup datatrove
bench-dedup: $(PEERS:%=$(VENV)/peer-%/.ready) ## Near-duplicates beside every peer, each pinned
	@SARING_TEXT_DEDUP=$(CURDIR)/$(VENV)/peer-text-dedup/bin/python SARING_DATATROVE=$(CURDIR)/$(VENV)/peer-datatrove/bin/python \
		$(VENV)/peer-libraries/bin/python -m benchmarks.dedup
	@$(VENV)/peer-libraries/bin/python -m benchmarks.dedup.scale --documents 1000000 --lsh 50000
	@$(VENV)/peer-libraries/bin/python -m benchmarks.dedup.scale --documents 10000000

$(VENV)/peer-%/.ready: benchmarks/dedup/requirements-%.txt
	@echo "installing $<"; $(PYTHON) -m venv $(@D) && $(@D)/bin/python -m pip install --quiet --quiet --requirement $< && touch $@

docs: $(VENV)/.ready-dev ## Write the generated pages of docs/
	@$(BIN)/python -m curation.docs docs

lock: ## Compile the locked requirements (needs uv); both files have the same versions
	@$(compile) --extra install --extra dev --output-file requirements-dev.txt
	@$(compile) --extra install --constraint requirements-dev.txt --output-file requirements.txt

compile = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --quiet

clean: ## Remove everything that was made but archives and releases
	rm -rf $(OUT)/work build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
