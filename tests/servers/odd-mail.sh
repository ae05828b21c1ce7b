#!/usr/bin/env bash
# A mail server that does what servers do seldom, at smtp://127.0.0.1:PORT, without encryption; odd-mail.py says what. What it took is in
# DIR/taken. Usage: odd-mail.sh DIR PORT; it runs until its standard input is closed. RUNSHEET_PYTHON names a Python with aiosmtpd.
set -euo pipefail
. "$(dirname "$0")/serve.sh"
D=$1
mkdir "$D/taken"
serve "$RUNSHEET_PYTHON" "$(dirname "$0")/odd-mail.py" "$D" "$2"
