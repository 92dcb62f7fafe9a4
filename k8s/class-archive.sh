#!/bin/sh
# Creates a class-data archive of an application by running it: a master and one worker are started, become ready and are
# stopped. The classes that both have loaded by then are stored in classes.jsa, parsed and verified; see "Class Data Sharing"
# in the documentation of java(1). bin/prefork starts the master from DIRECTORY/classes.jsa, and a master its workers.
#
#     class-archive.sh DIRECTORY [ARGUMENT...]
#
# DIRECTORY holds quarkus-run.jar, packaged with quarkus.package.jar.type=aot-jar; it must have the same path later on. The
# arguments are Prefork's; with --ready http=/ the worker answers a request too. Needs only a shell, java and mktemp.
set -eu
directory=$1
shift
jar=$directory/quarkus-run.jar
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

say() {
    echo "class-archive: $*" >&2
}

# Every JVM writes its own list, including workers and health checks. The JDK's own archive would hide its classes.
given=${JAVA_TOOL_OPTIONS:-}
export PREFORK_BOOT_CACHE=off
export JAVA_TOOL_OPTIONS="$given -Xshare:off -XX:DumpLoadedClassList=$lists/%p"
java -jar "$jar" --workers 1 "$@" &
master=$!
tries=0
until java -jar "$jar" health ready; do
    # Exit code 2 is a usage error that retrying cannot fix, such as management port 0.
    if [ "$?" = 2 ] || [ "$tries" = 120 ] || ! kill -0 "$master" 2>/dev/null; then
        say "$jar did not become ready, so there is no archive: see its output above"
        kill "$master" 2>/dev/null || true
        # It writes its list on exit, which would recreate the file after the removal.
        wait "$master" || true
        exit 1
    fi
    tries=$((tries + 1))
    sleep 1
done
kill "$master"
wait "$master"
unset JAVA_TOOL_OPTIONS

# Newer JDKs number the classes of a list and refer to the numbers, which clash between lists. The names are enough.
for list in "$lists"/*; do
    while read -r word rest; do
        case $word in
            '#'* | @cp) ;;
            @*) printf '%s %s\n' "$word" "$rest" ;;
            *) printf '%s\n' "$word" ;;
        esac
    done <"$list"
done >"$lists.all"
trap 'rm -rf "$lists" "$lists.all"' EXIT
# Some classes, such as proxies, cannot be archived; each would print a warning.
java -Xshare:dump -Xlog:all=error -XX:SharedClassListFile="$lists.all" \
    -XX:SharedArchiveFile="$directory/classes.jsa" -cp "$jar"
