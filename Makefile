# Everything there is to do with a checkout.  `make` alone lists it.
#
# Instance: HANSE_DATA is the data folder (default .data), HANSE_PORT_BASE the
# first port (default 18400: web; then PostgreSQL, Redis, Solr).

PYTHON ?= python3
NAMES := build/names
# The folders under their import names, for whatever runs before the
# installation, and for mypy, which cannot see setup.py's mapping.
SYSTEM := PYTHONPATH=$(NAMES) PYTHONDONTWRITEBYTECODE=1 $(PYTHON)

.DEFAULT_GOAL := help
.PHONY: help services stop status

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

services: $(NAMES) ## start PostgreSQL, Redis and Solr, and wait until they answer
	@$(SYSTEM) -m hanse_config.services start

stop: $(NAMES) ## stop them; nothing of ours is left running
	@$(SYSTEM) -m hanse_config.services stop

status: $(NAMES) ## say what runs, where its data and its log are
	@$(SYSTEM) -m hanse_config.services status

$(NAMES):
	@mkdir -p $@
	@ln -sfn ../../config $@/hanse_config
	@ln -sfn ../../harvesters $@/hanse_harvesters
	@ln -sfn ../../schemas $@/hanse_schemas
