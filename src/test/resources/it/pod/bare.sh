#!/bin/sh
# Becomes the given command in the barest container: every file system read-only, a user without a name, no capability,
# no terminal. With --no-shell as the first word there is no shell either that could be executed, with --one-shell only /bin/sh.
# For root, in PID and mount namespaces of its own.
set -eu
user=10123

mount --make-rprivate /

hidden() {
    [ "$option" = --no-shell ] || ! [ "$1" -ef /bin/sh ]
}

option=$1
if [ "$option" = --no-shell ] || [ "$option" = --one-shell ]; then
    shift
    for directory in /bin /usr/bin /usr/local/bin; do
        for name in sh bash dash ash ksh mksh zsh busybox; do
            if [ -e "$directory/$name" ] && hidden "$directory/$name"; then mount --bind /dev/null "$directory/$name"; fi
        done
    done
fi

mounts=$(cat /proc/self/mountinfo)
printf '%s\n' "$mounts" | while read -r _ _ _ _ place _; do
    # What a later mount hides cannot be reached, neither by mount(8) nor by anybody else. Spaces are written as \040.
    mount -o remount,ro,bind "$(printf '%b' "$place")" 2>/dev/null || true
done

as_nobody() {
    setpriv --reuid="$user" --regid=0 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@"
}

# find(1) asks access(2). Nothing in the way of the tests themselves may make this easier than a pod.
writable=$(as_nobody find / "$PWD" -maxdepth 3 -path /proc -prune -o -type d -writable -print 2>/dev/null || true)
if [ -n "$writable" ]; then
    echo "not bare: $writable can be written" >&2
    exit 99
fi

export HOME=/
exec setsid setpriv --reuid="$user" --regid=0 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@"
