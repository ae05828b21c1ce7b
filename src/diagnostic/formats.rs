//! Writes diagnostics for programs: as a JSON list, as annotations of a GitHub workflow, or as SARIF 2.1.0.
//!
//! Lines and columns count from 1, columns in characters; an end is one past the last character.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Diagnostic, Label, Level, Sources};
use crate::chars::shown;

/// The diagnostics of one flow.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Name of the file as the user gave it. Diagnostics without a place are reported for this file.
    pub name: Option<&'a str>,
    /// The texts that places point into.
    pub sources: &'a Sources,
    /// What was found.
    pub diagnostics: &'a [Diagnostic],
}

/// The description of a code, for SARIF.
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// The code, as in [`Diagnostic::code`].
    pub name: &'a str,
    /// What it finds, in one line.
    pub what: &'a str,
    /// Why that matters.
    pub why: &'a str,
}

/// One diagnostic as it stands in the JSON list.
#[derive(Debug, Serialize)]
struct JsonDiagnostic<'a> {
    code: &'a str,
    level: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    help: Vec<&'a str>,
}

/// A place in a file as people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

fn region(sources: &Sources, label: &Label) -> Region {
    let ((line, column), (end_line, end_column)) =
        (sources.line_column(label.span), sources.line_column_behind(label.span));
    Region { line, column, end_line, end_column }
}

/// Every diagnostic, in order of place.
fn sorted<'a>(found: &Found<'a>) -> Vec<&'a Diagnostic> {
    let mut sorted: Vec<_> = found.diagnostics.iter().collect();
    sorted.sort_by(|a, b| a.order().cmp(&b.order()));
    sorted
}

/// What a level is called.
const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// One list of objects: `code`, `level`, `message`, `file`, `line`, `column`, `end_line`, `end_column`, `help`. A
/// diagnostic without a place has `null` for it.
#[must_use]
pub fn json(found: &[Found<'_>]) -> String {
    let mut entries = Vec::new();
    for found in found {
        for diagnostic in sorted(found) {
            let primary = diagnostic.primary.as_ref();
            let region = primary.map(|label| region(found.sources, label));
            entries.push(JsonDiagnostic {
                code: diagnostic.code,
                level: level(diagnostic.level),
                message: &diagnostic.message,
                file: primary.map_or(found.name, |label| Some(&*found.sources.file(label.span.file).name)),
                line: region.map(|region| region.line),
                column: region.map(|region| region.column),
                end_line: region.map(|region| region.end_line),
                end_column: region.map(|region| region.end_column),
                help: diagnostic.all_help().collect(),
            });
        }
    }
    written(&entries)
}

/// Pretty JSON with a line break at its end, in which nothing acts on a terminal or is a command to what runs a job.
pub fn written(value: &impl Serialize) -> String {
    // Every map has strings for keys and every number is whole, so this can't fail.
    shown::json(&serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}

/// Workflow commands: `::error file=…,line=…::message`.
#[must_use]
pub fn github(found: &[Found<'_>]) -> String {
    let mut out = String::new();
    for found in found {
        for diagnostic in sorted(found) {
            let kind = match diagnostic.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "notice",
            };
            let mut properties = Vec::new();
            match &diagnostic.primary {
                Some(label) => {
                    let Region { line, column, end_line, end_column } = region(found.sources, label);
                    let file = property(&found.sources.file(label.span.file).name);
                    properties.push(format!("file={file},line={line},endLine={end_line}"));
                    // A range of columns is shown only within one line.
                    if line == end_line {
                        properties.push(format!("col={column},endColumn={end_column}"));
                    }
                }
                None => properties.extend(found.name.map(|name| format!("file={}", property(name)))),
            }
            properties.push(format!("title={}", property(diagnostic.code)));
            let words: Vec<&str> = std::iter::once(&*diagnostic.message).chain(diagnostic.all_help()).collect();
            let _ = writeln!(out, "::{kind} {}::{}", properties.join(","), data(&words.join("\n")));
        }
    }
    out
}

/// Words of a workflow command. Their lines are shown as people read them, so no other runner finds a command in them.
fn data(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(shown::words).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(words: &str) -> String {
    data(words).replace(':', "%3A").replace(',', "%2C")
}

/// What the code of a fault means that is no rule.
const FAULT: &str = "A fault: it is found while files are read, checked or built. Its message says what to do next.";

/// A SARIF log of one run; `codes` describes the rules. What else was found is described too.
#[must_use]
pub fn sarif(found: &[Found<'_>], codes: &[Code<'_>]) -> String {
    let rule = |id: &str, what: &str, why: &str| json!({ "id": id, "shortDescription": { "text": what }, "fullDescription": { "text": why } });
    let mut rules: Vec<Value> = codes.iter().map(|code| rule(code.name, code.what, code.why)).collect();
    let mut places: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(index, code)| (code.name, index)).collect();
    for diagnostic in found.iter().flat_map(|found| found.diagnostics) {
        places.entry(diagnostic.code).or_insert_with(|| {
            rules.push(rule(diagnostic.code, &diagnostic.code.replace('-', " "), FAULT));
            rules.len() - 1
        });
    }
    let mut results = Vec::new();
    for found in found {
        for diagnostic in sorted(found) {
            let words: Vec<&str> = std::iter::once(&*diagnostic.message).chain(diagnostic.all_help()).collect();
            let place = |label: &Label| location(found.sources, label);
            let mut result = json!({
                "ruleId": diagnostic.code,
                "level": level(diagnostic.level),
                "message": { "text": words.join("\n") },
            });
            result["ruleIndex"] = json!(places.get(diagnostic.code));
            let locations = match (&diagnostic.primary, found.name) {
                (Some(label), _) => vec![place(label)],
                (None, Some(name)) => vec![json!({ "physicalLocation": artifact(name) })],
                (None, None) => Vec::new(),
            };
            result["locations"] = json!(locations);
            if !diagnostic.context.is_empty() {
                result["relatedLocations"] = diagnostic.context.iter().map(place).collect();
            }
            results.push(result);
        }
    }
    written(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn location(sources: &Sources, label: &Label) -> Value {
    let Region { line, column, end_line, end_column } = region(sources, label);
    let mut physical = artifact(&sources.file(label.span.file).name);
    physical["region"] =
        json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    let mut location = json!({ "physicalLocation": physical });
    if !label.message.is_empty() {
        location["message"] = json!({ "text": label.message });
    }
    location
}

fn artifact(name: &str) -> Value {
    json!({ "artifactLocation": { "uri": uri(name) } })
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            _ if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    fn example() -> (Sources, Vec<Diagnostic>) {
        let mut sources = Sources::default();
        let file = sources.add("流 程,a:b.toml", "标题 = 1\r\nid = \"x\"\n");
        let at = |start, end| Span::new(file, start, end);
        let second = Diagnostic::warning("rule", at(12, 20), "say: 100 %\nthen").context(at(0, 6), "the title");
        (sources, vec![second.help("write, more"), Diagnostic::error("wrong", at(0, 6), "no")])
    }

    #[test]
    fn a_list_of_objects_in_the_order_of_places() {
        let (sources, diagnostics) = example();
        let nowhere = [Diagnostic::error_nowhere("unreadable", "can't read")];
        let found = [
            Found { name: Some("a"), sources: &sources, diagnostics: &diagnostics },
            Found { name: Some("b"), sources: &sources, diagnostics: &nowhere },
        ];
        let list: Value = serde_json::from_str(&json(&found)).unwrap();
        let expected = json!([
            { "code": "wrong", "level": "error", "message": "no", "file": "流 程,a:b.toml",
              "line": 1, "column": 1, "end_line": 1, "end_column": 3, "help": [] },
            { "code": "rule", "level": "warning", "message": "say: 100 %\nthen", "file": "流 程,a:b.toml",
              "line": 2, "column": 1, "end_line": 2, "end_column": 9, "help": ["write, more"] },
            { "code": "unreadable", "level": "error", "message": "can't read", "file": "b",
              "line": null, "column": null, "end_line": null, "end_column": null, "help": [] },
        ]);
        assert_eq!(list, expected);
        assert_eq!(json(&[]), "[]\n");
    }

    #[test]
    fn annotations_are_escaped() {
        let (sources, diagnostics) = example();
        let found = [Found { name: None, sources: &sources, diagnostics: &diagnostics }];
        assert_eq!(
            github(&found),
            "::error file=流 程%2Ca%3Ab.toml,line=1,endLine=1,col=1,endColumn=3,title=wrong::no\n\
             ::warning file=流 程%2Ca%3Ab.toml,line=2,endLine=2,col=1,endColumn=9,title=rule::\
             say: 100 %25%0Athen%0Awrite, more\n"
        );
    }

    #[test]
    fn a_log_names_rules_and_places() {
        let (sources, diagnostics) = example();
        let found = [Found { name: None, sources: &sources, diagnostics: &diagnostics }];
        let codes = [Code { name: "rule", what: "what", why: "why" }];
        let log: Value = serde_json::from_str(&sarif(&found, &codes)).unwrap();
        let run = &log["runs"][0];
        assert_eq!((&log["version"], &run["columnKind"]), (&json!("2.1.0"), &json!("unicodeCodePoints")));
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "rule");
        // What is no rule is described, too.
        let fault = &run["results"][0];
        let described =
            fault["ruleIndex"].as_u64().and_then(|index| run["tool"]["driver"]["rules"].get(index as usize));
        assert_eq!(described.map(|rule| &rule["id"]), Some(&fault["ruleId"]));
        let result = &run["results"][1];
        assert_eq!((&result["ruleIndex"], &result["level"]), (&json!(0), &json!("warning")));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "%E6%B5%81%20%E7%A8%8B%2Ca%3Ab.toml");
        assert_eq!(place["region"], json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 9 }));
        assert_eq!(result["relatedLocations"][0]["message"]["text"], "the title");
    }
}
