#!/usr/bin/env bash
# Tries what other repositories use of this one, on good flows and a broken one: scripts/check-hooks.sh PROGRAM PRE-COMMIT.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "$1") pre_commit=$2
try=$(mktemp -d)
trap 'rm -rf "$try"' EXIT
# Whatever git and pre-commit know of their user stays out of it.
export HOME=$try/home PRE_COMMIT_HOME=$try/cache GIT_CONFIG_NOSYSTEM=1 PATH=$try/bin:$PATH
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.com
mkdir -p "$HOME" "$try"/{bin,hooks,project}
ln -s "$program" "$try/bin/runsheet"

cp "$here/.pre-commit-hooks.yaml" "$try/hooks/"
git -C "$try/hooks" init --quiet
git -C "$try/hooks" add --all
git -C "$try/hooks" commit --quiet --message hooks
cd "$try/project"
git init --quiet
cp -R "$here/flows" flows
cat >.pre-commit-config.yaml <<END
repos:
  - repo: $try/hooks
    rev: $(git -C "$try/hooks" rev-parse HEAD)
    hooks:
      - id: runsheet-check
END
"$pre_commit" install >/dev/null
git add --all

# Fails, and shows all that was said, unless a command exits with this code and says this.
expect() {
  local code=$1 words=$2 said=0
  shift 2
  "$@" >"$try/said" 2>&1 || said=$?
  [ "$said" = "$code" ] && grep -qF -- "$words" "$try/said" && return
  cat "$try/said"
  echo "expected exit code $code and '$words', got exit code $said: $*"
  exit 1
}
action() { FLOWS=$1 OPTIONS=$2 PROGRAM=runsheet "$here/scripts/check-action.sh"; }

expect 0 Passed git commit --quiet --message good
expect 0 'runsheet 0.' action flows ''
expect 0 'runsheet 0.' action $'flows/dubbo-registry.toml\nflows/postgres-upgrade.toml' $'--paper\na4\n'
expect 2 'names no flow' action '' ''
# An input is words, whatever stands in it.
# shellcheck disable=SC2016
expect 1 '$(id) *' action '$(id) *' ''

sed -i 's/^title /titel /' flows/postgres-upgrade.toml
# What GitHub shows beside the line.
expect 1 '::error file=flows/postgres-upgrade.toml,line=6,' action flows ''
expect 1 'the flow has no key `titel`' git commit --quiet --all --message bad
echo "hooks: sound"
