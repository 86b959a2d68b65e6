# Shared by the scripts: sourced, not run.
# shellcheck shell=bash

# shellcheck disable=SC2034 # for scripts/run
called_from=$PWD # what relative paths among the arguments mean
CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.." || exit

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

# configure PRESET: when the build directory is not there yet, or the presets changed since; CMake looks after the rest.
configure() {
    local preset=$1 log=build/configure-$1.log
    [ "build/$preset/build.ninja" -nt CMakePresets.json ] && return
    say "Configuring $preset"
    mkdir -p build
    cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
    touch "build/$preset/build.ninja"
}

configure_bench() {
    [ -f build/bench/build.ninja ] || cmake --preset release -B build/bench -DHEARTH_BUILD_BENCH=ON -DHEARTH_BUILD_CLIENT=OFF -DHEARTH_BUILD_TESTS=OFF >/dev/null
}

# build PRESET [TARGET…]
build() {
    local preset=$1
    shift
    configure "$preset" || return
    cmake --build "build/$preset" ${1:+--target "$@"}
}
