#!/usr/bin/env bash
# Checks that `verify` understands a list that another program filled in: PyMuPDF fills in whatever `verify` says is
# missing, pyHanko signs it, and `verify` reads it back.
# usage: check-filled.sh RUNSHEET FLOW.toml RELEASE.toml; PYTHON names a Python that has both
set -euo pipefail
runsheet=$(realpath "$1") flow=$(realpath "$2") release=$(realpath "$3")
cd "$(dirname "$0")/.."

python=$(command -v "${PYTHON:-python3}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$runsheet" build "$flow" --release "$release" --fillable --only pdf -o "$folder" >/dev/null
list=$(echo "$folder"/*/*/checklist.pdf)
missing() {
  "$runsheet" verify "$1" --format json |
    "$python" -c 'import json, sys; print("\n".join(each["name"] for each in json.load(sys.stdin)["missing"]))'
}
missing "$list" >"$folder/names"
[ "$(wc -l <"$folder/names")" -gt 100 ] || { echo "hardly anything is missing in an empty list"; exit 1; }

# With all entries but one, `verify` names that one, and `--complete` fails.
sed '$d' "$folder/names" | "$python" scripts/fill.py "$list" "$folder/most.pdf"
"$runsheet" verify "$folder/most.pdf" "$flow" >/dev/null
[ "$(missing "$folder/most.pdf")" = "$(tail -n 1 "$folder/names")" ]
if "$runsheet" verify "$folder/most.pdf" --complete >/dev/null 2>&1; then
  echo "a list that isn't complete passes"
  exit 1
fi

"$python" scripts/fill.py "$list" "$folder/filled.pdf" <"$folder/names"
"$runsheet" verify "$folder/filled.pdf" "$flow" --complete >"$folder/said"
grep -q "20:15 Li" "$folder/said"
echo "filled in by PyMuPDF, signed by pyHanko and read back: $(wc -l <"$folder/names") entries"
