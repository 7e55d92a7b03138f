#!/bin/sh
# Prepares the portal and serves it, with its own PostgreSQL unless the environment names a server.
set -eu
cd "$(dirname "$0")/.."
export XDG_CACHE_HOME="$PWD/build/cache" # of fontconfig: nothing is written outside this folder
python=.venv/bin/python

"$python" -m lemans_solidaire.serve # says at once if the port is taken
# shellcheck disable=SC2016
exec "$python" -m lemans_solidaire.postgres sh -euc '
    "$0" manage.py prepare
    exec "$0" manage.py serve
' "$python"
