#!/usr/bin/env bash
# A stand-in for Confluence, with the APIs of Cloud (below /wiki) and of Data Center, at http://127.0.0.1:PORT. See confluence.py.
# Usage: confluence.sh DIR PORT; it runs until its standard input is closed.
set -euo pipefail
. "$(dirname "$0")/serve.sh"
D=$1 PORT=$2
serve python3 "$(dirname "$0")/confluence.py" "$PORT"
