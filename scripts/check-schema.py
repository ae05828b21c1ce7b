#!/usr/bin/env python3
"""Checks the schemas in schema/ with the package `jsonschema`: they are valid schemas, the example flows pass, and flows with
a fault don't.

Needs Python 3.11 and `jsonschema`. Dates and times of TOML become strings, because a schema knows no dates.
"""
import datetime
import json
import pathlib
import sys
import tomllib

from jsonschema import Draft7Validator

root = pathlib.Path(__file__).resolve().parent.parent


def plain(value):
    if isinstance(value, dict):
        return {key: plain(of) for key, of in value.items()}
    if isinstance(value, list):
        return [plain(of) for of in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def validator(name):
    schema = json.loads((root / "schema" / name).read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


flow, part, release = validator("flow.json"), validator("part.json"), validator("release.json")
by_ending = {".release.toml": release, ".part.toml": part}
faults = 0
# A release to be filled in passes only when it is filled in.
starters = [path for path in root.glob("templates/new/*.toml") if not path.name.startswith("release.")]
files = sorted([*root.glob("flows/*.toml"), *starters])
for path in files:
    schema = next((schema for ending, schema in by_ending.items() if path.name.endswith(ending)), flow)
    for error in schema.iter_errors(plain(tomllib.loads(path.read_text(encoding="utf-8")))):
        faults += 1
        print(f"{path}: {error.json_path}: {error.message[:200]}")
        for inner in error.context or []:
            print(f"  {inner.json_path}: {inner.message[:200]}")

good = plain(tomllib.loads((root / "flows/postgres-upgrade.toml").read_text(encoding="utf-8")))
for change in [
    {"schema": 2}, {"titel": "x"}, {"hot": []}, {"hot": [{"title": "x", "step": [{"opp": "read"}]}]},
    {"lang": "no language"}, {"holidays": ["soon"]}, {"decision": {"decides": "checker"}}, {"id": "a b"},
    {"id": "nul"}, {"mail-from": "nobody"}, {"contacts": {"checker": {"name": "x"}}},
    {"hot": [{"title": "x", "step": [{"op": "read", "expect": "x"}]}]},
    {"hot": [{"title": "x", "step": [{"do": "x"}]}]},
    {"hot": [{"title": "x", "step": [{"op": "read", "do": "x", "id": "hold"}]}]},
    {"hot": [{"title": "x", "step": [{"op": "read", "do": "x", "otherwise": {}}]}]},
    {"hot": [{"title": "x", "step": [{"op": "read", "do": "x", "otherwise": {"then": "hold", "max": 2}}]}]},
]:
    if flow.is_valid(good | change):
        faults += 1
        print(f"passes and must not: {change}")

print(f"schema: {len(files)} files, {faults} faults")
sys.exit(faults > 0)
