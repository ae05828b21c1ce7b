#!/usr/bin/env bash
# The last step of `action.yml`: checks what FLOWS names, with OPTIONS, by PROGRAM or by the one that was compiled. What is
# found becomes annotations.
set -euo pipefail
# No word of an input is taken apart or expanded; an empty line is no argument. (Bash 3 of macOS has no `mapfile`.)
flows=() options=()
while IFS= read -r line; do [ -z "$line" ] || flows+=("$line"); done <<<"${FLOWS//$'\r'/}"
while IFS= read -r line; do [ -z "$line" ] || options+=("$line"); done <<<"${OPTIONS//$'\r'/}"
[ "${#flows[@]}" -gt 0 ] || { echo "::error::the input flows of this action names no flow"; exit 2; }
program=${PROGRAM:-$RUNNER_TEMP/runsheet-program/bin/runsheet}
"$program" --version
# Bash 3 of macOS takes an empty list for one that isn't set.
exec "$program" check --format github ${options[@]+"${options[@]}"} -- "${flows[@]}"
