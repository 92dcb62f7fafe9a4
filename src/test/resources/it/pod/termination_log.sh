#!/bin/sh
# Becomes the given command where /dev/termination-log is the file that comes first, as in a pod.
# For root, in a mount namespace of its own: /dev is one for the whole machine, so another one is put in its place.
set -eu
file=$1
shift

mount --make-rprivate /
nodes=$(mktemp -d)
mount --rbind /dev "$nodes"
mount -t tmpfs -o mode=755 tmpfs /dev
for name in null zero full random urandom tty; do
    : > "/dev/$name"
    mount --bind "$nodes/$name" "/dev/$name"
done
umount -l "$nodes"
rmdir "$nodes"

: > /dev/termination-log
mount --bind "$file" /dev/termination-log
exec "$@"
