"""The JDKs of this machine."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness import Skipped

OLDEST = 17

#: The first whose AOT cache takes classes of any loader and profiles.
NEWEST_CACHE = 25


@dataclass(frozen=True)
class Jdk:
    """A JDK: its home, its feature version and what it calls itself."""

    home: Path
    feature: int
    name: str

    @property
    def java(self):
        """The launcher."""
        return self.home / "bin" / "java"


def parse_version(text):
    """Feature version and full name from what ``java -version`` prints."""
    first = re.search(r'version "(\d+)[^"]*"', text)
    build = re.search(r"\(build ([^)]+)\)", text)
    if not first:
        return None
    vendor = text.splitlines()[1].split("(")[0].strip() if len(text.splitlines()) > 1 else "Java"
    return int(first.group(1)), f"{vendor} {build.group(1) if build else first.group(1)}"


def inspect(home):
    """The Jdk in this directory, or None: a runtime alone cannot build."""
    home = Path(home)
    if not os.access(home / "bin" / "javac", os.X_OK):
        return None
    done = subprocess.run([str(home / "bin" / "java"), "-version"], capture_output=True, text=True, check=False)
    version = parse_version(done.stderr) if done.returncode == 0 else None
    return Jdk(home, *version) if version and version[0] >= OLDEST else None


def candidates():
    """Homes to look at: the one that is set, the one on the PATH, the installed ones."""
    if os.environ.get("JAVA_HOME"):
        yield os.environ["JAVA_HOME"]
    for directory in os.environ.get("PATH", "").split(":"):
        javac = Path(directory) / "javac"
        if javac.exists():
            yield javac.resolve().parent.parent
    place = Path("/usr/lib/jvm")
    yield from sorted(place.iterdir()) if place.is_dir() else ()


def installed(homes):
    """The JDKs to measure on: those named, or the default one and, if that is older, one with AOT caches."""
    if homes:
        found = [inspect(home) for home in homes]
        if None in found:
            raise Skipped(f"not a JDK {OLDEST} or newer: {homes[found.index(None)]}")
        return found
    found = [jdk for jdk in map(inspect, candidates()) if jdk]
    if not found:
        raise Skipped(f"no JDK {OLDEST} or newer was found: install one, or set JAVA_HOME")
    newer = [jdk for jdk in found if jdk.feature >= NEWEST_CACHE]
    return found[:1] if found[0].feature >= NEWEST_CACHE else found[:1] + newer[:1]
