//! `runsheet check`: every fault of flows and their releases, and what the rules advise. Nothing is written.

use std::fmt::Write as _;

use rayon::prelude::*;

use super::inputs::{self, Job};
use super::{Report, fonts, glyphs, wrong_usage};
use crate::cli::{CheckArgs, Deny, Format};
use crate::diagnostic::formats::{self, Code, Found};
use crate::diagnostic::{Diagnostic, Level, Sources, Spanned, print};
use crate::lint::{self, RULES, Rule};
use crate::plan::{self, Plan};
use crate::render::{self, Templates};
use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;
use crate::text::Fonts;

/// What was found in one flow, or beside the flows.
struct Checked {
    name: Option<String>,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

/// Checks every flow that `args` names.
#[must_use]
pub fn check(args: &CheckArgs, color: bool) -> Report {
    let mut gathered = inputs::gather(&args.flows, &args.release.files);
    if let Some(stderr) = wrong_usage(&args.flows, &args.release, false, gathered.jobs.len()) {
        return Report { stdout: String::new(), stderr, code: 2 };
    }
    let flows = gathered.jobs.len();
    for job in &mut gathered.jobs {
        job.apply(&args.release);
    }
    let fonts = match fonts(&args.font) {
        Ok(fonts) => Some(fonts),
        Err(fault) => {
            gathered.loose.push((Sources::default(), vec![fault]));
            None
        }
    };
    let rules: Vec<&Rule> = if args.rules.is_empty() { RULES.to_vec() } else { args.rules.clone() };
    let one = |job| one(job, fonts.as_ref(), &rules);
    // One flow needs no pool.
    let mut checked: Vec<Checked> = match flows {
        0 | 1 => gathered.jobs.into_iter().map(one).collect(),
        _ => gathered.jobs.into_par_iter().map(one).collect(),
    };
    let loose = gathered.loose.into_iter();
    checked.extend(loose.map(|(sources, diagnostics)| Checked { name: None, sources, diagnostics }));
    report(&checked, flows, args, color)
}

/// Everything that can be said of one flow.
fn one(job: Job, fonts: Option<&Fonts>, rules: &[&Rule]) -> Checked {
    let is_released = job.is_released();
    let Job { name, sources, flow, mut release, digest, mut diagnostics, .. } = job;
    if let Some(flow) = flow {
        if !is_released {
            stand_in(&flow, &mut release);
        }
        let (plan, found) = plans(&flow, &release, &sources, &digest);
        diagnostics.extend(found);
        if let Some(plan) = plan {
            diagnostics.extend(printed(&plan, &sources, fonts, is_released));
            diagnostics.extend(lint::run(&lint::Context::new(&flow, &plan, &sources), rules));
        }
    }
    Checked { name: Some(name), sources, diagnostics }
}

/// Elements for lists that no release gives: what is wrong in a block that repeats shows without one. Two of them, since
/// much is different only from the second element on.
fn stand_in(flow: &Flow, release: &mut ReleaseFile) {
    for value in &flow.values {
        let Some(each) = &value.each else { continue };
        if !release.values.iter().any(|(name, _)| name.value == value.name.value) {
            let element = |number: u8| Spanned::new(format!("{}-{number}", each.value), value.name.span);
            release.values.push((value.name.clone(), vec![element(1), element(2)]));
        }
    }
}

/// The plan in the flow's first language, and the faults in each of its languages.
fn plans(flow: &Flow, release: &ReleaseFile, sources: &Sources, digest: &str) -> (Option<Plan>, Vec<Diagnostic>) {
    let (mut first, mut faults) = (None, Vec::new());
    for (index, lang) in flow.langs.iter().enumerate() {
        let (plan, found) = plan::build(flow, release, Some(&lang.value), sources, digest.to_owned());
        faults.extend(found);
        if index == 0 {
            first = plan;
        }
    }
    faults.sort_by(|a, b| a.order().cmp(&b.order()));
    faults.dedup_by(|a, b| a.order() == b.order());
    (first, faults)
}

/// What would keep a plan from being printed or mailed.
fn printed(plan: &Plan, sources: &Sources, fonts: Option<&Fonts>, is_released: bool) -> Vec<Diagnostic> {
    let mut found = fonts.map_or_else(Vec::new, |fonts| glyphs::missing(plan, std::iter::empty(), sources, fonts));
    match render::mails(plan, &Templates::builtin()) {
        // Before there is a release its values can't be known.
        Ok((_, notes)) => found.extend(notes.into_iter().filter(|note| is_released || note.code != "mail-incomplete")),
        Err(fault) => found.push(fault),
    }
    found
}

/// What is said, and the exit code.
fn report(checked: &[Checked], flows: usize, args: &CheckArgs, color: bool) -> Report {
    let found: Vec<Found<'_>> = checked
        .iter()
        .map(|one| Found { name: one.name.as_deref(), sources: &one.sources, diagnostics: &one.diagnostics })
        .collect();
    let count = |level: Level| {
        checked.iter().flat_map(|one| &one.diagnostics).filter(|diagnostic| diagnostic.level == level).count()
    };
    let [faults, warnings, notes] = [Level::Error, Level::Warning, Level::Note].map(count);
    let (mut stdout, mut stderr) = (String::new(), String::new());
    match args.format {
        Format::Human => stderr = human(checked, [faults, warnings, notes], flows, color),
        Format::Json => stdout = formats::json(&found),
        Format::Github => stdout = formats::github(&found),
        Format::Sarif => {
            let code = |rule: &&Rule| Code { name: rule.name, what: rule.what.en, why: rule.why.en };
            stdout = formats::sarif(&found, &RULES.iter().map(code).collect::<Vec<_>>());
        }
    }
    let is_denied = args.deny == Some(Deny::Warnings) && warnings > 0;
    Report { stdout, stderr, code: u8::from(faults > 0 || is_denied) }
}

fn human(checked: &[Checked], counts: [usize; 3], flows: usize, color: bool) -> String {
    let mut out = String::new();
    let mut room = print::MAX_SHOWN;
    for one in checked {
        let words = print::some(&one.sources, &one.diagnostics, color, &mut room);
        if !words.is_empty() && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&words);
    }
    let total: usize = counts.iter().sum();
    out.push_str(&print::rest(total.saturating_sub(print::MAX_SHOWN)));
    let names = [("fault", "faults"), ("warning", "warnings"), ("note", "notes")];
    let counted: Vec<String> = counts
        .iter()
        .zip(names)
        .filter(|(count, _)| **count > 0)
        .map(|(count, (one, many))| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    let flows = if flows == 1 { "1 flow".to_owned() } else { format!("{flows} flows") };
    let _ = if counted.is_empty() {
        writeln!(out, "{flows} checked, nothing found")
    } else {
        writeln!(out, "\n{flows} checked: {}", counted.join(", "))
    };
    out
}
