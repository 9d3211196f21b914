# Copydesk: `make try` to see it work, `make test` for the whole suite. Both install what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := $(VENV)/.browser

.PHONY: help try setup test lint screenshot docs bench page browser clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Copydesk needs Python 3.11 or newer; PYTHON=… names another.") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@echo "Installing the locked packages (a few minutes the first time)…"
	$(BIN)/python -m pip install --quiet "$$(grep '^torch==' requirements.lock)"
	$(BIN)/python -m pip install --quiet -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $(READY)

setup: $(READY)  ## a virtual environment with everything, and the local model's weights
	@$(BIN)/copydesk setup

try: setup  ## Copydesk in a Slack-like page on this machine: no account, no key, no server
	@$(BIN)/copydesk try

# The browser tests drive a Chromium that the machine has, or that its package manager or Playwright can bring.
$(BROWSER): $(READY)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	     && apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium fonts-noto-cjk >/dev/null; } \
	|| $(BIN)/python -m playwright install chromium \
	|| echo "No Chromium here and none could be installed: the browser tests will be skipped."
	@touch $(BROWSER)

browser: $(BROWSER)

test: setup browser  ## the whole suite
	$(BIN)/python -m pytest --cov --cov-report=term

lint: $(READY)  ## style, types, who imports whom, unused dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

page: $(READY)  ## rebuild the local workspace's page and compare it with the one in the repository
	bash workspace/page/check.sh

screenshot: setup browser  ## the README's picture, from the real bot in a real browser
	$(BIN)/python -m tests.screenshot

docs: $(READY)  ## regenerate the pages that are made from the code
	$(BIN)/python -m bot.settings --markdown > docs/configuration.md
	$(BIN)/python -m models.platforms --markdown > docs/platforms.md

bench: setup  ## the figures of docs/benchmarks.md
	for each in startup ack writer writer_speed claims checks sentiment_quality sentiment_speed; do $(BIN)/python -m benchmarks.$$each || exit 1; done

clean:  ## what was made here, the weights in the user's cache aside
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage build
