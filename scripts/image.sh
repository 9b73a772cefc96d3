#!/usr/bin/env bash
# Builds the container image with Docker. Where no Docker runs it proves that the Dockerfile builds and that the image
# works, without any image registry: on a base of this system's own packages (debootstrap), with buildah.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tag=industrial-zone-registry
work=$PWD/.local/image

main() {
    if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
        echo "Building $tag with Docker"
        exec docker build --tag "$tag" .
    fi
    if ((EUID)); then
        echo "Docker does not run here, and proving the build without it takes root." >&2
        exit 1
    fi
    echo "Docker does not run here: proving that the Dockerfile builds, with buildah on a base of debootstrap's."
    echo "Nothing of it can be pulled or pushed; it stays in $work until \`make clean\`."
    trap clear_containers EXIT
    make_base
    build
    try_out
}

storage() {
    buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"
}

make_base() {
    if storage inspect --type image base >/dev/null 2>&1; then return; fi
    local files=$work/base container name
    echo "Making the base image with debootstrap"
    rm -rf "$files"
    mkdir -p "$files"
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
        "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$files" >"$work/debootstrap.log" 2>&1 ||
        { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
    container=$(storage from scratch)
    storage add --quiet "$container" "$files" / >/dev/null
    # What lets this machine reach its package indexes, a company's proxy say, must reach the build as well.
    for name in SSL_CERT_FILE NODE_EXTRA_CA_CERTS http_proxy https_proxy no_proxy; do
        if [[ -n ${!name:-} ]]; then storage config --env "$name=${!name}" "$container"; fi
    done
    storage commit --quiet --rm "$container" base >/dev/null
    rm -rf "$files"
}

build() {
    local options=(--isolation chroot --format docker --pull-never --layers=false --build-arg BASE=localhost/base) name
    options+=(--volume /etc/ssl/certs:/etc/ssl/certs:ro)
    for name in /etc/pip.conf /etc/npmrc /usr/share/ca-certificates /usr/local/share/ca-certificates; do
        if [[ -e $name ]]; then options+=(--volume "$name:$name:ro"); fi
    done
    echo "Building $tag"
    storage bud "${options[@]}" --tag "$tag" . >"$work/build.log" 2>&1 ||
        { tail -n 30 "$work/build.log" >&2; echo "All of its output: $work/build.log" >&2; exit 1; }
}

# The image as it would run: its user, its files, and a service that lives though its database is away.
try_out() {
    local container
    echo "Trying the image"
    container=$(storage from --pull-never "localhost/$tag")
    storage run --isolation chroot "$container" -- sh -eu -c '
        test "$(id -u)" = 10001
        ! touch /app/probe 2>/dev/null
        test -e node_modules/leaflet/dist/leaflet.js
        test -e data/facts.csv
        export HOST=127.0.0.1 PORT=$(python -c "import socket as s; l = s.socket(); l.bind((\"\", 0)); print(l.getsockname()[1])")
        DATABASE_URL="postgresql:///registry?host=/nowhere" zones serve >/tmp/served 2>&1 &
        for attempt in $(seq 100); do
            python -c "import urllib.request as u; u.urlopen(\"http://$HOST:$PORT/health/live\")" 2>/dev/null && break
            sleep 0.2
        done
        kill $!
        test "$attempt" -lt 100 || { cat /tmp/served; exit 1; }
        du -sh /app | sed "s|/app|of it is the registry|"
    '
    echo "The image builds, and the service in it is alive."
}

clear_containers() {
    storage rm --all >/dev/null 2>&1 || true
}

main
