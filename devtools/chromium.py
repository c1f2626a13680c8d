"""Bring the browser that the tests drive."""

from __future__ import annotations

import os
import shutil
import subprocess

from devtools import PYTHON, Failure, say
from devtools.run import apt_install, child_env, run_long

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHTS_OWN = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)


def bring_chromium() -> str:
    """The path of a Chromium that starts: $CHROMIUM, one installed, Debian's, else Playwright's own.

    Raises Failure where there is none and none can be had.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found and starts(found):
            return found
        raise Failure(f"CHROMIUM is {named}, which does not start. Name a Chromium, or unset it.")
    found = installed() or playwrights_own() or debians() or fetched()
    if found is None:
        raise Failure(
            f"Playwright's Chromium does not start. Run `sudo {PYTHON} -m playwright install-deps chromium`, "
            "then this again."
        )
    return found


def installed() -> str | None:
    """A Chromium on PATH, or an application of macOS."""
    found = filter(None, map(shutil.which, (*NAMES, *APPS)))
    return next(filter(starts, found), None)


def playwrights_own() -> str | None:
    """The one that Playwright fetched before."""
    command = [str(PYTHON), "-c", PLAYWRIGHTS_OWN]
    done = subprocess.run(command, capture_output=True, text=True, env=child_env(), check=False)
    path = done.stdout.strip()
    return path if path and starts(path) else None


def debians() -> str | None:
    """The one that Debian packages; Ubuntu has no such package."""
    try:
        return installed() if apt_install("chromium") else None
    except Failure as problem:
        say(str(problem))
        return None


def fetched() -> str | None:
    """Playwright's own, fetched now."""
    run_long("fetching Playwright's Chromium", [str(PYTHON), "-m", "playwright", "install", "chromium"])
    return playwrights_own()


def starts(path: str) -> bool:
    """Whether it runs at all: Ubuntu's chromium-browser may only tell one to install a snap."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
