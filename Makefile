# Écharpe: what a person runs. Every target sets up what it needs; a Go, Node or Java that is missing or too old comes,
# pinned and checked, into .tools/. CI runs the same targets (.ci/run).
#
#   make run       the whole product on this machine: site and API on PORT (8080), mailbox on MAIL_PORT (8025)
#   make test      every test: Go, front end, a real browser
#   make check     formatting, linters, known vulnerabilities, papers (veraPDF), invoices (Mustang), calendars, mails (SpamAssassin), the running API
#                  (schemathesis) and pages (pa11y), template, sam build
#   make bench     what each route and sweep costs, and how many enrolments a second: writes BENCH.md
#   make compare   the same driver against several systems, turn by turn: SYSTEMS="name=script@pid,pid …" (infra/bench/compare)
#   make fuzz      every fuzz target for FUZZ each (1m); plain tests only try the seeds and past findings
#   make build     the functions and the site, as deployed
#   make soak      crowds and random acts against the table for SOAK each (5m): seats, files and queue agree, and every
#                  answer could have come in turn; a failure names its seed
#   make deploy    ENV=dev or prod: what is missing, build, sam deploy, site, catalogue, smoke test, what is left to do
#   make redrive   STACK=name: the events that failed for good, and why; SEND=1 has them done (RUNBOOK, "Dead letters")
#   make rehearse  the same deployment against an emulator, no AWS account needed
#   make links     are the guide's links still alive (needs the network)
#   make walk      day by day, what people get: mails, page, what the organisation is asked; WHO=? lists them, FULL=1 for whole mails
#   make gallery   pictures of every page and every e-mail → frontend/gallery/
#   make clean     forget the local data and everything built (tools stay; rm -rf .tools removes them too)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export SAM_CLI_TELEMETRY := 0

# What infra/local/setup had to fetch comes before what the machine has too old. Go and npm need a home to keep things in.
export PATH := $(CURDIR)/.tools/path:$(PATH)
ifeq ($(HOME),)
export HOME := $(CURDIR)/.tools/home
endif

SETUP := infra/local/setup
BIN := .tools/bin
VENV := .tools/venv/bin
ENV ?= dev
FUZZ ?= 1m
SOAK ?= 5m

.PHONY: help
help:
	@sed -n 's/^#   //p' Makefile

.PHONY: run
run: site-runtime build/local
	@exec build/local

# The pages need only the front end's build packages: not what tests and lints it.
.PHONY: site-runtime
site-runtime:
	@$(SETUP) go node dynamodb ses s3
	@[ -d frontend/node_modules/@11ty ] || (cd frontend && npm ci --omit=dev --no-audit --no-fund)
	@cd frontend && npm run --silent build

.PHONY: build/local
build/local: site-runtime
	@go build -o $@ ./infra/local

.PHONY: test
test: test-go test-front

# The walk's test runs the pages' own code.
.PHONY: test-go
test-go: frontend/node_modules/.stamp
	@$(SETUP) go node dynamodb ses s3 sam
	go test ./...

.PHONY: test-front
test-front: frontend/node_modules/.stamp
	@$(SETUP) go dynamodb ses s3 chromium
	cd frontend && npm test

.PHONY: check
check: check-go check-papers check-mails check-front check-contract check-pages check-template

.PHONY: check-go
check-go:
	@$(SETUP) go linters
	@unformatted=$$(gofmt -l functions internal infra); [ -z "$$unformatted" ] || { echo "not formatted (gofmt -w): $$unformatted"; exit 1; }
	go vet ./...
	$(BIN)/golangci-lint run ./...
	@infra/tools/vulncheck

# The papers before the reference checker (PDF/UA-1 and PDF/A-2a, 3a for invoices), the invoices before Mustang and the French rules
# (Factur-X), the calendars before three parsers.
.PHONY: check-papers
check-papers:
	@$(SETUP) go node verapdf mustang checkers
	@infra/tools/verapdf
	@infra/tools/facturx/check
	@.tools/checkers/bin/python infra/tools/calendars

# The mails as they leave, before SpamAssassin.
.PHONY: check-mails
check-mails:
	@$(SETUP) go spamassassin
	@infra/tools/spam

.PHONY: check-front
check-front: frontend/node_modules/.stamp
	@$(SETUP) chromium vnu
	cd frontend && npm run lint && npm run build && npm run budgets
	@infra/tools/html
	@infra/tools/npm-audit frontend infra/local

# The running API before schemathesis: nothing departs from its description.
.PHONY: check-contract
check-contract: build/local
	@$(SETUP) checkers
	@infra/tools/whole .tools/checkers/bin/python infra/tools/contract

# The running pages before pa11y.
.PHONY: check-pages
check-pages: build/local
	@$(SETUP) chromium pa11y
	@infra/tools/whole node infra/tools/pages.mjs

.PHONY: check-template
check-template: sam-build
	@$(SETUP) linters
	$(VENV)/sam validate --lint --template template.yaml
	@for nested in infra/*.yaml infra/pipeline/deployer.yaml; do echo "cfn-lint $$nested"; $(VENV)/cfn-lint "$$nested"; done
	$(BIN)/actionlint infra/pipeline/deploy.yml
	$(VENV)/python infra/tools/sizes.py .aws-sam/build

# sam build compiles each function as it is deployed; GOFLAGS is how BuildMethod go1.x takes flags.
.PHONY: sam-build
sam-build:
	@$(SETUP) go sam
	CGO_ENABLED=0 GOFLAGS="-ldflags=-s -tags=lambda.norpc -trimpath" $(VENV)/sam build --template template.yaml $(SAM_BUILD_ARGS)

.PHONY: build
build: sam-build site

.PHONY: site
site: frontend/node_modules/.stamp
	cd frontend && npm run build

frontend/node_modules/.stamp: frontend/package.json frontend/package-lock.json
	@$(SETUP) node
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

.PHONY: compare
compare:
	@$(SETUP) go
	go run ./infra/bench/compare $(SYSTEMS)

.PHONY: bench
bench:
	@$(SETUP) go node dynamodb ses s3
	go run ./infra/bench

.PHONY: fuzz
fuzz:
	@$(SETUP) go dynamodb
	@infra/tools/fuzz $(FUZZ)

.PHONY: soak
soak:
	@$(SETUP) go dynamodb
	SOAK=$(SOAK) go test ./internal/booking -run '^(TestSeatsFilesAndQueueAgreeWhateverHappens|TestWhatACrowdIsAnsweredCouldHaveComeInTurn)$$' -timeout 0 -v -count=1

.PHONY: deploy
deploy:
	@infra/deploy $(ENV)

.PHONY: redrive
redrive:
	@$(SETUP) sam
	@[ -n "$(STACK)" ] || { echo "say which stack: make redrive STACK=echarpe-dev"; exit 1; }
	@AWS_REGION=$${AWS_REGION:-eu-west-3} AWS_DEFAULT_REGION=$${AWS_REGION:-eu-west-3} $(VENV)/python infra/tools/redrive.py --stack "$(STACK)" $(if $(SEND),--send)

.PHONY: rehearse
rehearse:
	@$(SETUP) go node sam
	@infra/rehearse/rehearse

.PHONY: links
links:
	@$(SETUP) go
	go run ./infra/linkcheck

.PHONY: walk
walk: site-runtime
	@go run ./infra/walk $(if $(WHO),-who '$(WHO)') $(if $(FULL),-full)

.PHONY: gallery
gallery: frontend/node_modules/.stamp
	@$(SETUP) go dynamodb ses s3 chromium
	cd frontend && npm run gallery

.PHONY: clean
clean:
	rm -rf .local .aws-sam build frontend/dist frontend/gallery frontend/test-results frontend/playwright-report
