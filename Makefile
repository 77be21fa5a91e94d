# Every command of the project; plain `make` lists them. What a `##` says is what `make` shows.
SHELL := /bin/sh
PYTHON ?= python3
PY := .venv/bin/python
LOCAL := $(PY) -m deploy.local
PYTEST := $(PY) -m pytest
UNIT := not deep and not mongo and not rabbit and not e2e and not chaos and not compose
# compiled test modules are kept: without them each run compiles all of them again
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

.PHONY: help
help: ## list the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2} /^##/ {print substr($$0, 4)}' Makefile

##
## Run
.PHONY: up down clean demo-data
up: .venv/.made ## run the platform here: brokers, four services, receiver, demo, four stories; Ctrl-C stops it
	@$(LOCAL) up

down: .venv/.made ## stop what `make up` (or `make up DETACH=1`) started
	@$(LOCAL) down

clean: .venv/.made ## stop it and forget its data, keys and logs (.local/)
	@$(LOCAL) clean

demo-data: .venv/.made ## load the demo estate into the running platform, with fresh tokens
	@$(LOCAL) demo-data

##
## Check
.PHONY: check check-style check-format check-types check-imports check-unit test test-containers test-compose bench
check: .venv/.made ## style, types, import contracts, unit tests; nothing needs to run (about 30 s)
	@$(MAKE) -j2 --output-sync=target check-types check-unit check-style check-format check-imports

check-style: .venv/.made
	@.venv/bin/ruff check --output-format concise .

check-format: .venv/.made
	@.venv/bin/ruff format --check .

check-types: .venv/.made
	@.venv/bin/mypy

check-imports: .venv/.made
	@.venv/bin/lint-imports

check-unit: .venv/.made
	@$(PYTEST) -q -n 2 --dist worksteal -m "$(UNIT)"

test: .venv/.made ## all tests on real RabbitMQ and MongoDB, which it starts itself (TEST_PARTS=local|containers)
	@$(PYTEST) -q -n 2 -m "not e2e and not chaos and not compose"
	@$(PYTEST) -q -m "e2e or chaos"

test-containers: .venv/.made ## the promises and stories again, on RabbitMQ 4 and MongoDB 8 in containers (needs Docker)
	@TEST_PARTS=containers $(PYTEST) -q -n 2 -m "(mongo or rabbit) and not e2e and not chaos and not compose"
	@TEST_PARTS=containers $(PYTEST) -q -m "e2e and not chaos" services tests

test-compose: .venv/.made ## start docker-compose.yml on a Docker engine and run both stories
	@$(PYTEST) -q -m compose tests/compose

bench: .venv/.made ## measure against bare alternatives (ROWS=foundation,… SAVE=1 writes docs/bench.md)
	@$(PY) -m tests.bench $(if $(ROWS),--rows "$(ROWS)") $(if $(filter 1,$(SAVE)),--save)

##
## Write
.PHONY: format lint docs requirements
format: .venv/.made ## format the code and mend what can be mended
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

lint: check-style check-format check-types check-imports ## `make check` without the tests

docs: .venv/.made ## write docs/events.md, docs/asyncapi.json and the event schemas from the code
	@$(PY) -m deploy.docs

requirements: .venv/.made ## write requirements*.txt from requirements*.in (UPGRADE=1 takes newer versions)
	@deploy/local/requirements.sh $(if $(filter 1,$(UPGRADE)),--upgrade)

##
## Variables of `make up` (also of `make demo-data` where they fit):
##   STORY=0          without the stories                DETACH=1   return once all is healthy
##   MONGO_URL=…      use this replica set               AMQP_URL=… use this RabbitMQ
##   PORT_REQUESTS=8001 PORT_PAIRING=8002 PORT_PROPERTY=8003 PORT_NOTIFICATIONS=8004 PORT_RECEIVER=8010
##   PORT_AMQP=5673 PORT_RABBITMQ_ADMIN=15673 PORT_RABBITMQ_DIST=25673 PORT_EPMD=4370 PORT_MONGO=27027
##   DEMO_BUILDINGS=24 DEMO_SEED=20230803   how large the demo is (6 to 2400), and its chance
##   LINLI_LANG=en    speak English (so does LANG=en…)   PYTHON=…   make .venv with this Python (3.11+)

.venv/.made: requirements-dev.txt deploy/local/venv.sh
	@deploy/local/venv.sh $(PYTHON)
