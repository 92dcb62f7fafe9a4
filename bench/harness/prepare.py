"""Installs and builds what is measured, and does not repeat what is up to date. Everything built is below target/bench."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from harness import BenchFailure, Skipped

TOP = Path(__file__).resolve().parent.parent.parent
BENCH = TOP / "bench"
PLACE = TOP / "target" / "bench"
APPLICATION = TOP / "target" / "quarkus-app"

#: Programs by the Debian packages that have them. The compiler alone is no use without fasthttp's sources.
PACKAGES = {
    "wrk": ("wrk",),
    "nginx": ("nginx-light",),
    "gunicorn": ("gunicorn",),
    "uwsgi-core": ("uwsgi-core", "uwsgi-plugin-python3"),
    "uvicorn": ("uvicorn",),
    "node": ("nodejs",),
    "go": ("golang-go", "golang-github-valyala-fasthttp-dev"),
}

GO_SOURCES = Path("/usr/share/gocode")

#: What a build for measuring does not need.
WITHOUT_TESTS = ("-Dmaven.test.skip=true", "-Dspotless.check.skip=true")

VERSIONS = ("quarkus.version", "compiler-plugin.version", "jar-plugin.version", "resources-plugin.version")


def find(program):
    """The program's path, also where only root has it on the PATH; None without it."""
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def require(program):
    """The program's path; skips what needs it when there is none."""
    path = find(program)
    if not path:
        raise Skipped(f"{program} is not installed (Debian: {' '.join(PACKAGES.get(program, (program,)))})")
    return path


def install(say):
    """Installs missing peers with apt-get, where this user may. What stays away is skipped later, and said in the report."""
    missing = [package for program, packages in PACKAGES.items() if not find(program) for package in packages]
    if not missing:
        return
    admin = [] if os.getuid() == 0 else ["sudo", "-n"]
    if not find("apt-get") or subprocess.run(admin + ["true"], check=False, capture_output=True).returncode != 0:
        say(f"cannot install without apt-get and root, so rows go without: {' '.join(missing)}")
        return
    say(f"installing: {' '.join(missing)}")
    quiet = admin + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120"]
    subprocess.run(quiet + ["update"], check=False, capture_output=True)
    for package in missing:
        done = subprocess.run(quiet + ["install", "--no-install-recommends", package], check=False, capture_output=True)
        if done.returncode != 0:
            say(f"package {package} could not be installed")


def run(command, log, **options):
    """Runs a build step; its output is shown only when it fails."""
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(done.stdout, encoding="utf-8")
    if done.returncode != 0:
        raise BenchFailure(f"{command[0]} failed with {done.returncode}, see {log.relative_to(TOP)}: {done.stdout[-1500:]}")


def stamp(*sources):
    """What the sources are: their names and contents, in one number."""
    digest = hashlib.sha256()
    for source in sources:
        files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
        for file in files:
            digest.update(str(file.name).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def once(target, sources, build):
    """Builds the target unless it is there, made from the same sources, and was not built by others since."""
    mark = PLACE / f"{target.name}.stamp"
    wanted = stamp(*sources)
    if target.exists() and mark.exists() and mark.read_text(encoding="utf-8") == f"{wanted} {target.stat().st_mtime_ns}":
        return target
    PLACE.mkdir(parents=True, exist_ok=True)
    build()
    mark.write_text(f"{wanted} {target.stat().st_mtime_ns}", encoding="utf-8")
    return target


def prefork(java_home, say):
    """This project's own jar, of the sources as they are."""

    def build():
        say("building Prefork")
        run(["./mvnw", "-B", "-q", "package", *WITHOUT_TESTS], PLACE / "prefork.log", cwd=TOP, env=maven(java_home))

    return once(APPLICATION, [TOP / "pom.xml", TOP / "src" / "main"], build)


def maven(java_home):
    """The environment of a Maven: this JDK, and no options of an outer one."""
    environment = {name: value for name, value in os.environ.items() if name not in ("MAVEN_ARGS", "MAVEN_OPTS")}
    return {**environment, "JAVA_HOME": str(java_home)}


def quarkus(project, name, java_home, say, *options):
    """The jar of one of the bench's own applications, which may depend on Prefork's artifact of this build."""
    target = PLACE / name
    pom = (TOP / "pom.xml").read_text(encoding="utf-8")
    version = property_of(pom, "version")
    sources = [BENCH / project, TOP / "pom.xml"]
    deployed = PLACE / "deployed"
    if "-Pprefork" in options:
        prefork(java_home, say)
        sources.append(TOP / "target" / f"prefork-{version}.jar")

    def build():
        say(f"building {name}")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(BENCH / project, target)
        if "-Pprefork" in options:
            deploy(deployed, version)
        known = Path.home() / ".m2" / "repository"
        command = [TOP / "mvnw", "-B", "-q", "package", f"-Dmaven.repo.local={PLACE / 'repository'}"]
        command += [f"-Dprefork.repository={deployed.as_uri()}", f"-Dknown.repository={known.as_uri()}"]
        command += [f"-Dprefork.version={version}"] + [f"-D{key}={property_of(pom, key)}" for key in VERSIONS]
        run(command + list(options), PLACE / f"{name}.log", cwd=target, env=maven(java_home))

    return once(target, sources, build) / "target" / "quarkus-app" / "quarkus-run.jar"


def deploy(repository, version):
    """Puts Prefork's artifact of this build into a repository of files."""
    shutil.rmtree(repository, ignore_errors=True)
    # Maven does not fetch a snapshot again from a repository without dates.
    shutil.rmtree(PLACE / "repository" / "dev" / "prefork", ignore_errors=True)
    place = repository / "dev" / "prefork" / "prefork" / version
    place.mkdir(parents=True)
    shutil.copy(TOP / "target" / f"prefork-{version}.jar", place)
    shutil.copy(TOP / "pom.xml", place / f"prefork-{version}.pom")


def property_of(pom, name):
    """The text of the first element of this name."""
    return re.search(f"<{re.escape(name)}>(.*?)</{re.escape(name)}>", pom).group(1)


def fasthttp(say):
    """The fasthttp server, from Debian's Go packages, which need no network."""
    go = require("go")
    if not (GO_SOURCES / "src" / "github.com" / "valyala" / "fasthttp").is_dir():
        raise Skipped("fasthttp is not installed (Debian: golang-github-valyala-fasthttp-dev)")
    target = PLACE / "fasthttp"

    def build():
        say("building fasthttp")
        environment = {**os.environ, "GOPATH": str(GO_SOURCES), "GO111MODULE": "off", "GOFLAGS": "", "GOCACHE": str(PLACE / "go")}
        run([go, "build", "-o", target, BENCH / "peers" / "fasthttp.go"], PLACE / "fasthttp.log", env=environment)

    return once(target, [BENCH / "peers" / "fasthttp.go"], build)
