#!/bin/sh
# Installs what the portal needs: the system's libraries, .venv, and the libraries locked in the file given.
set -eu
cd "$(dirname "$0")/.."
requirements=$1
python=.venv/bin/python

stop() {
    echo "$1" >&2
    exit 2
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

install_packages() {
    command -v apt-get >/dev/null || return 1
    as_root true || return 1
    echo "Installation de $* …"
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

require_python() {
    command -v python3 >/dev/null || stop "Il manque Python : installez python3, 3.11 ou plus récent."
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Le portail a besoin de Python 3.11 ou plus récent ; ici, python3 est $(python3 -V | cut -d' ' -f2)."
}

# An interrupted creation leaves a .venv without pip: it is made again.
make_venv() {
    "$python" -c 'import pip' 2>/dev/null && return
    rm -rf .venv
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv ||
        stop "Il manque python3-venv : installez-le (apt-get install python3-venv), puis recommencez."
    python3 -m venv .venv
}

has_libraries() {
    "$python" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' \
        libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0 2>/dev/null
}

require_libraries() {
    has_libraries && return
    set -- libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
    install_packages "$@" && has_libraries ||
        stop "Il manque des bibliothèques pour les PDF : installez-les (apt-get install $*), puis recommencez."
}

install_requirements() {
    stamp=".venv/installed-$(sha256sum "$requirements" | cut -d' ' -f1)"
    [ -e "$stamp" ] && return
    echo "Installation des bibliothèques de $requirements …"
    "$python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r "$requirements" ||
        stop "Les bibliothèques n’ont pas pu être installées : vérifiez l’accès à Internet, puis recommencez."
    touch "$stamp"
}

# Only for the tests, which say themselves what lacks a browser.
want_browser() {
    [ "$requirements" = requirements-dev.txt ] || return 0
    command -v chromium >/dev/null || install_packages chromium ||
        echo "Chromium manque : les essais dans un navigateur ne se feront pas (apt-get install chromium)." >&2
}

require_python
make_venv
require_libraries
install_requirements
want_browser
