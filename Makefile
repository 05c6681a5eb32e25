# Veilray in a few words. `make` alone explains.
.DEFAULT_GOAL := help
.PHONY: help setup build demo test soak bench format lint clean
SHELL := /bin/bash

# An index for editors costs build time and is of no use here. Test builds need it: test discovery reads it.
release_build := swift build -c release --disable-index-store
sources := Package.swift Sources Tests

help: ## this list
	@echo "Veilray sends DICOM studies as anonymous images and restores them exactly."
	@echo
	@sed -n 's/^\([a-z]*\): [^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo
	@echo "New here? Run 'make demo', then open demo-output/contact-sheet.png."

setup: ## install what is missing (Debian packages; sudo when not root)
	@scripts/setup

build: setup ## the programs, optimised, in .build/release
	$(release_build) --product veilray-send
	$(release_build) --product veilray-receive
	$(release_build) --product veilray-demo

demo: build ## send a synthetic study and look at it; STUDY=folder sends your own
	@scripts/demo

test: ## set up, build and run every test
	@scripts/setup --tests
	swift build --build-tests
	PATH="$(CURDIR)/.venv/bin:$$PATH" swift test --skip-build --no-parallel

soak: ## kill both programs at random moments, ROUNDS=100 each, and compare every file
	@scripts/setup --tests
	swift build --build-tests
	VEILRAY_SOAK=$${ROUNDS:-100} swift test --skip-build --no-parallel --filter SoakTests

bench: ## time 200 slices against the usual chain, and 50 over a slow link; STUDY=folder, LONG=1 for all
	@scripts/setup --tests
	@$(MAKE) --no-print-directory build
	$(release_build) --product veilray-link
	$(release_build) --product veilray-bench
	@scripts/bench
	@scripts/bench-link

format: ## bring the sources into shape
	swift format format --in-place --recursive --parallel $(sources)

lint: ## say what `format` and the style rules would change
	swift format lint --strict --recursive --parallel $(sources)

clean: ## remove what was built and what the demonstration and the bench wrote
	swift package clean
	rm -rf demo-output bench-output
