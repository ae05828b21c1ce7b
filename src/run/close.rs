//! `runsheet close`: writes into a release file how the release went. All else in the file stays as it is.

use std::fmt::Write as _;
use std::path::Path;

use super::release_record::ReleaseRecord;
use super::{Report, gather};
use crate::cli::ReleaseArgs;
use crate::cli::close::CloseArgs;
use crate::diagnostic::{Diagnostic, Sources, print};
use crate::field::Outcome;
use crate::files;
use crate::plan;
use crate::source;
use crate::source::release::{ReleaseFile, quoted};

/// Writes into a release file what `args` says.
#[must_use]
pub fn close(args: &CloseArgs, color: bool) -> Report {
    let mut sources = Sources::default();
    match closed(args, &mut sources) {
        Ok(done) => Report::for_people(&done, "", 0),
        Err(faults) => Report::for_people("", &print::human(&sources, &faults, color), 1),
    }
}

fn closed(args: &CloseArgs, sources: &mut Sources) -> Result<String, Vec<Diagnostic>> {
    let one = |fault| vec![fault];
    let name = files::shown(&args.release);
    let record = args.record.as_deref().map(|path| ReleaseRecord::read(path, &args.font)).transpose()?;
    let (outcome, from) = said(args, record.as_ref()).map_err(one)?;
    let scan = args.scan.as_deref().map(scanned).transpose().map_err(one)?;
    let bytes = files::read(&args.release, files::TEXT_LIMIT).map_err(one)?;
    let text = source::decode(&name, &bytes).map_err(one)?;
    if text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("schema")) {
        let fault = Diagnostic::error_nowhere("not-a-release", format!("`{name}` is a flow, not a release"));
        return Err(one(fault.help("name the file of its release, which ends in `.release.toml`")));
    }
    let file = sources.add(name.clone(), text.clone());
    let (release, faults) = source::read_release(sources, file);
    let Some(release) = release.filter(|_| faults.is_empty()) else { return Err(faults) };
    if let Some(record) = &record {
        let id = release.flow.as_deref().map(|flow| &*flow.value);
        if !id.is_some_and(|id| record.is_of(id, &release)) {
            let number = release.number.as_deref().map_or("without a number", |number| &*number.value);
            let instead = format!("and `{name}` of `{}`, release {number}", id.unwrap_or_default());
            return Err(one(record.homeless(&instead).help("name the list of this release, or the file of that one")));
        }
        if let Some(fault) = record.contradicts(&release) {
            return Err(one(fault));
        }
    }
    if let Some(fault) = unfit(&args.release, &release, outcome, from.as_deref()) {
        return Err(one(fault));
    }
    let record = record.map(|record| record.digest);
    let wanted = [
        ("outcome", Some(outcome.word().to_owned()), written(&release, "outcome")),
        ("rolled-back-from", from, written(&release, "rolled-back-from")),
        ("scan", scan, written(&release, "scan")),
        ("record", record, written(&release, "record")),
    ];
    let mut lines = String::new();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    for (key, wanted, found) in wanted {
        match (wanted, found) {
            (Some(wanted), Some((found, place))) if wanted != found => {
                let message = format!("this says `{found}` already");
                let fault = Diagnostic::error("closed-already", place, message);
                return Err(one(fault.help(format!("if `{wanted}` is right, take this line out, and run it again"))));
            }
            // Writing to a string can't fail.
            (Some(wanted), None) => _ = write!(lines, "{key} = {}{line_end}", quoted(&wanted)),
            _ => {}
        }
    }
    if lines.is_empty() {
        return Ok(format!("{name}: all of that stands there already\n"));
    }
    let after = with_lines(&text, &release, &lines);
    // The file must say afterwards what was asked, wherever its author wrote what.
    let mut again = Sources::default();
    let file = again.add(name.clone(), after.clone());
    let (read, faults) = source::read_release(&again, file);
    let says = read.is_some_and(|read| read.outcome.as_ref().is_some_and(|said| said.value == outcome));
    if !faults.is_empty() || !says {
        let fault = Diagnostic::error_nowhere("not-written", format!("the lines can't be put into `{name}`"));
        return Err(one(
            fault.help(format!("write by hand, before any table: {}", lines.trim_end().replace(line_end, ", ")))
        ));
    }
    files::replace(&args.release, &text, &after).map_err(one)?;
    let told: Vec<&str> = lines.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    let kept = "note: lists that are built from now on say so; keep the file of the one that was printed";
    Ok(format!("{name}:\n{}{kept}\n", told.concat()))
}

/// How it went, and from which step it was rolled back, as the arguments and a record say it.
fn said(args: &CloseArgs, record: Option<&ReleaseRecord>) -> Result<(Outcome, Option<String>), Diagnostic> {
    let fault = |code, message: String, help: &str| Err(Diagnostic::error_nowhere(code, message).help(help));
    let other = |flag, said: &str, record: &ReleaseRecord, written: &str| {
        let message = format!("`{flag}` says `{said}`, and `{}` says `{written}`", record.name);
        fault("other-outcome", message, "leave the flag out, or correct whichever is wrong")
    };
    let ticked = record.and_then(|record| Some((record, record.outcome?)));
    let outcome = match (args.outcome, ticked, record) {
        (Some(said), Some((record, ticked)), _) if said != ticked => {
            return other("--outcome", said.word(), record, ticked.word());
        }
        (Some(outcome), ..) | (None, Some((_, outcome)), _) => outcome,
        (None, None, record) => {
            let name = record.map_or("the list", |record| &record.name);
            let message = format!("on `{name}` no outcome is ticked");
            return fault("no-outcome", message, "say how it went with `--outcome`");
        }
    };
    if outcome != Outcome::RolledBack {
        if args.from.is_some() {
            let message = "only a rollback begins from a step".to_owned();
            return fault("misplaced-from", message, "leave out `--from`, or say `--outcome rolled-back`");
        }
        return Ok((outcome, None));
    }
    let entered = record.map_or(&[][..], |record| &record.entered_from);
    match (&args.from, record, record.and_then(ReleaseRecord::rolled_back_from)) {
        (Some(said), Some(record), Some(written)) if said != written => other("--from", said, record, written),
        (None, Some(record), None) if !entered.is_empty() => {
            let message = format!(
                "`{}` says `{}`, which is the number of no step from which it is rolled back",
                record.name,
                entered.join("`, `")
            );
            fault("no-step", message, "say with `--from` from which step it was rolled back")
        }
        (Some(from), ..) => Ok((outcome, Some(from.clone()))),
        (None, _, from) => Ok((outcome, from.map(str::to_owned))),
    }
}

/// The SHA-256 of a scan.
fn scanned(path: &Path) -> Result<String, Diagnostic> {
    let bytes = files::read(path, files::PDF_LIMIT)?;
    if bytes.is_empty() {
        return Err(Diagnostic::error_nowhere("no-scan", format!("`{}` is empty: it is no scan", files::shown(path))));
    }
    Ok(source::digest(&bytes))
}

/// Why a release can't have gone so: it is called off, or the flow beside it has no such step.
fn unfit(path: &Path, release: &ReleaseFile, outcome: Outcome, from: Option<&str>) -> Option<Diagnostic> {
    let called_off = release.status.as_ref().and_then(|status| plan::called_off(status.value, outcome, status.span));
    let from = match (called_off, from) {
        (None, Some(from)) => from,
        (called_off, _) => return called_off,
    };
    let id = &*release.flow.as_deref()?.value;
    let folder = files::folder_of(path);
    let named = ReleaseArgs { files: vec![path.to_owned()], ..ReleaseArgs::default() };
    let gathered = gather::gather(&[folder.to_owned()], &named);
    let job = gathered.jobs.iter().find(|job| job.any_flow().is_some_and(|flow| flow.id.value == id))?;
    let [message, help] = plan::no_such_step(from, &job.plan(&job.release, None).0?.steps)?;
    Some(Diagnostic::error_nowhere("no-such-step", message).help(help))
}

/// What a release says of a key that this command writes, and where.
fn written(release: &ReleaseFile, key: &str) -> Option<(String, crate::diagnostic::Span)> {
    let line = |line: &Option<source::types::Line>| line.as_ref().map(|line| (line.value.clone(), line.span));
    match key {
        "outcome" => release.outcome.as_ref().map(|outcome| (outcome.value.word().to_owned(), outcome.span)),
        "scan" => line(&release.scan),
        "record" => line(&release.record),
        _ => line(&release.rolled_back_from),
    }
}

/// A text with more lines behind that of the last of the keys that stand at its top.
fn with_lines(text: &str, release: &ReleaseFile, lines: &str) -> String {
    let tops = [
        release.flow.as_deref().map(|flow| flow.span),
        release.number.as_deref().map(|number| number.span),
        release.status.as_ref().map(|status| status.span),
        release.outcome.as_ref().map(|outcome| outcome.span),
    ];
    let end = tops.into_iter().flatten().map(|span| span.end as usize).max().unwrap_or(0);
    match text[end..].find('\n') {
        Some(at) => [&text[..=end + at], lines, &text[end + at + 1..]].concat(),
        None => [text, if lines.ends_with("\r\n") { "\r\n" } else { "\n" }, lines].concat(),
    }
}
