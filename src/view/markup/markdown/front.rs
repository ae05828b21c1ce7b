//! Writes YAML front matter.

use std::fmt::Write;

use super::Front;
use crate::chars::is_separator;

/// The entries between two lines of dashes.
pub(super) fn yaml(entries: &[(String, Front)]) -> String {
    let mut yaml = String::from("---\n");
    mapping(&mut yaml, entries, 0);
    yaml.push_str("---");
    yaml
}

fn mapping(yaml: &mut String, entries: &[(String, Front)], depth: usize) {
    for (name, value) in entries {
        yaml.push_str(&"  ".repeat(depth));
        yaml.push_str(&key(name));
        yaml.push(':');
        match value {
            Front::Text(words) => {
                yaml.push(' ');
                yaml.push_str(&quoted(words));
            }
            Front::List(several) => {
                let several: Vec<_> = several.iter().map(|one| quoted(one)).collect();
                // Writing to a string can't fail.
                let _ = write!(yaml, " [{}]", several.join(", "));
            }
            Front::Table(entries) => {
                yaml.push('\n');
                mapping(yaml, entries, depth + 1);
                continue;
            }
        }
        yaml.push('\n');
    }
}

/// A key, without quotes if YAML can't take it for anything else.
fn key(name: &str) -> String {
    let known = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let bare = letters && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if bare && !known.contains(&name.to_ascii_lowercase().as_str()) { name.to_owned() } else { quoted(name) }
}

/// A double-quoted scalar, which can't be taken for a number, a date or markup.
fn quoted(words: &str) -> String {
    let mut out = String::from("\"");
    for c in words.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // The page of a wiki may show it as it stands, where `<` would begin a tag.
            c if c.is_control() || is_separator(c) || matches!(c, '\u{feff}' | '<') => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_scalar_stays_on_its_line() {
        assert_eq!(quoted("a: \"b\"\n---\r\\ <b>"), r#""a: \"b\"\n---\u000D\\ \u003Cb>""#);
        assert_eq!(["version", "on", "1e3"].map(key), ["version", "\"on\"", "\"1e3\""]);
    }

    #[test]
    fn values_of_values_stand_under_their_name() {
        let hosts = Front::List(vec!["a".to_owned(), "b".to_owned()]);
        let entries = [
            ("id".to_owned(), Front::Text("x".to_owned())),
            ("values".to_owned(), Front::Table(vec![("on".to_owned(), hosts)])),
        ];
        assert_eq!(yaml(&entries), "---\nid: \"x\"\nvalues:\n  \"on\": [\"a\", \"b\"]\n---");
    }
}
