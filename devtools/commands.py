"""The commands of ``dev.py``."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
from typing import Callable

from devtools import PYTHON, ROOT, VENV, Failure, say
from devtools.chromium import bring_chromium
from devtools.run import call, child_env
from devtools.venv import BASE, DEV, prepare

HELP = """\
Usage: python3 dev.py COMMAND [ARGS...]

  demo         make a sample site in a new folder and mail its newsletter into a Maildir
  serve        run the site's web server
  newsletter   run any newsletter command: dev.py newsletter item kinds
  test         run the tests; ARGS go to pytest: dev.py test -k inline
  lint         run ruff, mypy --strict and import-linter
  soak         kill senders 1,000 times, print what became of their mailings, and try other orders of everything
  bench        run the benchmarks, or those named: dev.py bench render
  lock         remake requirements/*.lock with uv; ARGS go to uv: dev.py lock --upgrade

The first run makes .venv beside this file; it may be deleted at any time."""

LINTERS = {
    "ruff check": [str(PYTHON), "-m", "ruff", "check", "."],
    "ruff format": [str(PYTHON), "-m", "ruff", "format", "--check", "."],
    "mypy": [str(PYTHON), "-m", "mypy", "--strict"],
    "import-linter": [str(VENV / "bin" / "lint-imports")],
}


def main(argv: list[str]) -> int:
    """Run one command; its exit code (2: no such command, 130: interrupted)."""
    try:
        if not argv or argv[0] in ("-h", "--help", "help"):
            print(HELP)
            return 0
        command = COMMANDS.get(argv[0])
        if command is None:
            raise Failure(no_such("command", argv[0], list(COMMANDS)), code=2)
        return command(argv[1:])
    except Failure as problem:
        say(str(problem))
        return problem.code
    except OSError as problem:
        say(f"{problem.filename or argv[0]}: {problem.strerror or problem}")
        return 1
    except KeyboardInterrupt:
        return 130


def no_such(what: str, word: str, known: list[str]) -> str:
    """The message for a word that is not known, with the nearest one that is."""
    near = difflib.get_close_matches(word, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}."
    return f"no {what} {word!r}; {hint}"


def newsletter(args: list[str]) -> int:
    """Become the newsletter command, in the folder one is in, so that signals and exit code are its own."""
    prepare(BASE)
    command = [str(PYTHON), str(VENV / "bin" / "newsletter"), *args]
    sys.stdout.flush()
    os.execve(command[0], command, child_env())


def demo(args: list[str]) -> int:
    return newsletter(["demo", *args])


def serve(args: list[str]) -> int:
    return newsletter(["serve", *args])


def test(args: list[str]) -> int:
    prepare(DEV)
    extra = {"PYTHONDONTWRITEBYTECODE": ""}  # hundreds of processes start: what they import is compiled once
    try:
        extra["CHROMIUM"] = bring_chromium()
    except Failure as problem:
        if os.environ.get("CI") == "true" or os.environ.get("CHROMIUM"):
            raise
        say(f"the tests that need Chromium are skipped: {problem}")
    # One more worker than there are cores, because tests wait for browsers, servers and clocks, too. Each has its part
    # of the files, so that what a file sets up is set up once, and helps out in the end.
    workers = str((os.cpu_count() or 1) + 1)
    return call([str(PYTHON), "-m", "pytest", "-n", workers, "--dist", "worksteal", *args], **extra)


def lint(args: list[str]) -> int:
    if args:
        raise Failure("lint takes no arguments.", code=2)
    prepare(DEV)
    failed = []
    for name, command in LINTERS.items():
        print("== " + name, flush=True)
        code = call(command)
        if code == 130:
            return code
        if code:
            failed.append(name)
    say(f"lint failed: {', '.join(failed)}" if failed else "lint: all clean")
    return 1 if failed else 0


def bench(args: list[str]) -> int:
    known = {path.stem[len("bench_") :]: path for path in sorted((ROOT / "benchmarks").glob("bench_*.py"))}
    if not known:
        raise Failure("there are no benchmarks/bench_*.py.")
    options = [arg for arg in args if arg.startswith("-")]
    named = [arg for arg in args if arg not in options]
    for name in named:
        if name not in known:
            raise Failure(no_such("benchmark", name, list(known)), code=2)
    prepare(DEV)
    failed = []
    for name in named or known:
        print("== " + name, flush=True)
        code = call([str(PYTHON), str(known[name]), *options])
        if code == 130:
            return code
        if code:
            failed.append(name)
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def soak(args: list[str]) -> int:
    prepare(DEV)
    machine = [str(PYTHON), "-m", "pytest", "-q", "tests/proof/test_machine.py", "--hypothesis-profile=soak"]
    return call([str(PYTHON), "-m", "tests.proof.soak", *args]) or call(machine)


def lock(args: list[str]) -> int:
    """Remake the locks: base.lock for who runs it, dev.lock, held to the same pins, for who works on it."""
    uv = shutil.which("uv")
    if uv is None:
        raise Failure("lock needs uv on PATH; install uv, then run this again.")
    compile_ = [uv, "pip", "compile", "--quiet", "pyproject.toml", "--universal", "--python-version", "3.11"]
    plain = ["--generate-hashes", "--no-emit-index-url", *args]
    base, dev = "requirements/" + BASE, "requirements/" + DEV
    return call([*compile_, *plain, "-o", base]) or call([*compile_, "--group", "dev", "-c", base, *plain, "-o", dev])


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "serve": serve,
    "newsletter": newsletter,
    "test": test,
    "lint": lint,
    "soak": soak,
    "bench": bench,
    "lock": lock,
}
