//! The runbook's YAML front matter: what a machine wants to know of it.

use std::fmt::Write;

use crate::chars::is_separator;
use crate::plan::Plan;

/// Lines of YAML, each with its line break.
#[must_use]
pub fn matter(plan: &Plan) -> String {
    let mut yaml = String::new();
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(yaml, "{key}: {}", quoted(&value));
        }
    };
    let release = &plan.release;
    line("title", Some(plan.title.to_plain()));
    line("id", Some(plan.id.clone()));
    line("lang", Some(plan.lang.tag().to_owned()));
    line("revision", plan.revision.as_deref().map(str::to_owned));
    line("revised", plan.revised.map(|date| date.to_string()));
    line("owner", plan.owner.as_ref().map(crate::text::Text::to_plain));
    line("release", release.number.as_deref().map(str::to_owned));
    line("start", release.start.as_ref().map(|start| start.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()));
    let given: Vec<_> = plan.values.iter().filter_map(|value| Some((value, value.given.as_ref()?))).collect();
    if !given.is_empty() {
        yaml.push_str("values:\n");
    }
    for (value, given) in given {
        let _ = write!(yaml, "  {}: ", key(&value.name));
        match given.as_slice() {
            [one] if !value.list => yaml.push_str(&quoted(one)),
            several => {
                let several: Vec<_> = several.iter().map(|one| quoted(one)).collect();
                let _ = write!(yaml, "[{}]", several.join(", "));
            }
        }
        yaml.push('\n');
    }
    let _ = writeln!(yaml, "digest: {}", quoted(&format!("sha256:{}", plan.digest)));
    yaml
}

/// A key, bare where YAML takes it for nothing else.
fn key(name: &str) -> String {
    let known = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let bare = letters && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if bare && !known.contains(&name.to_ascii_lowercase().as_str()) { name.to_owned() } else { quoted(name) }
}

/// A double-quoted scalar: what is quoted can't be taken for a number, a date or markup.
fn quoted(words: &str) -> String {
    let mut out = String::from("\"");
    for c in words.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_separator(c) || c == '\u{feff}' => {
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
        assert_eq!(quoted("a: \"b\"\n---\r\\"), r#""a: \"b\"\n---\u000D\\""#);
        assert_eq!(["version", "on", "1e3"].map(key), ["version", "\"on\"", "\"1e3\""]);
    }
}
