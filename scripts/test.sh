#!/bin/sh
# Runs pytest with its arguments, on a PostgreSQL and files that are not those of the demo.
set -eu
cd "$(dirname "$0")/.."

room_in_memory() {
    [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 3000000 ]
}

# The whole suite makes some hundreds of databases: in memory, where there is room, it takes much less time.
if [ -z "${VAR_DIR:-}" ] && [ $# -eq 0 ] && room_in_memory; then
    VAR_DIR=$(mktemp -d /dev/shm/portal.XXXXXX)
    folder=$VAR_DIR
    trap 'rm -rf "$folder"' EXIT
    trap 'exit 130' INT TERM
fi
export LMS_MODE=test VAR_DIR="${VAR_DIR:-$PWD/var}/test" XDG_CACHE_HOME="$PWD/build/cache"
export XDG_CONFIG_HOME="$PWD/build/config" # of Chromium: nothing is written outside this folder
python=.venv/bin/python

# shellcheck disable=SC2016
"$python" -m lemans_solidaire.postgres sh -euc '
    "$0" manage.py prepare --for-tests
    exec "$0" -m pytest "$@"
' "$python" "$@"
