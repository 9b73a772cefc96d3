#!/usr/bin/env bash
# Makes this checkout ready: system packages, Python environment, browser assets.
#
#   scripts/setup.sh run     what it takes to run the registry
#   scripts/setup.sh test    the same, with the tools of the tests
#   scripts/setup.sh qgis    the same, with QGIS for its own tests
#   scripts/setup.sh bench   what it takes to run it, with the load generator of the comparison
#   scripts/setup.sh image   what proves the Dockerfile where no Docker runs
#
# Says what each long step does, and nothing where nothing is to do. Packages are installed with apt, as root or by
# sudo; where that cannot be, it stops before the first long step and names them.
set -euo pipefail
shopt -s nullglob

mode=${1:-run} with_qgis=""
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
log=.local/setup.log
oldest_python=3.11
begun="" child="" uninterrupted=""
cd "$root"

main() {
    case $mode in run | test | qgis | bench | image) ;; *) fail "Usage: scripts/setup.sh run|test|qgis|bench|image" ;; esac
    if [[ $mode == qgis ]]; then mode=test with_qgis=yes; fi
    mkdir -p .local
    [[ -w .local ]] || fail "$root/.local belongs to $(stat -c %U .local). Run as that user, as the first time."
    exec 9>.local/setup.lock # one set-up at a time; the others then find it done
    flock 9

    local packages=() missing=()
    find_missing
    if ((${#packages[@]})); then install_packages; fi
    [[ $mode == image ]] && return
    make_environment
    fetch_assets
    press_assets
}

# --- system packages ---

# Fills `packages` (for apt) and `missing` (for people).
find_missing() {
    if [[ $mode == image ]]; then
        docker_runs && return
        need debootstrap debootstrap debootstrap
        need buildah buildah buildah
        return
    fi
    if ! environment_works; then
        if ! command -v python3 >/dev/null; then
            add "python3 python3-venv" "Python"
        else
            check_python
            python3 -c "import ensurepip, venv" 2>/dev/null || add python3-venv "Python's venv module"
        fi
    fi
    if ! has_postgis && [[ $mode != run || -z ${DATABASE_URL:-} ]]; then
        add "$(postgis_package)" "PostgreSQL with PostGIS"
    fi
    if [[ $mode == bench ]]; then need wrk wrk "wrk, which makes load"; fi
    if [[ $mode == test ]]; then
        command -v chromium >/dev/null || need chromium-browser "$(chromium_package)" Chromium
        need ogrinfo gdal-bin "GDAL's commands"
        need soffice libreoffice-calc-nogui "LibreOffice Calc"
    fi
    # PyQGIS belongs to the system's own Python; the providers read services, and bring the table of systems.
    if [[ $with_qgis ]] && ! /usr/bin/python3 -c "import qgis.core" 2>/dev/null; then
        add "python3-qgis qgis-providers" "QGIS for Python"
    fi
}

need() { # command, package, name for people
    command -v "$1" >/dev/null || add "$2" "$3"
}

add() { # packages, name for people
    read -ra words <<<"$1"
    packages+=("${words[@]}")
    missing+=("$2")
}

docker_runs() {
    command -v docker >/dev/null && docker info >/dev/null 2>&1
}

has_postgis() {
    local programs version
    for programs in /usr/lib/postgresql/*/bin; do
        version=$(basename "$(dirname "$programs")")
        [[ -x $programs/initdb && -e /usr/share/postgresql/$version/extension/postgis.control ]] && return
    done
    return 1
}

# The one for a server that is here already, else the distribution's own.
postgis_package() {
    local programs version
    for programs in /usr/lib/postgresql/*/bin/initdb; do
        version=$(basename "$(dirname "$(dirname "$programs")")")
        if is_available "postgresql-$version-postgis-3"; then
            echo "postgresql-$version-postgis-3"
            return
        fi
    done
    if is_available postgresql-postgis || ! command -v apt-cache >/dev/null; then
        echo postgresql-postgis
        return
    fi
    version=$(apt-cache pkgnames postgresql- | sed -n 's/^postgresql-\([0-9]*\)-postgis-3$/\1/p' | sort -n | tail -n 1)
    echo "postgresql${version:+-$version}-postgis${version:+-3}"
}

chromium_package() {
    if is_available chromium-browser && ! is_available chromium; then echo chromium-browser; else echo chromium; fi
}

is_available() {
    [[ $(apt-cache policy "$1" 2>/dev/null) == *"Candidate: "[0-9]* ]]
}

install_packages() {
    local sudo=() names otherwise="and try again."
    names=$(printf ', %s' "${missing[@]}")
    names=${names:2}
    if [[ $mode == run ]]; then otherwise="and try again, or run it in containers: docker compose up"; fi
    if ! command -v apt-get >/dev/null; then
        fail "Missing: $names. Only Debian and Ubuntu are known here: install what your system calls" "" \
            "    ${packages[*]}" "" "$otherwise"
    fi
    if ((EUID)); then
        if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
            fail "Missing: $names. Installing takes root; have root run" "" \
                "    apt-get install --no-install-recommends ${packages[*]}" "" "$otherwise"
        fi
        sudo=(sudo)
    fi
    local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq
        -o DPkg::Lock::Timeout=300)
    step "Reading the package lists" "${apt[@]}" update
    packages=() missing=()
    find_missing # the lists may know better names now
    if [[ " ${packages[*]} " == *postgis* ]]; then hold_debians_cluster "${sudo[@]}"; fi
    uninterrupted=yes # half-installed packages would be left to the user
    step "Installing ${packages[*]}" "${apt[@]}" install -y --no-install-recommends "${packages[@]}"
    uninterrupted=""
}

# Debian's server package makes and starts a cluster of its own on port 5432 when it is first installed; ours is
# private, so nobody would use that one. Clusters that are there stay as they are.
hold_debians_cluster() { # sudo, or nothing
    local folder=/etc/postgresql-common/createcluster.d
    local file=$folder/industrial-zone-registry.conf
    "$@" mkdir -p "$folder"
    echo "create_main_cluster = false" | "$@" tee "$file" >/dev/null
    trap "$* rm -f '$file'" EXIT # for a server that somebody installs later
}

# --- Python ---

environment_works() {
    # One that came with a copy of another checkout would run that one's code.
    local home=$root/.venv
    grep -qsF -e "=$home" -e "=\"$home" -e "='$home" .venv/bin/activate &&
        .venv/bin/python -c "import uvicorn" 2>/dev/null
}

check_python() {
    python3 -c "import sys; sys.exit(sys.version_info < (${oldest_python/./, }))" ||
        fail "Python $oldest_python or newer is needed, and here is $(python3 --version). In containers: docker compose up"
}

make_environment() {
    local wanted=${mode/bench/run} current="" lock fingerprint
    if [[ -f .venv/.ready ]]; then current=$(<.venv/.ready); fi
    if [[ $current == test* ]]; then wanted=test; fi # has all that a run needs; its tools stay
    lock=requirements.lock
    if [[ $wanted == test ]]; then lock=requirements-dev.lock; fi
    fingerprint="$wanted $(cat "$lock" pyproject.toml | sha256sum) $root"
    if [[ $current == "$fingerprint" ]] && environment_works; then return; fi

    if ! environment_works; then
        check_python
        rm -rf .venv
        step "Making a Python environment in .venv" python3 -m venv "$root/.venv"
    fi
    local uv=(.venv/bin/uv pip) python=(--python .venv/bin/python)
    if [[ ! -x .venv/bin/uv ]]; then
        step "Installing uv" .venv/bin/python -m pip install --require-hashes -r scripts/uv.lock
    fi
    step "Installing the Python packages in $lock" "${uv[@]}" sync "${python[@]}" --require-hashes "$lock"
    step "Installing the registry itself" "${uv[@]}" install "${python[@]}" --no-deps --no-build-isolation --editable .
    echo "$fingerprint" >.venv/.ready
}

# --- browser assets ---

fetch_assets() {
    local fingerprint
    fingerprint=$(cat package-lock.json .npmrc | sha256sum)
    if [[ -f node_modules/.ready && $(<node_modules/.ready) == "$fingerprint" ]]; then return; fi
    if ! command -v npm >/dev/null; then
        if ! .local/node/bin/npm --version >/dev/null 2>&1; then
            rm -rf .local/node
            step "Making a place for Node in .local/node" python3 -m venv "$root/.local/node"
            step "Installing Node, which this system lacks" \
                .local/node/bin/python -m pip install --require-hashes -r scripts/node.lock
        fi
        PATH=$root/.local/node/bin:$PATH
    fi
    step "Fetching the browser assets" npm ci --ignore-scripts --no-progress
    rm -f node_modules/.pressed.ready
    echo "$fingerprint" >node_modules/.ready
}

# What every new visitor asks for goes out as small as it gets; that takes seconds, so it is done once.
press_assets() {
    local fingerprint
    fingerprint=$(cat package-lock.json scripts/press.py api/routes/press.py api/main.py | sha256sum)
    if [[ -f node_modules/.pressed.ready && $(<node_modules/.pressed.ready) == "$fingerprint" ]]; then return; fi
    step "Compressing the browser assets" .venv/bin/python scripts/press.py
    echo "$fingerprint" >node_modules/.pressed.ready
}

# --- telling and failing ---

# Runs a long step: one line to say so, its own words only when it fails.
step() {
    if [[ -z $begun ]]; then
        begun=yes
        check_port
        : >"$log"
    fi
    echo "$1"
    # In the background, so that a signal is heard at once and passed on.
    "${@:2}" >>"$log" 2>&1 9>&- &
    child=$!
    if ! wait "$child"; then
        tail -n 25 "$log" >&2
        fail "" "This failed: ${*:2}" "All of its output: $root/$log"
    fi
    child=""
}

# A taken port shows when the service starts; after minutes of installing that would be a nuisance.
check_port() {
    local host=${HOST:-127.0.0.1} port=${PORT:-8000}
    if [[ $mode != run ]] || ! flock --nonblock .local/up.lock true 2>/dev/null; then return; fi
    if (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; then
        fail "Port $port on $host is taken by another program. Choose another one: make run PORT=$((port + 1))"
    fi
}

pass_on() {
    if [[ -n $child ]]; then
        if [[ -n $uninterrupted ]]; then echo "Stopping once the packages are installed"; else kill -TERM "$child" 2>/dev/null || true; fi
        wait "$child" || true
    fi
    exit "$1"
}

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

trap 'pass_on 130' INT
trap 'pass_on 143' TERM
main
