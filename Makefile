# `make run` and `make test` set up what they need: Python 3.11 or newer, pip and make are enough.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
CLIPS ?= ../shared/real/kaleido_clips
WEIGHTS ?=

.PHONY: run test lint parity controls oracle clean

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "s2vbench needs Python 3.11 or newer; name one with make PYTHON=...")'
	@echo "setting up $(VENV) (a few minutes, 6 GB)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

# Real clips where they lie beside the checkout, otherwise clips drawn on the spot. Subjects are looked for in every 40th
# frame with the smallest segmenter: on two cores the published setting would take hours.
run: $(VENV)/ready
	@cases="$(CLIPS)/cases.json"; [ -f "$$cases" ] || cases=$$($(BIN)/python -m tests.clips runs/drawn); \
	$(BIN)/s2vbench run --model kaleido --videos "$$(dirname "$$cases")" --cases "$$cases" --allow-random-weights \
	--frame-stride 40 --segmenter sam_vit_b $(if $(WEIGHTS),--weights "$(WEIGHTS)")

test: $(VENV)/ready
	$(BIN)/python -m pytest -q -n 2

lint: $(VENV)/ready
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python docs/build.py --check

# Networks at full size against stored official scores and against the original packages: many minutes.
parity: $(VENV)/ready
	OMP_NUM_THREADS=2 $(BIN)/python -m pytest -q -s -m parity tests

# Every metric on every control video of the smoke split, with the truth about who is where: minutes.
controls: $(VENV)/ready
	$(BIN)/python -m pytest -q -m controls tests/world

# The official package, live, in an environment of its own (built at first use: 2 minutes, 7 GB).
oracle: $(VENV)/ready
	OMP_NUM_THREADS=2 $(BIN)/python -m pytest -q -m oracle tests/oracle

clean:
	rm -rf $(VENV) runs build dist
