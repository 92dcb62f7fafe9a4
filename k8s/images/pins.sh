#!/bin/sh
# Looks up what the tags of a Dockerfile's base images mean today, and prints it as options of docker build:
#
#     pins=$(k8s/images/pins.sh Dockerfile.native) && docker buildx build $pins -f Dockerfile.native .
#
# A base image is named by an ARG whose name ends with _IMAGE. Each becomes --build-arg NAME=IMAGE:TAG@sha256:..., by the index for all
# architectures, so that the same option serves each of them. Options of docker buildx imagetools are taken from the variable
# IMAGETOOLS_OPTIONS. Needs docker with buildx, or what DOCKER names, and a registry that answers.
set -eu

fail() {
    echo "pins: $*" >&2
    exit 1
}

[ "$#" = 1 ] && [ -r "$1" ] || fail "give the Dockerfile: k8s/images/pins.sh Dockerfile.native"
found=
while IFS=' =' read -r word name image; do
    case "$word $name" in
        "ARG "*_IMAGE) ;;
        *) continue ;;
    esac
    # An image of one's own is pinned by who names it.
    case $image in
        */*) ;;
        *) continue ;;
    esac
    # shellcheck disable=SC2086 # Words of their own.
    digest=$("${DOCKER:-docker}" buildx imagetools inspect ${IMAGETOOLS_OPTIONS:-} --format '{{.Manifest.Digest}}' "${image%@*}" </dev/null) ||
        fail "$image cannot be looked up; is the registry reachable?"
    case $digest in
        sha256:????????????????????????????????????????????????????????????????) ;;
        *) fail "$image: the answer is not a digest: $digest" ;;
    esac
    found=yes
    printf -- '--build-arg %s=%s@%s\n' "$name" "${image%@*}" "$digest"
done <"$1"
[ -n "$found" ] || fail "$1 has no ARG whose name ends with _IMAGE"
