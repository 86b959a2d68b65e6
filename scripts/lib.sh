# Shared by the scripts: sourced, not run.
# shellcheck shell=bash

# shellcheck disable=SC2034 # for scripts/run
called_from=$PWD # what relative paths among the arguments mean
CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.." || exit
export CCACHE_DIR="${CCACHE_DIR:-$PWD/build/ccache}"

say() { printf '==> %s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# need_packages FILE: installs those packages of a list that are missing; one question to dpkg when none is.
need_packages() {
    local list=$1 wanted=() missing=() package installed
    mapfile -t wanted < <(awk '{ sub(/#.*/, "") } NF { print $1 }' "$list")
    command -v dpkg-query >/dev/null || die "This script installs what is missing with Debian's apt-get, which is not here. Install what $list names by hand, then build with: cmake --preset release && cmake --build --preset release"
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null | awk '$2 == "installed" { print $1 }' || true)
    for package in "${wanted[@]}"; do
        grep -qxF "$package" <<<"$installed" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "These packages are missing, and installing them takes root: ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing from Debian: ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq </dev/null >/dev/null || true # an old list may still do
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null \
        || die "apt-get could not install: ${missing[*]}"
}

# configure PRESET: only when the build directory is not there yet; CMake looks after itself later.
configure() {
    local preset=$1
    [ -f "build/$preset/build.ninja" ] || { say "Configuring $preset"; cmake --preset "$preset" >"build-$preset.log" 2>&1 || { cat "build-$preset.log" >&2; rm -f "build-$preset.log"; return 1; }; rm -f "build-$preset.log"; }
}

# build PRESET [TARGET…]
build() {
    local preset=$1
    shift
    configure "$preset" || return
    cmake --build "build/$preset" ${1:+--target "$@"}
}
