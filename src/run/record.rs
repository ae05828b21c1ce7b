//! What goes along inside the check list: the flow, the release, what else shaped its pages, and the runbook. From these
//! the same pages can be made again, ten years later too.

use std::fmt::Write as _;

use serde::Deserialize;

use super::inputs::Originals;
use super::pipeline::Settings;
use crate::geometry::Paper;
use crate::page::{Attachment, Relation};
use crate::plan::Plan;
use crate::source::release::quoted;
use crate::view::checklist::SheetKind;
use crate::view::labels::Labels;

/// The flow, byte by byte.
pub const FLOW: &str = "flow.toml";
/// The release; not there when nothing was said of it.
pub const RELEASE: &str = "release.toml";
/// The older revision that changes are marked against; not there when there is none.
pub const SINCE: &str = "since.toml";
/// A [`Record`].
pub const OPTIONS: &str = "options.toml";
/// The runbook.
pub const RUNBOOK: &str = "runbook.md";

/// Which form of record this is.
const FORMAT: u32 = 1;

/// What shaped the pages besides flow and release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Record {
    /// The form of this record.
    pub format: u32,
    /// Version of the program.
    pub runsheet: String,
    /// SHA-256 of the flow's bytes.
    pub digest: String,
    /// Language.
    pub lang: String,
    /// Paper, by its name on the command line.
    pub paper: String,
    /// Sheets, by their names there; all when it isn't there.
    pub sheets: Option<Vec<String>>,
    /// Copies; 0 for one that doesn't say so.
    #[serde(default)]
    pub copies: u32,
    /// Whether it can be filled in on a screen.
    #[serde(default)]
    pub fillable: bool,
    /// SHA-256 of each font file that isn't ours.
    #[serde(default)]
    pub fonts: Vec<String>,
    /// True when the runbook's template isn't ours.
    #[serde(default)]
    pub own_runbook: bool,
}

impl Record {
    /// The record of a build.
    #[must_use]
    pub fn new(plan: &Plan, settings: &Settings) -> Self {
        let name = |kind: &SheetKind| SheetKind::ALL.iter().find(|(_, known)| known == kind).map(|(name, _)| *name);
        let sheets = settings.sheets.as_ref().map(|sheets| sheets.iter().filter_map(name).map(str::to_owned).collect());
        let paper = Paper::ALL.iter().find(|(_, known)| *known == settings.paper).map_or("", |(name, _)| name);
        Self {
            format: FORMAT,
            runsheet: env!("CARGO_PKG_VERSION").to_owned(),
            digest: plan.digest.clone(),
            lang: plan.lang.tag().to_owned(),
            paper: paper.to_owned(),
            sheets,
            copies: settings.copies,
            fillable: settings.fillable,
            fonts: settings.font_digests.clone(),
            own_runbook: settings.templates.is_own(RUNBOOK),
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// Says why it can't be understood, to go on after the name of the file.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let broken = || format!("was edited, or made otherwise: `{OPTIONS}` inside of it can't be read");
        let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
        // What a later version says more must not hide that it is one.
        let said: toml::Table = toml::from_str(text).map_err(|_| broken())?;
        let ours = env!("CARGO_PKG_VERSION");
        let later = said.get("format").and_then(toml::Value::as_integer).is_some_and(|format| format > FORMAT.into());
        if let Some(theirs) = said.get("runsheet").and_then(toml::Value::as_str)
            && (later || is_later(theirs, ours))
        {
            let theirs: String = theirs.chars().filter(|c| !c.is_control()).take(40).collect();
            return Err(format!("was made by a later version: {theirs}, and this is runsheet {ours}"));
        }
        toml::from_str(text).map_err(|_| broken())
    }

    /// As TOML; what is as usual isn't said.
    #[must_use]
    pub fn write(&self) -> String {
        let list = |words: &[String]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
        let mut out =
            String::from("# what shaped these pages besides flow and release: see `runsheet verify --help`\n");
        // Writing to a string can't fail.
        let _ = writeln!(out, "format = {}\nrunsheet = {}", self.format, quoted(&self.runsheet));
        let _ = writeln!(out, "digest = {}\nlang = {}", quoted(&self.digest), quoted(&self.lang));
        let _ = writeln!(out, "paper = {}", quoted(&self.paper));
        if let Some(sheets) = &self.sheets {
            let _ = writeln!(out, "sheets = [{}]", list(sheets));
        }
        if self.copies > 0 {
            let _ = writeln!(out, "copies = {}", self.copies);
        }
        if self.fillable {
            out.push_str("fillable = true\n");
        }
        if !self.fonts.is_empty() {
            let _ = writeln!(out, "fonts = [{}]", list(&self.fonts));
        }
        if self.own_runbook {
            out.push_str("own-runbook = true\n");
        }
        out
    }
}

/// Whether a version is later than another: `0.10.0` than `0.9.1`.
fn is_later(version: &str, than: &str) -> bool {
    let numbers = |version: &str| {
        let release = version.split(['-', '+']).next().unwrap_or_default();
        release.split('.').map(|number| number.parse().unwrap_or(0)).collect::<Vec<u64>>()
    };
    numbers(version) > numbers(than)
}

/// Everything that goes along, in the order in which it is used.
#[must_use]
pub fn attachments(plan: &Plan, originals: &Originals, record: &Record, runbook: Vec<u8>) -> Vec<Attachment> {
    let labels = Labels::of(&plan.lang);
    let attach = |name, media_type, label: &str, relation, bytes: Vec<u8>| Attachment {
        name,
        media_type,
        description: labels.sheet(label).to_owned(),
        relation,
        bytes,
    };
    let source = |name, label: &str, bytes| attach(name, "application/toml", label, Relation::Source, bytes);
    let mut attached = vec![source(FLOW, "attached-flow", originals.flow.clone())];
    attached.extend(originals.release.clone().map(|bytes| source(RELEASE, "attached-release", bytes)));
    attached.extend(originals.since.clone().map(|bytes| source(SINCE, "attached-since", bytes)));
    attached.push(source(OPTIONS, "attached-options", record.write().into_bytes()));
    attached.push(attach(RUNBOOK, "text/markdown", "attached-runbook", Relation::Alternative, runbook));
    attached
}
