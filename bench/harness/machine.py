"""What the figures were measured on: nothing that names the machine, its users or its directories."""

import os
import platform
import re
import subprocess
import time
from datetime import datetime, timezone

from harness import prepare, processes


def first_match(pattern, text, otherwise="unknown"):
    """The first group of the first match."""
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1).strip() if found else otherwise


def read(path):
    """A file's text, or nothing where it is missing."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def output(*command):
    """What a program prints about itself, or nothing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=prepare.TOP, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def commit():
    """The commit, marked when the tree has changes."""
    git = ("git", "-c", "safe.directory=*")
    name = output(*git, "rev-parse", "--short=10", "HEAD").strip()
    if not re.fullmatch(r"[0-9a-f]{10,40}", name):
        return "unknown"
    changed = output(*git, "status", "--porcelain", "--untracked-files=no", "--", "src", "bench", "pom.xml").strip()
    return name + (" with changes" if changed else "")


def quarkus():
    """The version that Prefork and the plain peers are built with."""
    return prepare.property_of(read(prepare.TOP / "pom.xml"), "quarkus.version")


def versions():
    """Peers that are installed, by what they say of themselves."""
    fasthttp = output("dpkg-query", "-W", "-f", "${Version}", "golang-github-valyala-fasthttp-dev")
    found = {
        "Quarkus": quarkus(),
        "wrk": first_match(r"wrk (\S+)", output(prepare.find("wrk") or "wrk", "-v"), ""),
        "nginx": first_match(r"nginx/(\S+)", output(prepare.find("nginx") or "nginx", "-v"), ""),
        "gunicorn": first_match(r"version ([\d.]+)", output(prepare.find("gunicorn") or "gunicorn", "--version"), ""),
        "uWSGI": first_match(r"^([\d.]+)", output(prepare.find("uwsgi-core") or "uwsgi-core", "--version"), ""),
        "node": first_match(r"v([\d.]+)", output(prepare.find("node") or "node", "--version"), ""),
        "Go": first_match(r"go version go(\S+)", output(prepare.find("go") or "go", "version"), ""),
        "fasthttp": first_match(r"^(?:\d+:)?(\d[\d.]*)", fasthttp, ""),
    }
    return {name: version for name, version in found.items() if version}


def describe(jdks):
    """The lines of the report's table, in order."""
    memory = int(first_match(r"^MemTotal:\s+(\d+)", read("/proc/meminfo"), "0")) * 1024 / 1e9
    cpuinfo = read("/proc/cpuinfo")
    return {
        "CPU": first_match(r"^(?:model name|Model)\s*:\s*(.*)$", cpuinfo, platform.machine()),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.1f} GB",
        "kernel": first_match(r"^(\d+\.\d+\.\d+)", platform.release(), platform.release()),
        "system": first_match(r'^PRETTY_NAME="?([^"\n]*)', read("/etc/os-release")),
        "JDKs": ", ".join(jdk.name for jdk in jdks),
        "versions": ", ".join(f"{name} {version}" for name, version in versions().items()),
    }


def moment():
    """Now, as a date and minutes in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def busy(seconds=1.0):
    """How many cores other processes keep busy now. The load average would still have the row before."""
    before = busy_seconds(read("/proc/stat"))
    time.sleep(seconds)
    return (busy_seconds(read("/proc/stat")) - before) / seconds


def busy_seconds(text):
    """The CPU time that was not idle, of all cores, steal time included; see /proc/stat in proc(5)."""
    user, nice, system, _idle, _wait, interrupts, soft, steal = map(int, text.split("\n")[0].split()[1:9])
    return (user + nice + system + interrupts + soft + steal) / processes.TICKS
