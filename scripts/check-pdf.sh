#!/usr/bin/env bash
# What other programs see in a check list: qpdf finds no damage; poppler finds every font embedded, cut down and mapped
# to Unicode, and, for a flow with a file of phrases, every phrase in the text.
set -euo pipefail
here=$(dirname "$0")/..
for pdf in "$@"; do
  qpdf --check "$pdf" >/dev/null
  # Columns from the right: object (two), uni, sub, emb.
  pdffonts "$pdf" | tail -n +3 | awk -v pdf="$pdf" '
    $(NF-4) != "yes" || $(NF-3) != "yes" || $(NF-2) != "yes" { print pdf ": " $0; bad = 1 } END { exit bad }'
  phrases=$here/tests/phrases/$(basename "$(dirname "$pdf")").txt
  if [ -f "$phrases" ]; then
    text=$(pdftotext "$pdf" - | tr -d '[:space:]')
    while IFS= read -r phrase; do
      phrase=$(printf %s "$phrase" | tr -d '[:space:]')
      case $text in *"$phrase"*) ;; *) echo "$pdf: poppler doesn't find: $phrase"; exit 1 ;; esac
    done <"$phrases"
  fi
  echo "$pdf: sound"
done
