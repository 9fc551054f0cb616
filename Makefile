# Two commands matter: make demo sets up and runs the main job, make test sets
# up and runs every test this machine can run.

GO    ?= go
BUILD := dist/zhunru

.PHONY: demo test build lint fuzz soak bench cover clean help

## demo: build, then screen the sample listings and explain every verdict
demo: build
	$(BUILD) screen testdata/listings/sample.csv --explain

## build: the binary, dist/zhunru
build:
	@mkdir -p dist
	$(GO) build -trimpath -o $(BUILD) ./cmd/zhunru

## test: every test; what was skipped, and how to enable it, is named at the end
test:
	@.ci/test

## lint: gofmt, vet, golangci-lint (installed if missing), dictionary linter
lint: build
	@.ci/lint
	$(BUILD) dict lint

## fuzz: every fuzz target for FUZZTIME (10s)
fuzz:
	@.ci/fuzz $(or $(FUZZTIME),10s)

## soak: kill imports, workers and PostgreSQL KILLS (30) times each, at moments of chance
soak:
	ZHUNRU_SOAK=$(or $(KILLS),30) ZHUNRU_REQUIRE_POSTGRES=1 $(GO) test ./cmd/zhunru -count 1 -timeout 1h -v -run 'TestKilledServersLoseNoAnswer|TestImportKilledResumes|TestRunsKilledLoseAndDoubleNothing'

## bench: the engine's benchmarks
bench:
	$(GO) test -run '^$$' -bench . -benchmem ./screening/...

clean:
	rm -rf dist

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
