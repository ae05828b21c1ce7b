//! What a check list carries, and the list that it gives when it is made again.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Sources};
use crate::files::TEXT_LIMIT;
use crate::geometry::Paper;
use crate::page::pdf::inside::Inside;
use crate::plan::Plan;
use crate::render::{self, Templates};
use crate::run::inputs::Originals;
use crate::run::pipeline::{self, Again, Input, Settings};
use crate::run::record::{self, Record};
use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;
use crate::source::{self, read_flow, read_release};
use crate::text::Fonts;
use crate::view::checklist::{MOST_COPIES, SheetKind};

/// What it was made from, to be told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Source {
    pub id: String,
    pub title: String,
    pub revision: Option<String>,
    pub digest: String,
    pub runsheet: String,
    pub lang: String,
    pub paper: String,
    pub sheets: Option<Vec<String>>,
    pub copies: u32,
    pub fillable: bool,
    pub release: Option<Release>,
    /// The revision that changes are marked against.
    pub since: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Release {
    pub number: Option<String>,
    pub start: Option<String>,
    pub operator: Option<String>,
    pub checker: Option<String>,
    pub digest: String,
}

impl Source {
    pub(super) fn new(carried: &Carried, plan: &Plan) -> Self {
        let record = carried.record.clone();
        let release = &plan.release;
        Self {
            id: plan.id.clone(),
            title: plan.title.to_plain(),
            revision: plan.revision.as_deref().map(str::to_owned),
            digest: plan.digest.clone(),
            runsheet: record.runsheet,
            lang: record.lang,
            paper: record.paper,
            sheets: record.sheets,
            copies: record.copies,
            fillable: record.fillable,
            release: carried.originals.release.as_ref().map(|bytes| Release {
                number: release.number.as_deref().map(str::to_owned),
                start: release.start.as_ref().map(|start| start.strftime("%Y-%m-%d %H:%M %:z").to_string()),
                operator: release.operator.name.as_deref().map(str::to_owned),
                checker: release.checker.name.as_deref().map(str::to_owned),
                digest: source::digest(bytes),
            }),
            since: carried.since.as_ref().map(|since| {
                since
                    .revision
                    .as_ref()
                    .map_or_else(|| "an older revision".to_owned(), |revision| revision.value.clone())
            }),
        }
    }
}

/// What stands inside of a check list, read.
pub(super) struct Carried {
    pub record: Record,
    pub originals: Originals,
    pub sources: Sources,
    pub flow: Flow,
    release: ReleaseFile,
    since: Option<Flow>,
    runbook: Option<Vec<u8>>,
    /// The options as they stand there.
    options: Vec<u8>,
}

/// A list that was made again.
pub(super) struct Made {
    pub again: Again,
    /// Where what goes along isn't what it should be.
    pub faults: Vec<Diagnostic>,
}

/// Reads what a check list carries.
///
/// # Errors
/// Says in one line why it is none of ours, or none that can be read.
pub(super) fn carried(inside: &Inside<'_>, file: &str) -> Result<Carried, Box<Diagnostic>> {
    let fault = |code, message: String| Box::new(Diagnostic::error_nowhere(code, message));
    let attached = |name: &str| {
        let read = inside.attachment(name);
        let read = read.map_err(|why| fault("unreadable", format!("`{file}` {why}")))?;
        match read {
            Some(bytes) if bytes.len() as u64 > TEXT_LIMIT && name != record::RUNBOOK => {
                Err(fault("too-long", format!("`{name}` inside of `{file}` is longer than {} MiB", TEXT_LIMIT >> 20)))
            }
            read => Ok(read),
        }
    };
    let (Some(options), Some(flow)) = (attached(record::OPTIONS)?, attached(record::FLOW)?) else {
        let message = format!("`{file}` is no check list of runsheet: what it was made from isn't inside");
        return Err(fault("not-ours", message));
    };
    let record = Record::read(&options).map_err(|why| fault("not-ours", format!("`{file}` {why}")))?;
    let originals = Originals { flow, release: attached(record::RELEASE)?, since: attached(record::SINCE)? };
    let mut sources = Sources::default();
    let (read, digest) = (|name: &str| format!("{name} inside of {file}"), source::digest(&originals.flow));
    if digest != record.digest {
        let message = format!("`{file}` was edited: the flow inside isn't the one whose digest stands beside it");
        return Err(fault("edited", message));
    }
    let broken = |name: &str, faults: &[Diagnostic]| {
        let why = faults.first().map_or("it can't be read", |first| &first.message);
        fault("edited", format!("`{file}` was edited, or made otherwise: in `{name}` inside of it, {why}"))
    };
    let mut add = |name: &str, bytes: &[u8]| {
        let text = source::decode(name, bytes).map_err(|why| broken(name, &[why]))?;
        Ok::<_, Box<Diagnostic>>(sources.add(read(name), text))
    };
    let flow = add(record::FLOW, &originals.flow)?;
    let release = originals.release.as_ref().map(|bytes| add(record::RELEASE, bytes)).transpose()?;
    let since = originals.since.as_ref().map(|bytes| add(record::SINCE, bytes)).transpose()?;
    let sound = |name, faults: Vec<Diagnostic>| {
        let wrong: Vec<Diagnostic> = faults.into_iter().filter(Diagnostic::is_error).collect();
        if wrong.is_empty() { Ok(()) } else { Err(broken(name, &wrong)) }
    };
    let read = |id, name| {
        let (flow, faults) = read_flow(&sources, id);
        sound(name, faults)?;
        flow.ok_or_else(|| broken(name, &[]))
    };
    let flow = read(flow, record::FLOW)?;
    let since = since.map(|id| read(id, record::SINCE)).transpose()?;
    let release = match release {
        Some(id) => {
            let (release, faults) = read_release(&sources, id);
            sound(record::RELEASE, faults)?;
            release.unwrap_or_default()
        }
        None => ReleaseFile::default(),
    };
    let runbook = attached(record::RUNBOOK)?;
    Ok(Carried { record, originals, sources, flow, release, since, runbook, options })
}

/// Makes the list again from what it carries.
///
/// # Errors
/// Says in one line what is needed for that.
pub(super) fn again(
    carried: &Carried,
    fonts: Fonts,
    digests: Vec<String>,
    file: &str,
) -> Result<Made, Box<Diagnostic>> {
    let record = &carried.record;
    if digests != record.fonts {
        let message = match record.fonts.as_slice() {
            [] => format!("`{file}` was made without further fonts"),
            wanted => {
                let short: Vec<String> = wanted.iter().map(|digest| digest.chars().take(12).collect()).collect();
                format!("`{file}` was made with other fonts: SHA-256 {}…", short.join("…, "))
            }
        };
        let help = if record.fonts.is_empty() { "leave `--font` out" } else { "give the same ones with `--font`" };
        return Err(Box::new(Diagnostic::error_nowhere("other-fonts", message).help(help)));
    }
    let edited = |what: &str| {
        let message = format!("`{file}` was edited, or made otherwise: {what}");
        Box::new(Diagnostic::error_nowhere("edited", message))
    };
    let paper = Paper::ALL.iter().find(|(name, _)| *name == record.paper).map(|(_, paper)| *paper);
    let sheet = |name: &String| SheetKind::ALL.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
    let sheets = record.sheets.as_ref().map(|names| names.iter().map(sheet).collect::<Option<Vec<_>>>());
    let (Some(paper), Some(sheets), true) =
        (paper, sheets.map_or(Some(None), |sheets| sheets.map(Some)), record.copies <= MOST_COPIES)
    else {
        return Err(edited("it names options that there aren't"));
    };
    let settings = Settings {
        kinds: Vec::new(),
        paper,
        sheets,
        copies: record.copies,
        fillable: record.fillable,
        lang: Some(record.lang.clone()),
        fonts,
        font_digests: digests,
        templates: Templates::builtin(),
    };
    let input = Input {
        flow: &carried.flow,
        release: &carried.release,
        sources: &carried.sources,
        digest: &record.digest,
        since: carried.since.as_ref(),
        originals: &carried.originals,
    };
    let again = pipeline::again(&input, &settings).map_err(|faults| {
        let why = faults.iter().find(|fault| fault.is_error()).map_or("", |fault| &fault.message);
        edited(&format!("what is inside can't be printed: {why}"))
    })?;
    let mut faults = Vec::new();
    let written = Record {
        own_runbook: record.own_runbook,
        runsheet: record.runsheet.clone(),
        ..Record::new(&again.plan, &settings)
    };
    if written.write().as_bytes() != carried.options {
        faults.push(*edited(&format!("`{}` inside isn't as it was written", record::OPTIONS)));
    }
    if !record.own_runbook {
        let runbook = render::runbook(&again.plan, &settings.templates).map_err(Box::new)?;
        if carried.runbook.as_ref() != Some(&runbook.bytes) {
            faults.push(*edited(&format!("`{}` inside isn't the runbook of its flow", record::RUNBOOK)));
        }
    }
    Ok(Made { again, faults })
}
