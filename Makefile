# Veilray in a few words. `make` alone explains.
.DEFAULT_GOAL := help
.PHONY: help setup build demo test soak fuzz bench docs package format lint clean
SHELL := /bin/bash

# An index for editors costs build time and is of no use here. Test builds need it: test discovery reads it.
# The Swift runtime is linked in, so the programs run where there is no toolchain. What is packaged is what is measured.
hardening := -Xcc -fstack-protector-strong -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now
release_build := swift build -c release --disable-index-store --static-swift-stdlib --disable-local-rpath $(hardening)
sources := Package.swift Sources Tests Fuzz

help: ## this list
	@echo "Veilray sends DICOM studies as anonymous images and restores them exactly."
	@echo
	@sed -n 's/^\([a-z]*\): [^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo
	@echo "New here? Run 'make demo', then open demo-output/contact-sheet.png."

setup: ## install what is missing (Debian packages; sudo when not root)
	@scripts/setup

build: setup ## the programs, optimised, in .build/release
	@$(MAKE) --no-print-directory release-veilray-send release-veilray-receive release-veilray-demo

# One program, optimised. One after the other: they share the build folder.
release-%:
	$(release_build) --product $*

.NOTPARALLEL:

demo: build ## send a synthetic study and look at it; STUDY=folder sends your own
	@scripts/demo

test: ## set up, build and run every test
	@scripts/setup --tests
	swift build --build-tests
	@scripts/test

soak: ## kill both programs at random moments, ROUNDS=100 each, and compare every file
	@scripts/setup --tests
	swift build --build-tests
	VEILRAY_SOAK=$${ROUNDS:-100} swift test --skip-build --no-parallel --filter SoakTests

fuzz: ## bytes that nobody meant for every parser and both programs; SECONDS_EACH=60, TARGET=name
	@scripts/setup --tests
	@[[ -n "$$TARGET" && "$$TARGET" != programs ]] || $(MAKE) --no-print-directory build
	@scripts/fuzz

bench: ## time 200 slices against the usual chain, and 50 over a slow link; STUDY=folder, LONG=1 for all
	@scripts/setup --tests
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory release-veilray-link release-veilray-bench
	@scripts/bench
	@scripts/bench-link

docs: ## write docs/commands.md and the README's table from the command definitions
	swift build --product veilray-send
	swift build --product veilray-receive
	scripts/manual/generate.py --programs .build/debug --docs

package: ## a Debian package, in package-output/, tried in a fresh system (root)
	@scripts/setup --package
	@$(MAKE) --no-print-directory build
	@scripts/package

format: ## bring the sources into shape
	swift format format --in-place --recursive --parallel $(sources)

lint: ## say what `format` and the style rules would change, which imports break the layers, and check the docs
	@scripts/lint-layers
	@scripts/lint-docs
	swift format lint --strict --recursive --parallel $(sources)

clean: ## remove what was built and what the demonstration, the bench, fuzzing and the packaging wrote
	swift package clean
	rm -rf demo-output bench-output fuzz-output package-output .build-fuzz
