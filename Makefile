# Everything there is to do with a checkout.  `make` alone lists it.
#
# Instance: HANSE_DATA is the data folder (default .data), HANSE_PORT_BASE the
# first port (default 18400: web; then PostgreSQL, Redis, Solr, assistants).

PYTHON ?= python3
VENV := .venv/bin
NAMES := build/names
# The folders under their import names, for whatever runs before the
# installation, and for mypy, which cannot see setup.py's mapping.
SYSTEM := PYTHONPATH=$(NAMES) PYTHONDONTWRITEBYTECODE=1 $(PYTHON)
# Before a command: on the services that the tests' second worker has for itself.
SECOND = env -u HANSE_WEB_PORT -u HANSE_PG_PORT -u HANSE_REDIS_PORT -u HANSE_SOLR_PORT -u HANSE_MCP_PORT \
  HANSE_DATA="$$(dirname "$$($(SYSTEM) -m hanse_config.site | tail -1)")/second" \
  HANSE_PORT_BASE="$$(($${HANSE_PORT_BASE:-18400} + 20))"

.DEFAULT_GOAL := help
.PHONY: help install services database second demo stop status lint test test-nightly test-peers benchmark fuzz i18n pictures clean lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(NAMES) ## Debian packages, .venv with pinned versions, Solr; quick when all is there
	@command -v $(PYTHON) >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qqy install python3; } || \
	  { echo "Python is missing: apt-get install python3 (as root)" >&2; exit 1; }
	@$(SYSTEM) -m hanse_config.install

services: $(NAMES) ## start PostgreSQL, Redis and Solr, and wait until they answer
	@$(SYSTEM) -m hanse_config.services start
	@$(SYSTEM) -m hanse_config.site >/dev/null

database: services ## bring the databases of the site and of the tests up to date
	@$(VENV)/python -m hanse_config.prepare
	@$(VENV)/python -m hanse_config.prepare --tests

second: services
	@$(SECOND) $(SYSTEM) -m hanse_config.services start
	@$(SECOND) $(VENV)/python -m hanse_config.prepare --tests

demo: install services ## harvest the cities' stand-in portals and serve the catalogue (SOURCES=file: real ones)
	@$(VENV)/python -m hanse_config.demo $(if $(SOURCES),--sources $(SOURCES))

stop: $(NAMES) ## stop everything that was started; nothing of ours is left running
	@$(SYSTEM) -m hanse_config.website stop; site=$$?; \
	$(SECOND) $(SYSTEM) -m hanse_config.services stop >/dev/null; second=$$?; \
	$(SYSTEM) -m hanse_config.services stop && exit $$((site + second))

status: $(NAMES) ## say what runs, where its data and its log are
	@$(SYSTEM) -m hanse_config.services status; services=$$?; \
	$(SYSTEM) -m hanse_config.website status && exit $$services

lint: $(NAMES) ## style and types
	@$(VENV)/ruff check --quiet .
	@$(VENV)/ruff format --quiet --check .
	@MYPYPATH=$(NAMES) $(VENV)/mypy -p hanse_harvesters -p hanse_schemas -p hanse_config
	@MYPYPATH=$(NAMES) $(VENV)/mypy tools

# One run of pytest, so that its last line is the sum of everything; two workers, each
# with services of its own (tests/conftest.py).
test: install ## every test: core, CKAN with the real services, packaging, browser
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint database second
	@$(VENV)/python -m pytest -n 2 --dist load --ckan-ini="$$($(VENV)/python -m hanse_config.site | tail -1)" $(TESTS)

test-nightly: export HYPOTHESIS_PROFILE = nightly
test-nightly: test ## the same with many examples, by chance (TESTS="tests/core": some of them)

# RECORD=1 keeps their answers, which `make test` replays (tests/sources/recorded).
test-peers: install database ## the connectors against real software of others, in environments of their own (RECORD=1)
	@RECORD=$(RECORD) $(VENV)/python -m pytest tests/peers

# A Solr that lives for ten minutes gains nothing of Java's second compiler.
test test-nightly second: export JAVA_TOOL_OPTIONS = -XX:TieredStopAtLevel=1

# SIZES, DISTRIBUTIONS, KINDS (rdf ckan csw table json check preview links stream dumps), PEER (datasets of the peers; 0: without them),
# RESUME=1 to go on with a run that was cut, PROFILE=1 to leave profiles (slower figures).
benchmark: install services ## our harvest beside its peers and the floor (SIZES="1000": a quick one)
	@PYTHONPATH=tests $(VENV)/python -m benchmarks \
	  $(if $(SIZES),--sizes "$(SIZES)") $(if $(DISTRIBUTIONS),--distributions "$(DISTRIBUTIONS)") \
	  $(if $(KINDS),--kinds "$(KINDS)") $(if $(PEER),--peer $(PEER)) $(if $(RESUME),--resume) $(if $(PROFILE),--profile)

# RECORDS in all, SEED, JOBS; goes on where the last run of the seed ended.  ONLY=n repeats document
# n and prints what fails; AGAIN=1 repeats all that failed.
fuzz: install ## a million damaged records through reader, normalisers, checks and writer (RECORDS=20000: some)
	@PYTHONPATH=tests:tests/core $(VENV)/python -m fuzz $(if $(RECORDS),--records $(RECORDS)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(JOBS),--jobs $(JOBS)) $(if $(ONLY),--only $(ONLY)) $(if $(AGAIN),--again)

# A folder, and gettext's domain of its texts.
define catalogue
@PYTHONPATH=tools $(VENV)/pybabel --quiet extract --mapping-file=pyproject.toml --no-location \
  --project=$(2) --version=0.1.0 \
  --copyright-holder="the contributors of ckanext-hanse" \
  --output-file=$(1)/i18n/$(2).pot $(1)
@$(VENV)/pybabel --quiet update --domain=$(2) --no-fuzzy-matching \
  --ignore-pot-creation-date --input-file=$(1)/i18n/$(2).pot --output-dir=$(1)/i18n
@$(VENV)/pybabel --quiet compile --domain=$(2) --directory=$(1)/i18n --statistics
endef

i18n: ## collect the texts that users see into the translation catalogues
	$(call catalogue,harvesters,hanse_harvesters)
	$(call catalogue,ckanext-hanse,ckanext-hanse)

# On the tests' site, in both languages.
pictures: database ## the pictures of docs/join, from the pages themselves
	@$(VENV)/python -m pytest -q tests/browser/pictures.py \
	  --ckan-ini="$$($(VENV)/python -m hanse_config.site | tail -1)"

clean: ## remove what was built; the data and .venv stay
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

lock: ## write the versions that .venv holds into config/constraints.txt
	@{ echo "# Every version of the demo's and the tests' environment; \`make lock\` writes it anew."; \
	   $(VENV)/pip freeze --all --exclude-editable; } > config/constraints.txt

$(NAMES):
	@mkdir -p $@
	@ln -sfn ../../config $@/hanse_config
	@ln -sfn ../../harvesters $@/hanse_harvesters
	@ln -sfn ../../schemas $@/hanse_schemas
