#!/bin/sh
# Writes requirements*.txt from requirements*.in: one resolution for every platform and every Python from
# 3.11 on, each file with its hash, and no address of any index.
#
#   deploy/local/requirements.sh [--upgrade]     without it, versions that still fit are kept
set -eu
cd "$(dirname "$0")/../.."
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  tools=$(mktemp -d)
  trap 'rm -rf "$tools"' EXIT
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$tools" uv
  uv=$tools/bin/uv
fi
for name in requirements requirements-dev requirements-local; do
  "$uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 \
    --no-emit-index-url --no-header --no-annotate "$@" "$name.in" -o "$name.txt"
done
