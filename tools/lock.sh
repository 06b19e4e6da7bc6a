#!/usr/bin/env bash
# Renews the lock files with hashes and without addresses. Needs the `uv` command.
set -euo pipefail
command -v uv >/dev/null || { echo "marketplace: install uv first" >&2; exit 1; }
compile=(uv pip compile --quiet --generate-hashes --universal --python-version 3.11
    --no-header --no-annotate --no-emit-index-url)
"${compile[@]}" --extra build pyproject.toml -o requirements/runtime.txt
"${compile[@]}" --extra build --extra dev -c requirements/runtime.txt pyproject.toml \
    -o requirements/dev.txt
"${compile[@]}" requirements/bench.in -o requirements/bench.txt
