# Two commands do everything on a fresh machine: `make run` and `make test`.
VENV ?= .venv
BIN := $(VENV)/bin
export VENV

.PHONY: help run test lint bench killing corpus soak fault-matrix fuzz resources pictures site dist bundle clean

help:
	@echo "make run        set up, compare the sample port with the sample recording, open the window"
	@echo "make test       set up and run the tests"
	@echo "make lint       check style and types"
	@echo "make bench      measure speed and memory; writes docs/benchmarks/"
	@echo "make killing    kill what writes files at 200 random moments; writes docs/benchmarks/killing.md"
	@echo "make corpus     measure corpora, for an hour; writes docs/benchmarks/corpus.md"
	@echo "make soak       use the window at random for half an hour; writes docs/benchmarks/soak.md"
	@echo "make fault-matrix  inject every fault and see what the diagnosis names; writes docs/fault-matrix.md, takes an hour"
	@echo "make fuzz       damage files of every format, 100,000 a reader (COUNT=1000 for fewer); writes docs/benchmarks/fuzz.md"
	@echo "make pictures   draw the pictures of the documentation again"
	@echo "make site       build the documentation as web pages into build/site"
	@echo "make dist       build wheel and source distribution into build/dist, and check them"
	@echo "make bundle     build the program as one file, build/bundle/framescope, and start it once"
	@echo "make resources  make the shipped recording, encoder, port and colours again"
	@echo "make clean      remove what the others made"

run: $(VENV)/ready-gui
	@mkdir -p build
	FRAMESCOPE_ENCODER=stand-in $(BIN)/framescope run resources/sample.flac
	@echo
	FRAMESCOPE_ENCODER=stand-in $(BIN)/framescope compare resources/sample_port --html build/report.html || test $$? = 1
	@echo
	@echo "The comparison with pictures: build/report.html"
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		echo "Opening the window on the sample recording and the sample port"; \
		FRAMESCOPE_ENCODER=stand-in $(BIN)/framescope resources/sample.flac --port resources/sample_port; \
	else \
		FRAMESCOPE_ENCODER=stand-in $(BIN)/framescope render resources/sample.flac --port resources/sample_port -o build/window.png && \
		echo "There is no display: the window as a picture is build/window.png"; \
	fi

test: $(VENV)/ready-test
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest $(PYTEST_OPTIONS)

lint: $(VENV)/ready-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d build/doctrees docs build/site
	$(BIN)/mypy

bench: $(VENV)/ready-bench
	@mkdir -p docs/benchmarks
	$(BIN)/python benchmarks/pipeline.py docs/benchmarks/pipeline.md
	$(BIN)/python benchmarks/comparison.py docs/benchmarks/comparison.md
	$(BIN)/python benchmarks/window.py docs/benchmarks/window.md
	$(BIN)/python benchmarks/drawing.py docs/benchmarks/drawing.md
	$(BIN)/python benchmarks/comparing.py docs/benchmarks/comparing.md
	$(BIN)/python benchmarks/watching.py docs/benchmarks/watching.md
	PYTHONPATH=tests $(BIN)/python benchmarks/rewriting.py --report docs/benchmarks/rewriting.md
	$(BIN)/python benchmarks/live.py docs/benchmarks/live.md
	$(BIN)/python benchmarks/playback.py docs/benchmarks/playback.md
	$(BIN)/python benchmarks/opening.py docs/benchmarks/opening.md

killing: $(VENV)/ready-test
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=tests $(BIN)/python benchmarks/killing.py --report docs/benchmarks/killing.md

corpus: $(VENV)/ready-test
	for part in rate growth memory made kills engines report; do \
		OPENBLAS_NUM_THREADS=1 PYTHONPATH=tests $(BIN)/python benchmarks/corpus.py $$part || exit 1; done

soak: $(VENV)/ready-bench
	$(BIN)/python benchmarks/soak.py --report docs/benchmarks/soak.md $(SOAK_OPTIONS)

fault-matrix: $(VENV)/ready-test
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=tests $(BIN)/python benchmarks/fault_matrix.py docs/fault-matrix.md

fuzz: $(VENV)/ready-test
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=tests $(BIN)/python benchmarks/fuzz.py --count $(or $(COUNT),100000) --report docs/benchmarks/fuzz.md

pictures: $(VENV)/ready-gui
	FRAMESCOPE_ENCODER=stand-in $(BIN)/python resources/make_pictures.py

site: $(VENV)/ready-site
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d build/doctrees docs build/site

dist: $(VENV)/ready-dist
	rm -rf build/dist build/lib
	$(BIN)/python -m build --quiet --outdir build/dist .
	$(BIN)/twine check --strict build/dist/*
	$(BIN)/check-wheel-contents build/dist/*.whl
	$(BIN)/validate-pyproject pyproject.toml

bundle: $(VENV)/ready-bundle
	sh .ci/bundle

resources: $(VENV)/ready-test $(VENV)/ready-shell
	$(BIN)/python resources/make_sample.py
	$(BIN)/python resources/make_encoder.py
	$(BIN)/python resources/make_port.py
	$(BIN)/python resources/make_colours.py
	$(BIN)/python resources/make_recipe_page.py
	$(BIN)/python resources/make_module_page.py
	$(BIN)/python resources/make_shell.py
	$(BIN)/python resources/make_examples.py
	$(BIN)/python resources/make_description.py

$(VENV)/ready-%: pyproject.toml
	@sh .ci/setup $*

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
