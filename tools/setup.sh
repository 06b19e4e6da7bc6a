#!/usr/bin/env bash
# Creates or updates a virtual environment from a lock file; does nothing when it is up to date.
# usage: setup.sh runtime|dev|bench FOLDER
set -euo pipefail
kind=$1 folder=$2
lock="requirements/$kind.txt"

fail() { echo "marketplace: $1" >&2; exit 1; }

newest_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    fail "Python 3.11 or newer is needed. Install it, or name it: PYTHON=/path/to/python3.11 make run"
}

# What a dev environment holds includes what serving needs.
stamp="$folder/.installed-$kind"
digest=$(cat "$lock" pyproject.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$digest" ]; then exit 0; fi
dev_stamp="$folder/.installed-dev"
if [ "$kind" = runtime ] && [ -f "$dev_stamp" ] &&
    [ "$(cat "$dev_stamp")" = "$(cat requirements/dev.txt pyproject.toml | cksum)" ]; then exit 0; fi

if [ ! -x "$folder/bin/python" ]; then
    python=$(newest_python)
    "$python" -m venv "$folder" 2>/dev/null ||
        fail "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"
fi
echo "Installing pinned packages into $folder …"
"$folder/bin/python" -m pip install --quiet --require-hashes --no-deps -r "$lock" ||
    fail "Packages could not be installed; see the message above."
if [ "$kind" != bench ]; then
    "$folder/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
fi
echo "$digest" >"$stamp"
