#!/bin/sh
# Makes a class-data archive of an application in the way it will run: a master and one worker are started, wait until they
# are ready, and stop. What both have loaded by then is in classes.jsa, parsed and verified; see "Class Data Sharing" in the
# documentation of java(1). Start master and workers with -XX:SharedArchiveFile=DIRECTORY/classes.jsa.
#
#     class-archive.sh DIRECTORY [ARGUMENT...]
#
# DIRECTORY holds quarkus-run.jar, packaged with quarkus.package.jar.type=aot-jar; it must have the same path later on. The
# arguments are Prefork's; --ready http=/ has the worker answer a request too. Needs no more than a shell, java and mktemp.
set -eu
directory=$1
shift
jar=$directory/quarkus-run.jar
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

say() {
    echo "class-archive: $*" >&2
}

# Every JVM writes a list of its own, workers and health checks too. The JDK's own archive would hide its classes.
given=${JAVA_TOOL_OPTIONS:-}
export JAVA_TOOL_OPTIONS="$given -Xshare:off -XX:DumpLoadedClassList=$lists/%p"
java -jar "$jar" --workers 1 "$@" &
master=$!
tries=0
until java -jar "$jar" health ready; do
    # 2 is a question that will never have an answer, as when the port of the management interface is any.
    if [ "$?" = 2 ] || [ "$tries" = 120 ] || ! kill -0 "$master" 2>/dev/null; then
        say "$jar did not become ready, so there is no archive: see what it says above"
        kill "$master" 2>/dev/null || true
        # It writes its list as it ends, and would put it back behind the removal.
        wait "$master" || true
        exit 1
    fi
    tries=$((tries + 1))
    sleep 1
done
kill "$master"
wait "$master"
unset JAVA_TOOL_OPTIONS

# Newer JDKs number the classes of a list, and point to the numbers; two lists have two of each. Their names are enough.
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
# Some classes cannot be archived, such as proxies; each would be a warning.
java -Xshare:dump -Xlog:all=error -XX:SharedClassListFile="$lists.all" \
    -XX:SharedArchiveFile="$directory/classes.jsa" -cp "$jar"
