//! `runsheet fix`: repairs in a flow's own text what is certain, and leaves everything else as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Bound;
use std::sync::Arc;

use similar::TextDiff;

use super::check::{self, Checker};
use super::gather::{self, Job};
use super::{Report, wrong_usage};
use crate::chars::shown;
use crate::cli::ReleaseArgs;
use crate::cli::fix::FixArgs;
use crate::diagnostic::{Diagnostic, FileId, SourceFile, Sources, Span, print};
use crate::files;
use crate::source;
use crate::source::named::PART_ENDING;

/// The most rounds of repair. A repair may uncover another fault, which the next round repairs.
const ROUNDS: usize = 10;

/// Repairs every flow that `args` names.
#[must_use]
pub fn fix(args: &FixArgs, color: bool) -> Report {
    let flags = ReleaseArgs::default();
    let mut gathered = gather::gather(&args.flows, &flags);
    if let Some(stderr) = wrong_usage(&args.flows, &flags, &[], gathered.jobs.len()) {
        return Report::for_people("", &stderr, 2);
    }
    let mut report = Said::default();
    let configs = check::configs(&gathered.jobs, &mut gathered.loose);
    let checker = Checker::new(configs);
    for job in gathered.jobs {
        one(job, &checker, args.dry_run, color, &mut report);
    }
    for (sources, faults) in &gathered.loose {
        report.stderr.push_str(&print::human(sources, faults, color));
        report.code |= u8::from(faults.iter().any(Diagnostic::is_error));
    }
    Report::exact(report.stdout, &report.stderr, report.code)
}

/// What has been said so far: standard output as it will be, since a flow that came from standard input stays as it is
/// there; standard error is for people.
#[derive(Default)]
struct Said {
    stdout: String,
    stderr: String,
    code: u8,
}

/// Repairs one flow, or one part of flows, and adds to the report.
fn one(mut job: Job, checker: &Checker, is_dry: bool, color: bool, report: &mut Said) {
    let name = job.name.clone();
    let is_part = name.ends_with(PART_ENDING);
    if is_part {
        job.diagnostics.clear();
        match files::read_flow(&job.path).and_then(|bytes| source::decode(&name, &bytes)) {
            Ok(text) => _ = job.sources.add(name.clone(), text),
            Err(fault) => job.diagnostics.push(fault),
        }
    }
    let Some(file) = job.sources.files.first() else {
        // The file couldn't be read.
        report.stderr.push_str(&print::human(&job.sources, &job.diagnostics, color));
        report.code = 1;
        return;
    };
    let before = file.text.clone();
    let (changes, left) = if is_part { mend_part(&mut job.sources) } else { mend(&mut job, checker) };
    let after = job.sources.file(FileId(0)).text.clone();
    let counted = format!("{changes} {}", if changes == 1 { "change" } else { "changes" });
    if is_dry {
        let diff = TextDiff::from_lines(&*before, &*after);
        report.stdout.push_str(&shown::report(&diff.unified_diff().header(&name, &name).to_string()));
    } else if job.path.as_os_str() == "-" {
        report.stdout.push_str(&after);
    } else if changes > 0 {
        if let Err(fault) = files::replace(&job.path, &before, &after) {
            report.stderr.push_str(&print::human(&job.sources, &[fault], color));
            report.code = 1;
            return;
        }
        report.stdout.push_str(&shown::report(&format!("{name}: {counted}\n")));
    }
    let faults = left.iter().filter(|one| one.is_error()).count();
    if faults > 0 {
        let words = if faults == 1 { "1 fault remains".to_owned() } else { format!("{faults} faults remain") };
        let _ = writeln!(report.stderr, "{name}: {words}; see `runsheet check`");
        report.code = 1;
    } else if changes == 0 {
        let _ = writeln!(report.stderr, "{name}: nothing to mend");
    }
}

/// Applies patches to a job's flow, in memory, until there are none. Returns how many, and the diagnostics that remain.
pub fn mend(job: &mut Job, checker: &Checker) -> (usize, Vec<Diagnostic>) {
    let before = job.sources.file(FileId(0)).text.clone();
    let found = checker.findings(job);
    rounds(before, found, &mut |text| {
        job.set_text(text.to_owned());
        checker.findings(job)
    })
}

/// Does the same for a part, the first of `sources`, without a flow that includes it.
fn mend_part(sources: &mut Sources) -> (usize, Vec<Diagnostic>) {
    let file = FileId(0);
    let (before, found) = (sources.file(file).text.clone(), source::read_part(sources, file));
    rounds(before, found, &mut |text| {
        sources.files[0] = SourceFile::new(sources.file(file).name.clone(), text);
        source::read_part(sources, file)
    })
}

/// Applies the patches of what was found in a text. `look` takes a text in place of the one before, and finds what is wrong
/// with it.
fn rounds(
    mut before: Arc<str>,
    mut found: Vec<Diagnostic>,
    look: &mut dyn FnMut(&str) -> Vec<Diagnostic>,
) -> (usize, Vec<Diagnostic>) {
    let mut changes = 0;
    for _ in 0..ROUNDS {
        let (text, count) = patched(&before, &found);
        if count == 0 {
            break;
        }
        let next = look(&text);
        // A patch that makes more faults than it repairs wasn't certain.
        let faults = |found: &[Diagnostic]| found.iter().filter(|one| one.code == "syntax").count();
        if faults(&next) > faults(&found) {
            found = look(&before);
            break;
        }
        changes += count;
        (before, found) = (text.into(), next);
    }
    (changes, found)
}

/// A text with every patch of its file applied, and how many there were. Of two that overlap, only the first is
/// applied.
fn patched(text: &str, found: &[Diagnostic]) -> (String, usize) {
    let mut patches: Vec<&[(Span, String)]> =
        found.iter().filter_map(|one| one.patch.as_deref()).map(|patch| patch.edits.as_slice()).collect();
    patches.retain(|edits| edits.iter().all(|(place, _)| place.file == FileId(0)));
    patches.sort_by_key(|edits| edits.first().map(|(place, _)| *place));
    patches.dedup();
    let mut edits: Vec<&(Span, String)> = Vec::new();
    let mut taken = Taken::default();
    let mut count = 0;
    for patch in patches {
        if patch.iter().all(|(place, _)| taken.is_free(*place)) {
            for (place, _) in patch {
                taken.add(*place);
            }
            edits.extend(patch);
            count += 1;
        }
    }
    edits.sort_by_key(|(place, _)| *place);
    let (mut out, mut at) = (String::new(), 0);
    for (place, with) in edits {
        let (start, end) = (place.start as usize, place.end as usize);
        let Some(kept) = text.get(at..start).filter(|_| text.is_char_boundary(end)) else { continue };
        out.push_str(kept);
        out.push_str(with);
        at = end;
    }
    out.push_str(&text[at..]);
    (out, count)
}

/// The places that patches change: stretches of text that don't overlap, and points between characters.
#[derive(Default)]
struct Taken {
    stretches: BTreeMap<u32, u32>,
    points: BTreeSet<u32>,
}

impl Taken {
    /// True for a place that overlaps none of them. Only its neighbours are compared, however many there are.
    fn is_free(&self, place: Span) -> bool {
        let before = self.stretches.range(..place.end).next_back();
        let within = (Bound::Excluded(place.start), Bound::Excluded(place.end));
        before.is_none_or(|(_, end)| *end <= place.start)
            && (place.start >= place.end || self.points.range(within).next().is_none())
    }

    fn add(&mut self, place: Span) {
        if place.start == place.end {
            self.points.insert(place.start);
        } else {
            self.stretches.insert(place.start, place.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(start: usize, end: usize, with: &str) -> Diagnostic {
        let place = Span::new(FileId(0), start, end);
        Diagnostic::error("a", place, "b").patch("c", place, with)
    }

    #[test]
    fn patches_apply_in_order_and_never_overlap() {
        let found = [patch(6, 9, "three"), patch(0, 3, "1"), patch(1, 4, "no"), patch(0, 3, "1")];
        assert_eq!(patched("one, two, 三", &found), ("1, tthree 三".to_owned(), 2));
        assert_eq!(patched("三", &[patch(1, 2, "x")]).0, "三");
        assert_eq!(patched("a", &[]), ("a".to_owned(), 0));
        // A point at the edge of a stretch is free. A point within a stretch isn't, nor is a stretch around a point.
        let found = [patch(0, 3, "1"), patch(3, 3, "+"), patch(3, 3, "-"), patch(1, 1, "no")];
        assert_eq!(patched("one two", &found), ("1+- two".to_owned(), 3));
        let mut around = patch(0, 0, ">");
        around.patch.as_mut().unwrap().edits.push((Span::new(FileId(0), 5, 5), "<".to_owned()));
        assert_eq!(patched("one two", &[around, patch(4, 7, "no")]), (">one t<wo".to_owned(), 1));
    }
}
