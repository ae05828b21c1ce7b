#!/usr/bin/env bash
# Makes the files of a release for one target: scripts/release.sh TARGET FOLDER [PROFILE]. They are a wheel, tried on this
# machine, and an archive with the program and the licences.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1 out=$2 profile=${3:-release}
mkdir -p "$out"

options=(--profile "$profile" --target "$target")
case $target in
  *-linux-musl)
    scripts/static.sh "$profile"
    export "CC_${target//-/_}=musl-gcc"
    # A static program runs on every Linux, so one wheel serves those with musl and those with glibc.
    options+=(--compatibility manylinux2014 musllinux_1_2) ;;
esac
scripts/wheel.sh "$out" "${options[@]}"

name=runsheet-$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)-$target
program=target/$target/$profile/runsheet
[ -e "$program" ] || program=$program.exe
rm -rf "target/$name"
mkdir "target/$name"
cp "$program" LICENSE-APACHE LICENSE-MIT assets/fonts/OFL.txt README.md README.zh-CN.md "target/$name/"
tar -C target -czf "$out/$name.tar.gz" "$name"
