#!/usr/bin/env bash
# Makes a wheel and tries it: scripts/wheel.sh FOLDER [OPTION OF `maturin build`…], such as `--release`.
# What was compiled with the same options before isn't compiled again. FOLDER may be removed, and gets the wheel alone.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift

# On Windows an environment has its programs in another folder.
python=$(command -v python3 || command -v python)
programs() { if [ -d "$1/Scripts" ]; then echo "$1/Scripts"; else echo "$1/bin"; fi; }

tools=$here/target/maturin
[ -d "$tools" ] || "$python" -m venv "$tools"
tools=$(programs "$tools")
command -v "$tools/maturin" >/dev/null ||
  "$tools/python" -m pip install --quiet --disable-pip-version-check 'maturin==1.16.*'
rm -f "$out"/*.whl
"$tools/maturin" build --quiet --locked --manifest-path "$here/Cargo.toml" --target-dir "$here/target" --out "$out" "$@"

# Into an environment that holds nothing else, and without an index: by file alone.
try=$(mktemp -d)
trap 'rm -rf "$try"' EXIT
"$python" -m venv --without-pip "$try/environment"
bin=$(programs "$try/environment")
"$tools/python" -m pip --python "$bin/python" install --quiet --disable-pip-version-check --no-index "$out"/*.whl
mkdir "$try/empty"
cp -R "$here/flows" "$try/empty/flows"
cd "$try/empty"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)
[ "$("$bin/runsheet" --version | tr -d '\r')" = "runsheet $version" ]
"$bin/runsheet" check flows
"$bin/runsheet" build flows >/dev/null
# The same input gives the same bytes, however the program was compiled. A lock file stays behind on Windows alone.
diff --recursive --exclude='.*.lock' "$here/output" output
ls "$out"/*.whl
