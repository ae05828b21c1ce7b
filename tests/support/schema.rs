//! Validates a value against a JSON Schema. It knows the keywords that our schemas use and fails on any other.
//! `scripts/check-schema.py` uses a complete implementation.

use serde_json::{Map, Value};

/// Where the value doesn't fit, or what it lacks; `None` when it is valid.
pub fn fault(root: &Value, value: &Value) -> Option<String> {
    check(root, root, value, "$")
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let schema = schema.as_object().expect("a schema is a table");
    // Draft-07 ignores what stands beside a `$ref`.
    if let Some(reference) = schema.get("$ref") {
        let path = reference.as_str().and_then(|path| path.strip_prefix('#')).expect("within this file");
        return check(root, root.pointer(path).unwrap_or_else(|| panic!("{path} leads nowhere")), value, at);
    }
    schema.iter().find_map(|(keyword, rule)| keyword_fault(root, schema, (keyword, rule), value, at))
}

fn keyword_fault(
    root: &Value,
    schema: &Map<String, Value>,
    (keyword, rule): (&str, &Value),
    value: &Value,
    at: &str,
) -> Option<String> {
    let fails = |is_good: bool| (!is_good).then(|| format!("{at}: {keyword} {rule}, found {value}"));
    let least = || rule.as_u64().expect("a number");
    match keyword {
        "$schema" | "title" | "description" | "definitions" | "format" => None,
        "type" => fails(match rule.as_str().expect("one type") {
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("the type {other} isn't known here"),
        }),
        "enum" => fails(rule.as_array().expect("a list").contains(value)),
        "pattern" => {
            let pattern = regex_lite::Regex::new(rule.as_str().expect("a pattern")).expect("a pattern");
            value.as_str().and_then(|string| fails(pattern.is_match(string)))
        }
        "minLength" => value.as_str().and_then(|string| fails(string.chars().count() as u64 >= least())),
        "minimum" => value.as_u64().and_then(|number| fails(number >= least())),
        "maximum" => value.as_u64().and_then(|number| fails(number <= least())),
        "minItems" => value.as_array().and_then(|list| fails(list.len() as u64 >= least())),
        "minProperties" => value.as_object().and_then(|table| fails(table.len() as u64 >= least())),
        "required" => value.as_object().and_then(|table| {
            let missing = rule.as_array()?.iter().filter_map(Value::as_str).find(|key| !table.contains_key(*key))?;
            Some(format!("{at}: `{missing}` is missing"))
        }),
        "items" => value.as_array().and_then(|list| {
            list.iter().enumerate().find_map(|(index, of)| check(root, rule, of, &format!("{at}[{index}]")))
        }),
        "properties" => value.as_object().and_then(|table| {
            let known = rule.as_object().expect("a table");
            known.iter().find_map(|(key, of)| check(root, of, table.get(key)?, &format!("{at}.{key}")))
        }),
        "additionalProperties" => value.as_object().and_then(|table| {
            let patterns = || schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
            let known = |key: &String| {
                schema.get("properties").is_some_and(|known| known.get(key).is_some())
                    || patterns().any(|(pattern, _)| matches(pattern, key))
            };
            table.iter().filter(|(key, _)| !known(key)).find_map(|(key, of)| match rule {
                Value::Bool(false) => Some(format!("{at}: `{key}` isn't known")),
                rule => check(root, rule, of, &format!("{at}.{key}")),
            })
        }),
        "patternProperties" => value.as_object().and_then(|table| {
            let forms = rule.as_object().expect("a table");
            table.iter().find_map(|(key, value)| {
                let (_, form) = forms.iter().find(|(pattern, _)| matches(pattern, key))?;
                check(root, form, value, &format!("{at}.{key}"))
            })
        }),
        "propertyNames" => value.as_object().and_then(|table| {
            table.keys().find_map(|key| check(root, rule, &Value::from(key.as_str()), &format!("{at}, key {key}")))
        }),
        "dependencies" => value.as_object().and_then(|table| {
            let known = rule.as_object().expect("a table").iter().filter(|(key, _)| table.contains_key(*key));
            known.into_iter().find_map(|(key, needs)| match needs {
                Value::Array(others) => {
                    let missing = others.iter().filter_map(Value::as_str).find(|other| !table.contains_key(*other))?;
                    Some(format!("{at}: `{key}` without `{missing}`"))
                }
                needs => check(root, needs, value, at),
            })
        }),
        "not" => fails(check(root, rule, value, at).is_some()),
        "allOf" => rule.as_array().expect("a list").iter().find_map(|form| check(root, form, value, at)),
        "anyOf" => {
            let faults: Vec<_> =
                rule.as_array().expect("a list").iter().map(|form| check(root, form, value, at)).collect();
            if faults.contains(&None) {
                None
            } else {
                Some(faults.into_iter().flatten().collect::<Vec<_>>().join("; or "))
            }
        }
        other => panic!("the keyword `{other}` isn't known here"),
    }
}

fn matches(pattern: &str, word: &str) -> bool {
    regex_lite::Regex::new(pattern).expect("a pattern").is_match(word)
}
