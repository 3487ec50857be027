# make help lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Maven itself runs on this JDK: spotless and Error Prone need that.
export JAVA_HOME := $(shell hack/jdk.sh)
# The Guava inside of Maven would have JDK 25 warn of it in every run.
export MAVEN_OPTS := $(MAVEN_OPTS) --sun-misc-unsafe-memory-access=allow
MVN := mvn -B -ntp
TEST_CLASSPATH = target/test-classes:target/classes:$$(cat target/test-classpath.txt)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: controlplane
controlplane: ## build the control plane for tests and demo, once, into a cache outside the checkout
	@hack/controlplane/build.sh

.PHONY: gitops-tools
gitops-tools: ## build Helm and Flux's kustomize-controller for the tests, once, into that cache
	@hack/controlplane/build.sh gitops

.PHONY: build
build: tools ## compile and package target/pinnedimage-operator.jar, without tests
	@$(MVN) package -DskipTests

.PHONY: demo
demo: tools ## the operator at work on a real control plane and a real registry, all on this machine
	@echo "demo: the control plane (built once, about 8 minutes on 2 cores; then cached), the operator, and a tour"
	@hack/controlplane/build.sh
	@$(MVN) -q package -DskipTests
	@exec "$$JAVA_HOME/bin/java" -cp "$(TEST_CLASSPATH)" dev.pinnedimage.demo.Demo

.PHONY: test
test: tools ## everything: unit and integration tests, static analysis, style; builds the control plane first
	@echo "test: the control plane and the GitOps tools (built once, about 8 and 4 minutes on 2 cores; then cached), then mvn verify: unit tests, integration tests on them, style"
	@hack/controlplane/build.sh
	@hack/controlplane/build.sh gitops
	@$(MVN) verify

.PHONY: unit
unit: tools ## unit and architecture tests and static analysis; needs nothing but a JDK and Maven
	@$(MVN) test

.PHONY: generate
generate: tools ## write the files that are derived from the code: the CRD, install.yaml, docs/api.md, docs/ssrf.md
	@$(MVN) -q process-test-classes
	@"$$JAVA_HOME/bin/java" -cp "$(TEST_CLASSPATH)" dev.pinnedimage.generated.GeneratedFiles

.PHONY: faults
faults: tools ## write docs/faults.md from a run of its test on the control plane
	@hack/controlplane/build.sh
	@$(MVN) -q verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=FaultTableIT -Dfaults.write=true

.PHONY: gitops-table
gitops-table: tools ## write the table of docs/gitops.md from a run of its test on Flux, Helm and kubectl
	@hack/controlplane/build.sh
	@hack/controlplane/build.sh gitops
	@$(MVN) -q verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=GitOpsTableIT -Dgitops.write=true

.PHONY: bench-registry
bench-registry: tools ## a look-up beside curl -I on a kept-alive TLS connection; fails over 1.5 times
	@hack/controlplane/build.sh
	@$(MVN) -q process-test-classes
	@exec "$$JAVA_HOME/bin/java" -cp "$(TEST_CLASSPATH)" dev.pinnedimage.bench.RegistryBench

.PHONY: soak-registry
soak-registry: tools ## what a stalled, a dead and a returning registry cost the others; MINUTES=10
	@hack/controlplane/build.sh
	@$(MVN) -q process-test-classes
	@exec "$$JAVA_HOME/bin/java" -cp "$(TEST_CLASSPATH)" dev.pinnedimage.bench.RegistrySoak $${MINUTES:-10}

.PHONY: clean
clean: ## remove target/; the control plane's cache stays
	@rm -rf target

.PHONY: tools
tools:
	@test -n "$$JAVA_HOME" || { echo "JDK 25 is needed and was not found: install one (https://adoptium.net) and point JAVA_HOME at it." >&2; exit 1; }
	@command -v mvn >/dev/null || { echo "Maven 3.8 or newer is needed and was not found: install it (https://maven.apache.org) and put mvn on the PATH." >&2; exit 1; }
