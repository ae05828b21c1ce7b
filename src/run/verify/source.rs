//! Reads the attachments of a check list, and makes the list again from them.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Sources};
use crate::geometry::Paper;
use crate::page::pdf::received::Received;
use crate::plan::ReleaseStanding;
use crate::render;
use crate::run::carried::{CarriedInputs, carried_inputs, no_list};
use crate::run::cold;
use crate::run::inputs::{Input, InputRole, Inputs};
use crate::run::named;
use crate::run::pipeline::{self, Parsed, RebuiltList};
use crate::run::record::{self, BuildRecord};
use crate::run::settings::Settings;
use crate::source::flow::{Flow, IncludedPart};
use crate::source::named::{FileUse, NamedContent, NamedFile};
use crate::source::release::ReleaseFile;
use crate::source::{self, read_flow_with, read_release};
use crate::text::Fonts;
use crate::view::checklist::{MOST_COPIES, SheetKind, UsedColdList};
use crate::view::labels::LabelFiles;

/// What a list was made from, as the verdict reports it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ReportedSource {
    pub id: String,
    pub title: String,
    pub revision: Option<String>,
    /// The flow digest.
    pub digest: String,
    pub list_digest: Option<String>,
    pub runsheet: String,
    pub lang: String,
    pub paper: String,
    pub sheets: Option<Vec<String>>,
    pub copies: u32,
    pub fillable: bool,
    /// The parts that the flow includes.
    pub parts: Vec<ReportedPart>,
    pub release: Option<ReportedRelease>,
    /// What the list says of the cold list that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold: Option<UsedColdList>,
    /// The revision that changes are marked against.
    pub since: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ReportedPart {
    /// As the flow names it.
    pub path: String,
    pub revision: Option<String>,
    pub digest: String,
}

impl ReportedPart {
    fn new(part: &IncludedPart, inputs: &Inputs) -> Option<Self> {
        let (path, revision) = (part.path.value.clone(), part.revision.as_ref().map(|revision| revision.value.clone()));
        let digest = inputs.named(InputRole::Part, &path)?.digest.clone();
        Some(Self { path, revision, digest })
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ReportedRelease {
    pub number: Option<String>,
    pub start: Option<String>,
    pub operator: Option<String>,
    pub checker: Option<String>,
    /// What it is, where it isn't one that is still to be done: `drill`, its status, its outcome.
    pub standing: Vec<&'static str>,
    pub digest: String,
}

impl ReportedSource {
    pub(super) fn new(carried: &Carried, remade: &Remade) -> Self {
        let record = carried.record.clone();
        let plan = &remade.list.plan;
        let release = &plan.release;
        Self {
            id: plan.id.clone(),
            title: plan.title.to_plain(),
            revision: plan.revision.as_deref().map(str::to_owned),
            digest: plan.digest.clone(),
            list_digest: remade.record.list_digest.clone(),
            runsheet: record.runsheet,
            lang: record.lang,
            paper: record.paper,
            sheets: record.sheets,
            copies: record.copies,
            fillable: record.fillable,
            parts: carried.flow.parts.iter().filter_map(|part| ReportedPart::new(part, &carried.inputs)).collect(),
            release: carried.inputs.of(InputRole::Release).map(|file| ReportedRelease {
                number: release.number.as_deref().map(str::to_owned),
                start: release.start.as_ref().map(|start| start.strftime("%Y-%m-%d %H:%M %:z").to_string()),
                operator: release.operator.name.as_deref().map(str::to_owned),
                checker: release.checker.name.as_deref().map(str::to_owned),
                standing: release.standing().map(ReleaseStanding::word).collect(),
                digest: file.digest.clone(),
            }),
            cold: carried.cold.clone(),
            since: carried.since.as_ref().map(|since| {
                since
                    .revision
                    .as_ref()
                    .map_or_else(|| "an older revision".to_owned(), |revision| revision.value.clone())
            }),
        }
    }
}

/// The attachments of a check list, read.
pub(super) struct Carried {
    pub record: BuildRecord,
    pub inputs: Inputs,
    pub sources: Sources,
    pub flow: Flow,
    pub release: ReleaseFile,
    /// The words that it is written with.
    pub labels: LabelFiles,
    /// What the list says of the cold list that was used.
    cold: Option<UsedColdList>,
    since: Option<Flow>,
    runbook: Option<Vec<u8>>,
    /// The bytes of the record.
    options: Vec<u8>,
}

/// A list that was made again.
pub(super) struct Remade {
    pub list: RebuiltList,
    /// The file, as a build writes it.
    pub pdf: Vec<u8>,
    /// The record of this list.
    pub record: BuildRecord,
    /// What is wrong with the attachments.
    pub faults: Vec<Diagnostic>,
}

/// Reads the attachments of a check list.
///
/// # Errors
/// One line that says why it isn't a list that runsheet made, or why it can't be read.
pub(super) fn carried(inside: &Received<'_>, file: &str) -> Result<Carried, Box<Diagnostic>> {
    let CarriedInputs { record, options, inputs } = carried_inputs(inside, file)?;
    let mut sources = Sources::default();
    let edited = |what: &str| not_as_made(&record, file, what);
    let broken = |input: &Input, faults: &[Diagnostic]| {
        let why = faults.first().map_or("it can't be read", |first| &first.message);
        edited(&format!("in `{}` inside of it, {why}", input.stored))
    };
    let add = |sources: &mut Sources, input: &Input| {
        let text = source::decode(&input.stored, &input.bytes).map_err(|why| broken(input, &[why]))?;
        Ok::<_, Box<Diagnostic>>(sources.add(format!("{} inside of {file}", input.stored), text))
    };
    let sound = |input: &Input, faults: Vec<Diagnostic>| {
        let wrong: Vec<Diagnostic> = faults.into_iter().filter(Diagnostic::is_error).collect();
        if wrong.is_empty() { Ok(()) } else { Err(broken(input, &wrong)) }
    };
    let read = |sources: &mut Sources, input: &Input| {
        let id = add(sources, input)?;
        let mut fetch = |named: &NamedFile| {
            let is_older = input.role == InputRole::OlderFlow && named.what == FileUse::Logo;
            let has_none = named.what == FileUse::Config
                && (input.role != InputRole::Flow || inputs.of(InputRole::Look).is_none());
            if is_older || has_none {
                return Ok(NamedContent::Unneeded);
            }
            let role = InputRole::of_named(named.what, input.role);
            named::carried(&inputs, role, &named.path.value, format!("{} inside of {file}", named.path.value))
        };
        let (flow, faults) = read_flow_with(sources, id, &mut fetch);
        sound(input, faults)?;
        flow.ok_or_else(|| broken(input, &[]))
    };
    let flow = read(&mut sources, inputs.of(InputRole::Flow).ok_or_else(|| no_list(file))?)?;
    let release = match inputs.of(InputRole::Release) {
        Some(input) => {
            let id = add(&mut sources, input)?;
            let (release, faults) = read_release(&sources, id);
            sound(input, faults)?;
            release.unwrap_or_default()
        }
        None => ReleaseFile::default(),
    };
    let own = inputs.iter().filter(|input| input.role == InputRole::Labels);
    let own = own.map(|input| (input.path.clone(), format!("{} inside of {file}", input.stored), input.bytes.clone()));
    let labels = LabelFiles::read(&mut sources, own.collect()).map_err(|faults| {
        let why = faults.first().map_or("", |first| &first.message);
        edited(&format!("in the labels inside of it, {why}"))
    })?;
    let since = inputs.of(InputRole::OlderFlow).map(|input| read(&mut sources, input)).transpose()?;
    let cold = inputs.of(InputRole::ColdList).map(|input| {
        let broken = || edited(&format!("`{}` inside isn't as it was written", input.stored));
        cold::read(&input.bytes).ok_or_else(broken)
    });
    let cold = cold.transpose()?;
    let runbook = inside.attachment(record::RUNBOOK);
    let runbook = runbook.map_err(|why| Diagnostic::error_nowhere("unreadable", format!("`{file}` {why}")))?;
    Ok(Carried { record, inputs, sources, flow, release, labels, cold, since, runbook, options })
}

/// The fault of a list that can't be read or made again from what is inside of it.
fn not_as_made(record: &BuildRecord, file: &str, what: &str) -> Box<Diagnostic> {
    if record.is_of_this_version() {
        Box::new(Diagnostic::error_nowhere("edited", format!("`{file}` was edited, or made otherwise: {what}")))
    } else {
        Box::new(other_version(record, &format!("`{file}` isn't compared, because of what it was made from: {what}")))
    }
}

/// The fault of a list for which another version must be asked, since it reads flows and lays pages out otherwise.
pub(super) fn other_version(record: &BuildRecord, what: &str) -> Diagnostic {
    let version = &record.runsheet;
    let is_plain = version.len() <= 40 && version.chars().all(|ch| ch.is_ascii_alphanumeric() || ".-+".contains(ch));
    let by = if is_plain { format!("runsheet {version}") } else { "a version that there isn't".to_owned() };
    let fault = Diagnostic::error_nowhere(OTHER_VERSION, format!("{what}; {by} made it, and this is another version"));
    if !is_plain {
        return fault;
    }
    fault.help(format!("verify it with that version: `cargo install runsheet --version {version}`"))
}

/// The code of the fault that [`other_version`] makes.
pub(super) const OTHER_VERSION: &str = "other-version";

/// Makes the list again from its attachments.
///
/// # Errors
/// One line that says what is needed for that.
pub(super) fn remake(
    carried: &Carried,
    fonts: Fonts,
    digests: Vec<String>,
    file: &str,
) -> Result<Remade, Box<Diagnostic>> {
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
    let edited = |what: &str| not_as_made(record, file, what);
    let paper = Paper::ALL.iter().find(|(name, _)| *name == record.paper).map(|(_, paper)| *paper);
    let sheets = record.sheets.as_deref().map(SheetKind::named);
    let (Some(paper), Some(sheets), true) =
        (paper, sheets.map_or(Some(None), |sheets| sheets.map(Some)), record.copies <= MOST_COPIES)
    else {
        return Err(edited("it names options that there aren't"));
    };
    let settings = Settings {
        sheets,
        copies: record.copies,
        fillable: record.fillable,
        lang: Some(record.lang.clone()),
        ..Settings::of_list(paper, fonts, digests)
    };
    let parsed = Parsed {
        flow: &carried.flow,
        release: &carried.release,
        sources: &carried.sources,
        since: carried.since.as_ref(),
        cold: carried.cold.as_ref(),
        inputs: &carried.inputs,
        labels: &carried.labels,
    };
    let unprintable = |faults: Vec<Diagnostic>| {
        let why = faults.iter().find(|fault| fault.is_error()).map_or("", |fault| &fault.message);
        edited(&format!("what is inside can't be printed: {why}"))
    };
    let mut list = pipeline::rebuild(&parsed, &settings).map_err(unprintable)?;
    let mut faults = Vec::new();
    let written = BuildRecord {
        own_runbook: record.own_runbook,
        runsheet: record.runsheet.clone(),
        ..BuildRecord::new(&list.plan, &carried.inputs, &settings, settings.sheets.as_deref())
    };
    // Another version may write it otherwise, and the runbook too.
    let is_of_this_version = record.is_of_this_version() && record.is_current();
    if is_of_this_version && written.write().as_bytes() != carried.options {
        faults.push(*edited(&format!("`{}` inside isn't as it was written", record::OPTIONS)));
    }
    let labels = carried.labels.of_plan(&list.plan);
    let runbook = if record.own_runbook || !is_of_this_version {
        carried.runbook.clone().unwrap_or_default()
    } else {
        let runbook = render::runbook(&list.plan, &labels, &settings.templates).map_err(Box::new)?;
        if carried.runbook.as_ref() != Some(&runbook.bytes) {
            faults.push(*edited(&format!("`{}` inside isn't the runbook of its flow", record::RUNBOOK)));
        }
        runbook.bytes
    };
    list.document.attachments = record::attachments(&labels, &carried.inputs, &written, runbook);
    let pdf = pipeline::print(&list.document, &settings).map_err(unprintable)?;
    list.document.attachments = Vec::new();
    Ok(Remade { list, pdf, record: written, faults })
}
