"""Run other programs: as they are, or a long one with its progress shown and its reason told where it fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from devtools import ROOT, VENV, Failure, say

ASTRAY = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_QUIET")
UNREACHABLE = re.compile(
    r"NewConnectionError|NameResolutionError|Max retries|name resolution|dns error|error sending request|timed out"
    r"|Connection refused|Connection reset|ProxyError|unreachable|nodename nor servname|ssl certificate"
    r"|certificate verify failed|Could not connect|Could not resolve|Temporary failure"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT",
    re.IGNORECASE,
)
PACKAGE = re.compile(r"(?:Collecting|Requirement already satisfied:|Ignoring) ([\w.-]+)")
STEP = re.compile(r"Installing collected|Get:|Unpacking |Setting up |Prepared |Downloading (?!.*\.whl)|\|")
ERROR = re.compile(r"(?:ERROR|error|E|Error|cause|Caused by)\b\W+(.*)")


def child_env(**extra: str) -> dict[str, str]:
    """The environment of children: .venv first on PATH, and nothing that leads Python or pip elsewhere."""
    env = {name: value for name, value in os.environ.items() if name not in ASTRAY}
    path = str(VENV / "bin") + os.pathsep + env.get("PATH", os.defpath)
    return {**env, "VIRTUAL_ENV": str(VENV), "PATH": path, **extra}


def call(command: list[str], **extra: str) -> int:
    """Run in the checkout; the exit code. On Ctrl-C the child, which gets it too, may finish what it says."""
    process = subprocess.Popen(command, env=child_env(**extra), cwd=str(ROOT))
    interrupted = False
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            interrupted = True
            continue
        return 130 if interrupted else code if code >= 0 else 128 - code


def run_long(what: str, command: list[str], *, total: int = 0, held: int | None = None, **extra: str) -> None:
    """Run a long command quietly, showing how far it is.

    `total` is the number of packages to expect; `held` a file that stays locked as long as the command
    runs, even if this process is killed. Raises Failure with the reason where the command fails.
    """
    say(what + " ...")
    lines: list[str] = []
    packages = 0
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=child_env(LANGUAGE="C", **extra),
        cwd=str(ROOT),
        pass_fds=() if held is None else (held,),
    )
    assert process.stdout is not None
    try:
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").strip()
            lines.append(line)
            package = PACKAGE.match(line)
            if package:
                packages += 1
                of = f" of {total}" if total else ""
                show(f"{what}: {packages}{of}, {package.group(1)}", log=packages % 10 == 0)
            elif STEP.match(line):
                show(f"{what}: {line}", log=False)
            elif "Retrying (" in line:
                show(f"{what}: no answer yet, trying again", log=False)
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    finally:
        process.stdout.close()
        show("", log=False)
    if code:
        raise Failure(f"{what} failed: {explain(lines)}")


def show(text: str, *, log: bool) -> None:
    """Progress: one line that is written over on a terminal; elsewhere a line where `log` says so."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[K" + text[:width])
        sys.stderr.flush()
    elif log:
        say(text[:120])


def explain(lines: list[str]) -> str:
    """Why a package client gave up, in one line."""
    if any(UNREACHABLE.search(line) for line in lines):
        return "the server cannot be reached. Check network, proxy and certificates, then run this again."
    errors = [match.group(1) for match in map(ERROR.match, lines) if match]
    return " ".join(errors[-3:] or [line for line in lines if line][-3:]) or "it gave no reason."


def apt_install(*packages: str) -> bool:
    """Install Debian's packages; False where that is not possible without asking (not root, not Debian)."""
    if os.geteuid() != 0 or not os.path.exists("/etc/debian_version") or not shutil.which("apt-get"):
        return False
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]
    run_long("reading Debian's package lists", [*apt, "update"], DEBIAN_FRONTEND="noninteractive")
    what = "installing Debian's " + " ".join(packages)
    run_long(what, [*apt, "install", "-y", *packages], DEBIAN_FRONTEND="noninteractive")
    return True
