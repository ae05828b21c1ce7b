//! The attachments of the check list: its inputs, a record of what else shaped its pages, and the runbook. From them
//! the same pages can be made again, even ten years later.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Deserialize;
use toml::{Table, Value};

use super::inputs::{Input, InputRole, Inputs};
use super::list_digest::list_digest;
use super::settings::Settings;
use crate::geometry::Paper;
use crate::page::{Attachment, AttachmentRelation};
use crate::plan::Plan;
use crate::source::release::quoted;
use crate::view::checklist::SheetKind;
use crate::view::labels::{Labels, WordName, word};

/// The attachment that holds a [`BuildRecord`].
pub const OPTIONS: &str = "options.toml";
/// The attachment that holds the runbook.
pub const RUNBOOK: &str = "runbook.md";

/// The media type of TOML.
const TOML: &str = "application/toml";

/// The format of the records that this version writes.
const FORMAT: u32 = 2;

/// A record of what shaped the pages: the index of the inputs, and the options.
///
/// Format 1 has no index: its inputs have fixed names, and only the flow's digest is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BuildRecord {
    /// The format of the record that was read or is written.
    pub format: u32,
    /// Version of the program.
    pub runsheet: String,
    /// SHA-256 of the flow's bytes.
    pub flow_digest: String,
    /// SHA-256 of what shapes the pages, see [`list_digest`]; `None` in format 1.
    pub list_digest: Option<String>,
    /// Language.
    pub lang: String,
    /// Name of the paper on the command line.
    pub paper: String,
    /// Names of the sheets on the command line; `None` for all.
    pub sheets: Option<Vec<String>>,
    /// Number of copies; 0 for a single list that doesn't say which copy it is.
    #[serde(default)]
    pub copies: u32,
    /// True when the list can be filled in on a screen.
    #[serde(default)]
    pub fillable: bool,
    /// SHA-256 of each font file of the user's.
    #[serde(default)]
    pub fonts: Vec<String>,
    /// True when the runbook's template is the user's.
    #[serde(default)]
    pub own_runbook: bool,
    /// The inputs.
    #[serde(rename = "input")]
    pub inputs: Vec<Indexed>,
}

/// An input in the index.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indexed {
    /// What it is for.
    pub role: InputRole,
    /// Its path, see [`recorded_path`](super::inputs::recorded_path); empty for an input that came from no file.
    #[serde(default)]
    pub path: String,
    /// The name of its attachment.
    pub stored: String,
    /// SHA-256 of its bytes; `None` in format 1, where an input may be missing.
    pub sha256: Option<String>,
}

impl BuildRecord {
    /// The record of a list that a build makes, with these sheets or all.
    #[must_use]
    pub fn new(plan: &Plan, inputs: &Inputs, settings: &Settings, sheets: Option<&[SheetKind]>) -> Self {
        let sheets = sheets.map(SheetKind::names);
        let paper = Paper::ALL.iter().find(|(_, known)| *known == settings.paper).map_or("", |(name, _)| name);
        let index = inputs.iter().map(|input| Indexed {
            role: input.role,
            path: input.path.clone(),
            stored: input.stored.clone(),
            sha256: Some(input.digest.clone()),
        });
        let mut record = Self {
            format: FORMAT,
            runsheet: env!("CARGO_PKG_VERSION").to_owned(),
            flow_digest: inputs.flow_digest().to_owned(),
            list_digest: None,
            lang: plan.lang.tag().to_owned(),
            paper: paper.to_owned(),
            sheets,
            copies: settings.copies,
            fillable: settings.fillable,
            fonts: settings.font_digests.clone(),
            own_runbook: settings.templates.is_own(RUNBOOK),
            inputs: index.collect(),
        };
        record.list_digest = Some(list_digest(inputs, &record.options()));
        record
    }

    /// Reads a record.
    ///
    /// # Errors
    /// Why it can't be understood, as words that follow the name of the file.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let broken = || format!("was edited, or made otherwise: `{OPTIONS}` inside of it can't be read");
        let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
        // The format is read before the rest, so that keys of a later format don't hide that it is one.
        let mut said: Table = toml::from_str(text).map_err(|_| broken())?;
        let ours = env!("CARGO_PKG_VERSION");
        let format = said.get("format").and_then(Value::as_integer);
        let later = format.is_some_and(|format| format > FORMAT.into());
        if let Some(theirs) = said.get("runsheet").and_then(Value::as_str)
            && (later || is_later(theirs, ours))
        {
            let theirs: String = theirs.chars().take(40).collect();
            return Err(format!("was made by a later version: {theirs}, and this is runsheet {ours}"));
        }
        if format == Some(1) {
            index_format_1(&mut said);
        } else if format != Some(FORMAT.into()) {
            return Err(broken());
        }
        let record: Self = said.try_into().map_err(|_| broken())?;
        if is_sound(&record.inputs) { Ok(record) } else { Err(broken()) }
    }

    /// True for a record of [`FORMAT`], which is written with the same bytes again.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.format == FORMAT
    }

    /// True for a list that this version made, so that it is made again with the same bytes.
    #[must_use]
    pub fn is_of_this_version(&self) -> bool {
        self.runsheet == env!("CARGO_PKG_VERSION")
    }

    /// The record as TOML. Keys with their default are left out.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = String::from("# what shaped these pages: see `runsheet verify --help`\n");
        // Writing to a string can't fail, here and below.
        let _ = writeln!(out, "format = {}\nrunsheet = {}", self.format, quoted(&self.runsheet));
        let _ = writeln!(out, "flow-digest = {}", quoted(&self.flow_digest));
        if let Some(digest) = &self.list_digest {
            let _ = writeln!(out, "list-digest = {}", quoted(digest));
        }
        out.push_str(&self.options());
        if self.fillable {
            out.push_str("fillable = true\n");
        }
        if self.own_runbook {
            out.push_str("own-runbook = true\n");
        }
        for input in &self.inputs {
            let _ = writeln!(out, "\n[[input]]\nrole = {}", quoted(input.role.name()));
            if !input.path.is_empty() {
                let _ = writeln!(out, "path = {}", quoted(&input.path));
            }
            let _ = writeln!(out, "stored = {}", quoted(&input.stored));
            if let Some(digest) = &input.sha256 {
                let _ = writeln!(out, "sha256 = {}", quoted(digest));
            }
        }
        out
    }

    /// The options that shape the pages, as TOML. The list digest is made of them too. A form isn't another list: printed,
    /// it is the same pages.
    fn options(&self) -> String {
        let list = |words: &[String]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
        let mut out = format!("lang = {}\npaper = {}\n", quoted(&self.lang), quoted(&self.paper));
        if let Some(sheets) = &self.sheets {
            let _ = writeln!(out, "sheets = [{}]", list(sheets));
        }
        if self.copies > 0 {
            let _ = writeln!(out, "copies = {}", self.copies);
        }
        if !self.fonts.is_empty() {
            let _ = writeln!(out, "fonts = [{}]", list(&self.fonts));
        }
        out
    }
}

/// True for an index of one flow, in which each input is stored under a plain file name that nothing else is stored under,
/// and each role that [stands once](InputRole::stands_once) does so. On some disks `A` and `a` are one name.
fn is_sound(index: &[Indexed]) -> bool {
    let mut names = BTreeSet::from([OPTIONS, RUNBOOK].map(str::to_owned));
    let mut roles = BTreeSet::new();
    index.iter().all(|input| {
        let name = input.stored.to_ascii_lowercase();
        let is_plain = !name.starts_with('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let is_another = roles.insert(input.role) || !input.role.stands_once();
        !name.is_empty() && is_plain && names.insert(name) && is_another
    }) && roles.contains(&InputRole::Flow)
}

/// Adds the index of the inputs to a record of format 1, which has none.
fn index_format_1(said: &mut Table) {
    let flow_digest = said.remove("digest");
    let index = InputRole::OF_FORMAT_1.map(|role| {
        let mut input = Table::new();
        input.insert("role".to_owned(), role.name().into());
        input.insert("stored".to_owned(), role.attachment().into());
        let known = flow_digest.clone().filter(|_| role == InputRole::Flow);
        input.extend(known.map(|digest| ("sha256".to_owned(), digest)));
        Value::Table(input)
    });
    said.insert("input".to_owned(), index.to_vec().into());
    said.extend(flow_digest.map(|digest| ("flow-digest".to_owned(), digest)));
}

/// True when a version is later than another, as `0.10.0` is later than `0.9.1`.
fn is_later(version: &str, than: &str) -> bool {
    let numbers = |version: &str| {
        let release = version.split(['-', '+']).next().unwrap_or_default();
        release.split('.').map(|number| number.parse().unwrap_or(0)).collect::<Vec<u64>>()
    };
    numbers(version) > numbers(than)
}

/// Every attachment, in the order in which it is used.
#[must_use]
pub fn attachments(labels: &Labels, inputs: &Inputs, record: &BuildRecord, runbook: Vec<u8>) -> Vec<Attachment> {
    let attach = |name: &str, media_type, label: WordName, relation, bytes: Vec<u8>| Attachment {
        name: name.to_owned(),
        media_type,
        description: labels.say(label).to_owned(),
        relation,
        bytes,
    };
    let source =
        |name: &str, media_type, label, bytes| attach(name, media_type, label, AttachmentRelation::Source, bytes);
    let label = |role| match role {
        InputRole::Flow => word!("sheet.attached-flow"),
        InputRole::Part => word!("sheet.attached-part"),
        InputRole::Text => word!("sheet.attached-text"),
        InputRole::Logo => word!("sheet.attached-logo"),
        InputRole::Look => word!("sheet.attached-look"),
        InputRole::Release => word!("sheet.attached-release"),
        InputRole::OlderFlow => word!("sheet.attached-since"),
        InputRole::OlderPart => word!("sheet.attached-since-part"),
        InputRole::OlderText => word!("sheet.attached-since-text"),
        InputRole::ColdList => word!("sheet.attached-cold"),
        InputRole::Labels => word!("sheet.attached-labels"),
    };
    let media_type = |input: &Input| match input.role {
        InputRole::Logo if input.stored.rsplit_once('.').is_some_and(|(_, extension)| extension == "png") => {
            "image/png"
        }
        InputRole::Logo => "image/svg+xml",
        InputRole::Text | InputRole::OlderText => "text/plain",
        InputRole::Flow
        | InputRole::Part
        | InputRole::Look
        | InputRole::Release
        | InputRole::OlderFlow
        | InputRole::OlderPart
        | InputRole::ColdList
        | InputRole::Labels => TOML,
    };
    let of_input = |input: &Input| source(&input.stored, media_type(input), label(input.role), input.bytes.clone());
    let mut attached: Vec<Attachment> = inputs.iter().map(of_input).collect();
    attached.push(source(OPTIONS, TOML, word!("sheet.attached-options"), record.write().into_bytes()));
    attached.push(attach(
        RUNBOOK,
        "text/markdown",
        word!("sheet.attached-runbook"),
        AttachmentRelation::Alternative,
        runbook,
    ));
    attached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(is_later("0.10.0", "0.9.1") && is_later("1.0.0", "0.99.0"));
        assert!(!is_later("0.1.0", "0.1.0") && !is_later("0.1.0-rc.1", "0.1.0"));
    }

    #[test]
    fn a_record_is_read_as_it_is_written() {
        let record = BuildRecord {
            format: FORMAT,
            runsheet: "0.1.0".to_owned(),
            flow_digest: "ab".to_owned(),
            list_digest: Some("cd".to_owned()),
            lang: "zh-CN".to_owned(),
            paper: "a4".to_owned(),
            sheets: Some(vec!["hot".to_owned()]),
            copies: 2,
            fillable: true,
            fonts: vec!["ef".to_owned()],
            own_runbook: true,
            inputs: vec![
                indexed(InputRole::Flow, "flow.toml"),
                Indexed { path: "old \"1\"\\.toml".to_owned(), ..indexed(InputRole::OlderFlow, "since-2_b.toml") },
            ],
        };
        assert_eq!(BuildRecord::read(record.write().as_bytes()), Ok(record.clone()));
        let text = record.write().replace("format = 2", "format = 3");
        assert!(BuildRecord::read(text.as_bytes()).unwrap_err().contains("later version: 0.1.0"));
        for broken in ["format = 0", "format = '2'", "formats = 2", "format = 2\nx = 1"] {
            let text = record.write().replace("format = 2", broken);
            assert!(BuildRecord::read(text.as_bytes()).unwrap_err().contains("can't be read"), "{broken}");
        }
        for inputs in [
            vec![],
            vec![indexed(InputRole::OlderFlow, "since.toml")],
            vec![indexed(InputRole::Flow, "flow.toml"), indexed(InputRole::Flow, "flow-2.toml")],
            vec![indexed(InputRole::Flow, "x.toml"), indexed(InputRole::Release, "X.toml")],
        ] {
            let text = BuildRecord { inputs, ..record.clone() }.write();
            assert!(BuildRecord::read(text.as_bytes()).unwrap_err().contains("can't be read"), "{text}");
        }
        for name in ["", ".", "..", ".toml", "a/b", "a\\b", "/a", "C:a", "流程.toml", "a\n", "a b", OPTIONS, RUNBOOK]
        {
            let text = BuildRecord { inputs: vec![indexed(InputRole::Flow, name)], ..record.clone() }.write();
            assert!(BuildRecord::read(text.as_bytes()).unwrap_err().contains("can't be read"), "{name}");
        }
    }

    fn indexed(role: InputRole, stored: &str) -> Indexed {
        Indexed { role, path: String::new(), stored: stored.to_owned(), sha256: Some("01".to_owned()) }
    }

    #[test]
    fn a_record_of_format_1_has_the_inputs_of_fixed_names() {
        let text = "format = 1\nrunsheet = \"0.1.0\"\ndigest = \"ab\"\nlang = \"en\"\npaper = \"a4\"\n";
        let record = BuildRecord::read(text.as_bytes()).unwrap();
        assert_eq!((record.flow_digest.as_str(), record.list_digest, record.format), ("ab", None, 1));
        let index: Vec<_> = record.inputs.iter().map(|input| (&*input.stored, input.sha256.as_deref())).collect();
        assert_eq!(index, [("flow.toml", Some("ab")), ("release.toml", None), ("since.toml", None)]);
        assert!(BuildRecord::read(text.replace("digest", "flow-digest").as_bytes()).is_ok());
        assert!(BuildRecord::read(text.replace("digest = \"ab\"\n", "").as_bytes()).is_err());
    }
}
