# PitWall Live. `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BUILD := $(CURDIR)/.build
BIN := bin/pitwall
FUZZTIME ?= 60s
# In the full tests every target runs too, for as long as their 90 minutes allow.
FUZZTIME_FULL ?= 10s
GOLANGCI_VERSION := v2.15.0
VERSITYGW_VERSION := v1.8.0
export GOFLAGS ?= -buildvcs=auto
export CGO_ENABLED ?= 0

# root installs Debian packages directly; others are told what to install.
define need
	command -v $(1) >/dev/null 2>&1 || { if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing $(2)"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) >/dev/null; \
	else echo "missing $(1): install the Debian package $(2) and run make again" >&2; exit 1; fi; }
endef

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: run
run: $(BIN) ## Set everything up, then serve a running (simulated) race on http://127.0.0.1:8080
	./$(BIN) serve $(ARGS)

.PHONY: build
build: $(BIN) ## Build the binary with the board inside: bin/pitwall

GO_FILES := $(shell find cmd internal web -name '*.go' -not -path '*/node_modules/*' 2>/dev/null) $(shell find internal -type f -not -name '*.go' -not -path '*/testdata/*' 2>/dev/null)
WEB_FILES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/.next/*' -not -path '*/out/*' -not -path '*/dist/*' -not -name '*.go' 2>/dev/null)

$(BIN): go.mod go.sum $(GO_FILES) web/dist/index.html
	go build -trimpath -o $@ ./cmd/pitwall

.PHONY: web
web: web/dist/index.html ## Build the board into web/dist

web/node_modules/.package-lock.json: web/package-lock.json clients/typescript/package.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# npm copies our client into web when it installs; one that has changed since is copied anew.
WEB_CLIENT := web/node_modules/@pitwall/client/src
$(WEB_CLIENT)/index.ts: web/node_modules/.package-lock.json $(wildcard clients/typescript/src/*.ts)
	mkdir -p $(WEB_CLIENT)
	cp clients/typescript/src/*.ts $(WEB_CLIENT)/
	touch $@

web/dist/index.html: $(WEB_CLIENT)/index.ts $(WEB_FILES)
	cd web && npm run --silent build

.PHONY: generate
generate: clients/typescript/node_modules/.package-lock.json ## Write what is made from the Go types: the web's types, the clients of the REST API
	go run ./internal/wire/tsgen > web/wire/types.ts
	mkdir -p $(BUILD) && go run ./cmd/pitwall openapi > $(BUILD)/openapi.json
	node clients/typescript/generate.mjs < $(BUILD)/openapi.json
	python3 clients/python/generate.py < $(BUILD)/openapi.json

clients/typescript/node_modules/.package-lock.json: clients/typescript/package-lock.json
	cd clients/typescript && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# The clients are those of the API as it is, and their types are right.
.PHONY: clients-check
clients-check: clients/typescript/node_modules/.package-lock.json
	mkdir -p $(BUILD) && go run ./cmd/pitwall openapi > $(BUILD)/openapi.json
	node clients/typescript/generate.mjs --check < $(BUILD)/openapi.json
	python3 clients/python/generate.py --check < $(BUILD)/openapi.json
	npm run --silent --prefix clients/typescript check

# The official client of Socket.IO, for the tests of ours.
SOCKETIO_CLIENT := internal/dialect/socketio/testdata/client
.PHONY: socketio-client
socketio-client: $(SOCKETIO_CLIENT)/node_modules/.package-lock.json

$(SOCKETIO_CLIENT)/node_modules/.package-lock.json: $(SOCKETIO_CLIENT)/package-lock.json
	cd $(SOCKETIO_CLIENT) && npm ci --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: setup
setup: $(WEB_CLIENT)/index.ts socketio-client ## Install what the tests need: Chromium, a C compiler for the race detector, Redis, PostgreSQL, Python
	@$(call need,chromium,chromium)
	@$(call need,gcc,gcc libc6-dev)
	@$(call need,redis-server,redis-server)
	@$(call need,mosquitto_sub,mosquitto-clients)
	@$(call need,python3,python3)
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(call need,initdb,postgresql)

.PHONY: clickhouse
clickhouse: ## Install the ClickHouse engine that the full tests and the benchmark ask questions of
	scripts/clickhouse.sh

.PHONY: check
check: lint web-check clients-check ## The quick part of the tests: format, vet, lint, types, architecture, generated files
	go test ./internal/arch/ ./internal/wire/...

.PHONY: lint
lint: $(BUILD)/bin/golangci-lint
	@test -z "$$(gofmt -l cmd internal web/*.go)" || { echo "gofmt needed:"; gofmt -l cmd internal web/*.go; exit 1; }
	go vet ./...
	$(BUILD)/bin/golangci-lint run

$(BUILD)/bin/golangci-lint:
	@echo "building golangci-lint $(GOLANGCI_VERSION) once (some minutes)"
	GOBIN=$(BUILD)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

.PHONY: versitygw
versitygw: $(BUILD)/bin/versitygw-$(VERSITYGW_VERSION) ## Build the S3 server that the full tests start

$(BUILD)/bin/versitygw-$(VERSITYGW_VERSION):
	@echo "building versitygw $(VERSITYGW_VERSION) once (some minutes)"
	GOBIN=$(BUILD)/bin go install github.com/versity/versitygw/cmd/versitygw@$(VERSITYGW_VERSION)
	mv $(BUILD)/bin/versitygw $@
	ln -sf $(notdir $@) $(BUILD)/bin/versitygw

.PHONY: web-check
web-check: $(WEB_CLIENT)/index.ts
	cd web && npm run --silent check

# Rooms with goroutines are tested under the race detector; the pure ones have none, and the dialects are part of the
# full tests.
ALL := $(shell go list ./... 2>/dev/null)
CONCURRENT := $(filter \
	%/bus \
	%/cache \
	%/fanout \
	%/gateway \
	%/ingest \
	%/live \
	%/sessionlog \
	%/watch \
	,$(ALL))
# These proofs take minutes; under the race detector they are part of the full tests.
LONG := $(filter \
	%/api \
	%/app \
	%/objects \
	%/persist \
	%/postgres \
	%/sqlite \
	,$(ALL))
PURE := $(filter-out $(CONCURRENT) $(LONG),$(ALL))
# Thousands of moments of a session, one after the other: they look for wrong answers, not for races, and run without
# the race detector; more of them in the full tests.
MOMENTS := ^(TestSeekEqualsLinearPlay|TestNoEventNewerThanTheClock|TestNothingNewerThanTheClock)$$

.PHONY: test
test: setup $(BIN) clients-check ## Set everything up, then all quick tests (below 20 minutes on two cores)
	scripts/part.sh "vet" go vet ./...
	scripts/part.sh "board: types" npm run --silent --prefix web check
	scripts/part.sh "board: units" npm test --silent --prefix web
	PITWALL_BIN=$(CURDIR)/$(BIN) scripts/part.sh "rooms" go test -timeout 15m $(PURE) $(LONG)
	CGO_ENABLED=1 PITWALL_BIN=$(CURDIR)/$(BIN) scripts/part.sh "rooms with goroutines, race detector" go test -race -timeout 15m -skip '$(MOMENTS)' $(CONCURRENT)
	scripts/part.sh "moments of a session" go test -timeout 15m -run '$(MOMENTS)' ./internal/live
	PITWALL_BIN=$(CURDIR)/$(BIN) scripts/part.sh "TypeScript client" npm run --silent --prefix clients/typescript test
	cd clients/python && PITWALL_BIN=$(CURDIR)/$(BIN) PYTHONPATH=src ../../scripts/part.sh "Python client" python3 -m unittest -q tests.test_smoke
	PITWALL_BIN=$(CURDIR)/$(BIN) scripts/part.sh "board: browser" npm run --silent --prefix web e2e

.PHONY: test-full
test-full: test lint versitygw clickhouse ## Also the slow proofs: FastF1 as a reader of the simulator and of our archive, the Python frames, foreign clients of the official feed, of OpenF1 and of Ergast, Schemathesis, ClickHouse, object stores, a simulated race on the board, every fuzz target for 10 s (below 90 minutes)
	scripts/part.sh "FastF1 as a reader" scripts/fastf1.sh $(CURDIR)/$(BIN)
	scripts/part.sh "FastF1 follows our archive" scripts/fastf1_archive.sh $(CURDIR)/$(BIN)
	scripts/part.sh "Python frames" scripts/clients.sh $(CURDIR)/$(BIN)
	scripts/part.sh "foreign clients of the official feed" scripts/dialects-f1live.sh $(CURDIR)/$(BIN)
	scripts/part.sh "LiveF1 follows our archive" scripts/livef1_archive.sh $(CURDIR)/$(BIN)
	scripts/part.sh "foreign clients of OpenF1 and Ergast" scripts/rest_clients.sh $(CURDIR)/$(BIN)
	scripts/part.sh "Schemathesis" scripts/schemathesis.sh $(CURDIR)/$(BIN)
	PITWALL_FULL=1 CGO_ENABLED=1 scripts/part.sh "stores, writer and API in full, race detector" go test -race -count=1 -timeout 40m $(LONG)
	PITWALL_FULL=1 CGO_ENABLED=1 scripts/part.sh "dialects and back-fill in full, race detector" go test -race -count=1 -timeout 20m ./internal/dialect/... ./internal/almanac ./internal/backfill
	PITWALL_FULL=1 scripts/part.sh "ClickHouse" go test -count=1 -timeout 20m ./internal/store/clickhouse
	PITWALL_FULL=1 scripts/part.sh "moments of a session in full" go test -count=1 -timeout 40m -run '$(MOMENTS)' ./internal/live
	PITWALL_E2E_SIMULATED=1 PITWALL_BIN=$(CURDIR)/$(BIN) scripts/part.sh "a simulated race on the board" npm run --silent --prefix web e2e
	scripts/part.sh "fuzz targets" scripts/fuzz.sh $(FUZZTIME_FULL)

.PHONY: bench
bench: $(BIN) ## Speed and memory against goals and peers in one run (about 20 minutes)
	scripts/bench.sh

.PHONY: fuzz
fuzz: ## Every fuzz target for FUZZTIME (60s each, about 40 minutes)
	scripts/fuzz.sh $(FUZZTIME)

.PHONY: screens
screens: setup $(BIN) ## Take the pictures of docs/screens anew (simulated sessions); EVERY=FOLDER takes every state at every size
	cd web && PITWALL_BIN=$(CURDIR)/$(BIN) node e2e/screens.mjs $(if $(EVERY),$(abspath $(EVERY)) all)

.PHONY: clean
clean: ## Remove what was built (not the downloaded modules)
	rm -rf bin web/.next web/out && find web/dist -mindepth 1 -not -name placeholder.html -delete
