#!/bin/sh
# Everything a machine can say of the code without running the tests.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin

"$bin/ruff" check --quiet
"$bin/ruff" format --check --quiet
"$bin/djlint" templates --check --quiet
"$bin/djlint" templates --lint --quiet
"$bin/lint-imports" --no-cache

throwaway() { "$bin/python" -c 'import secrets; print(secrets.token_urlsafe(48))'; }
export LMS_MODE=production LMS_HOSTS=portail.example.org LMS_SMTP_HOST=localhost LMS_MAIL_FROM=portail@example.org
LMS_SECRET_KEY=$(throwaway)
LMS_ENCRYPTION_KEY=$(throwaway)
export LMS_SECRET_KEY LMS_ENCRYPTION_KEY
"$bin/python" manage.py build_fonts --verbosity 0 # the settings name their folder
"$bin/python" manage.py check --deploy --fail-level WARNING
# Without a database, which would only tell the history of the migrations.
"$bin/python" -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
