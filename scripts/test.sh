#!/bin/sh
# Runs pytest with its arguments, on a PostgreSQL and files that are not those of the demo.
set -eu
cd "$(dirname "$0")/.."
export LMS_MODE=test VAR_DIR="${VAR_DIR:-$PWD/var}/test" XDG_CACHE_HOME="$PWD/build/cache"
export XDG_CONFIG_HOME="$PWD/build/config" # of Chromium: nothing is written outside this folder
python=.venv/bin/python

# shellcheck disable=SC2016
exec "$python" -m lemans_solidaire.postgres sh -euc '
    "$0" manage.py prepare --for-tests
    exec "$0" -m pytest "$@"
' "$python" "$@"
