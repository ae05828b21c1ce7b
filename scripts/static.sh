#!/usr/bin/env bash
# Builds a program for Linux that needs nothing but the kernel, and proves it: scripts/static.sh [PROFILE] [TARGET FOLDER].
# The last line it prints is the program's path. `.github/workflows/release.yml` and the Dockerfile call it.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
profile=${1:-release}
folder=${2:-$here/target}
machine=$(uname -m)
target=$machine-unknown-linux-musl

# One crate (ring) has C in it, so musl's headers and start-up objects aren't enough: it takes a compiler that uses them.
# Where the system itself is musl (Alpine), any compiler does.
if ! rustc -vV | grep -q '^host: .*-musl$'; then
  command -v musl-gcc >/dev/null || { echo "musl-gcc is missing: on Debian and Ubuntu, apt-get install musl-tools" >&2; exit 1; }
  rustup target add "$target" >&2
  export "CC_${target//-/_}=musl-gcc"
fi
cargo build --locked --profile "$profile" --target "$target" --target-dir "$folder" --manifest-path "$here/Cargo.toml" >&2

program=$folder/$target/$profile/runsheet
# A program that asks for a loader or a library names it in these headers.
if readelf --program-headers --dynamic "$program" | grep -E 'INTERP|NEEDED' >&2; then
  echo "$program isn't static" >&2
  exit 1
fi
"$program" --version >&2
echo "$program"
