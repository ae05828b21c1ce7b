//! The list digest, which tells which list somebody holds in their hands. Two lists have the same digest exactly when
//! the same inputs and options shaped their pages, apart from what is known only after people agreed on the list or when it is
//! printed.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::inputs::{InputRole, Inputs};
use crate::source;

/// Keys of a release that are written once people agreed on its list, or when it is printed. The digest leaves them out:
/// otherwise approving a list, or printing it once more, would make it another list.
const WRITTEN_LATER: [&str; 8] =
    ["approvals", "status", "outcome", "replaces", "printed", "rolled-back-from", "scan", "record"];

/// SHA-256, in lower-case hexadecimal, of every input's role and content, then of `options`. The program's version and the
/// paths of the inputs don't count.
#[must_use]
pub fn list_digest(inputs: &Inputs, options: &str) -> String {
    let mut text = String::from("runsheet list 1\n");
    // What became of the cold list is written after people agreed on the main one, too.
    for input in inputs.iter().filter(|input| input.role != InputRole::ColdList) {
        let digest = match input.role {
            InputRole::Release => source::digest(canonical(&input.bytes).as_bytes()),
            _ => input.digest.clone(),
        };
        // Writing to a string can't fail, here and below.
        let _ = writeln!(text, "{} {digest}", input.role.name());
    }
    text.push_str(options);
    source::digest(text.as_bytes())
}

/// What a release says that shapes the pages: keys in order of their names, without comments and spaces.
fn canonical(release: &[u8]) -> String {
    let text = String::from_utf8_lossy(release);
    let text = text.trim_start_matches('\u{feff}');
    // A release with faults is never printed, so its digest doesn't matter.
    let mut table: Table = toml::from_str(text).unwrap_or_default();
    for key in WRITTEN_LATER {
        table.remove(key);
    }
    let mut out = String::new();
    write_table(&table, &mut out);
    out
}

fn write_table(table: &Table, out: &mut String) {
    let mut keys: Vec<_> = table.iter().collect();
    keys.sort_by_key(|(key, _)| *key);
    out.push('{');
    for (key, value) in keys {
        let _ = write!(out, "{}=", source::release::quoted(key));
        write_value(value, out);
        out.push(',');
    }
    out.push('}');
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::String(string) => out.push_str(&source::release::quoted(string)),
        Value::Table(table) => write_table(table, out),
        Value::Array(array) => {
            out.push('[');
            for value in array {
                write_value(value, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Integer(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Float(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Boolean(boolean) => {
            let _ = write!(out, "{boolean}");
        }
        Value::Datetime(moment) => {
            let _ = write!(out, "{moment}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(release: &str) -> String {
        let mut inputs = Inputs::default();
        inputs.replace(InputRole::Flow, "flow.toml".to_owned(), b"flow".to_vec()).unwrap();
        inputs.replace(InputRole::Release, "x.release.toml".to_owned(), release.into()).unwrap();
        list_digest(&inputs, "lang = \"en\"\n")
    }

    const RELEASE: &str = "flow = 'x'\nstart = 2013-01-25T20:00:00+08:00\n[values]\na = '1'\nb = ['2', '3']\n";

    #[test]
    fn what_is_written_later_and_how_it_is_written_do_not_count() {
        let same = [
            "# planned\r\nstart = 2013-01-25 20:00:00+08:00\r\nflow = \"x\"\r\nvalues = { b = [ '2','3' ], a = '1' }\r\n",
            &format!(
                "\u{feff}status = 'postponed'\noutcome = 'executed'\nreplaces = '2013-01'\nscan = 'ab'\nrecord = 'cd'\n{RELEASE}"
            ),
            &format!("printed = 2013-01-25T15:02:00\n{RELEASE}"),
            &format!("{RELEASE}[approvals]\ncab = {{ name = 'Ann', list = 'a075' }}\n"),
        ];
        for release in same {
            assert_eq!(digest(release), digest(RELEASE), "{release}");
        }
    }

    #[test]
    fn what_shapes_the_pages_counts() {
        let others = [
            RELEASE.replace("'1'", "'2'"),
            RELEASE.replace("'2', '3'", "'3', '2'"),
            RELEASE.replace("'2', '3'", "'2, 3'"),
            RELEASE.replace("+08:00", "+07:00"),
            RELEASE.replace("[values]", "[values]\nstatus = 'cancelled'"),
            String::new(),
        ];
        for release in others {
            assert_ne!(digest(&release), digest(RELEASE), "{release}");
        }
        let mut inputs = Inputs::default();
        inputs.replace(InputRole::Flow, String::new(), b"flow".to_vec()).unwrap();
        let flow_alone = list_digest(&inputs, "lang = \"en\"\n");
        assert_ne!(flow_alone, list_digest(&inputs, "lang = \"de\"\n"));
        inputs.replace(InputRole::OlderFlow, String::new(), b"old".to_vec()).unwrap();
        assert_ne!(flow_alone, list_digest(&inputs, "lang = \"en\"\n"));
        inputs.replace(InputRole::Flow, "elsewhere.toml".to_owned(), b"flow".to_vec()).unwrap();
        let moved = list_digest(&inputs, "lang = \"en\"\n");
        inputs.replace(InputRole::Flow, String::new(), b"flow".to_vec()).unwrap();
        assert_eq!(moved, list_digest(&inputs, "lang = \"en\"\n"));
    }
}
