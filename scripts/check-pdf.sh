#!/usr/bin/env bash
# Checks check lists with other programs. qpdf must find no damage. poppler must find every font embedded, subsetted and
# mapped to Unicode and, for a flow with a file of phrases, every phrase in the text of the list, of the cold list or of the
# runbook, which alone says what the procedure is for.
set -euo pipefail
here=$(dirname "$0")/..
for pdf in "$@"; do
  qpdf --check "$pdf" >/dev/null
  # The columns of pdffonts from the right: object (two of them), uni, sub, emb.
  pdffonts "$pdf" | tail -n +3 | awk -v pdf="$pdf" '
    $(NF-4) != "yes" || $(NF-3) != "yes" || $(NF-2) != "yes" { print pdf ": " $0; bad = 1 } END { exit bad }'
  # A list of a release stands in `<flow id>/<number>`.
  phrases=$here/tests/phrases/$(basename "$(dirname "$(dirname "$pdf")")").txt
  if [ -f "$phrases" ]; then
    folder=$(dirname "$pdf")
    # In Markdown a character may have a backslash before it.
    text=$({ pdftotext "$pdf" -; pdftotext "$folder/cold.pdf" -; tr -d '\\' <"$folder/runbook.md"; } | tr -d '[:space:]')
    while IFS= read -r phrase; do
      phrase=$(printf %s "$phrase" | tr -d '[:space:]')
      case $text in *"$phrase"*) ;; *) echo "$pdf: poppler doesn't find: $phrase"; exit 1 ;; esac
    done <"$phrases"
  fi
  echo "$pdf: sound"
done
