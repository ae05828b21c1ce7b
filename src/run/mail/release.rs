//! A release whose mails are looked at: its plan in the languages of its readers, and what stands in the way.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Sources};
use crate::plan::{Plan, Release};
use crate::run::gather::Job;
use crate::run::mail_plans::mail_plans;
use crate::source::release::ReleaseStatus;
use crate::source::types::Worded as _;
use crate::view::labels::Labels;

/// A release of a flow.
pub struct MailRelease {
    /// The flow's id.
    pub flow: String,
    /// The file of the flow.
    pub flow_path: PathBuf,
    /// The release file.
    pub path: PathBuf,
    /// The same as it is shown.
    pub name: String,
    /// The texts that the diagnostics point into.
    pub sources: Sources,
    /// What is wrong with flow and release.
    pub diagnostics: Vec<Diagnostic>,
    /// What is made of it; nothing if any diagnostic is a fault.
    pub planned: Option<PlannedMails>,
    /// Why none of its mails may be sent, beside faults.
    pub barred: Vec<Diagnostic>,
}

/// A plan with its labels, and the same in other languages.
pub struct PlannedMails {
    /// The plan.
    pub plan: Plan,
    /// Its labels.
    pub labels: Labels,
    /// The others.
    pub others: Vec<(Plan, Labels)>,
}

impl PlannedMails {
    /// Plan and labels in a language, or else in that of the plan.
    pub fn in_lang(&self, lang: &str) -> (&Plan, &Labels) {
        let other = self.others.iter().find(|(plan, _)| plan.lang.tag() == lang);
        other.map_or((&self.plan, &self.labels), |(plan, labels)| (plan, labels))
    }
}

impl MailRelease {
    /// Makes the plans of a job.
    pub fn of(path: PathBuf, job: Job, lang: Option<&str>) -> Self {
        let mut diagnostics = job.diagnostics.clone();
        let (plan, faults) = job.plan(&job.release, lang);
        diagnostics.extend(faults);
        let is_sound = !job.blocked && !job.unreleased && !diagnostics.iter().any(Diagnostic::is_error);
        let planned = plan.filter(|_| is_sound).and_then(|plan| {
            let labels = job.labels.of_plan(&plan);
            match mail_plans(&plan, &|lang| job.plan(&job.release, Some(lang)), &job.labels) {
                Ok(others) => Some(PlannedMails { plan, labels, others }),
                Err(faults) => {
                    diagnostics.extend(faults);
                    None
                }
            }
        });
        let name = job.release_name().unwrap_or_default().to_owned();
        let flow = job.any_flow().map(|flow| flow.id.value.clone()).unwrap_or_default();
        let (flow_path, sources) = (job.path.clone(), job.sources);
        Self { flow, flow_path, path, name, sources, diagnostics, planned, barred: Vec::new() }
    }

    /// What is known of the release.
    pub fn release(&self) -> Option<&Release> {
        self.planned.as_ref().map(|planned| &planned.plan.release)
    }

    /// Its number.
    pub fn number(&self) -> Option<&str> {
        self.release()?.number.as_deref()
    }
}

/// Bars releases of one flow that have the same number, and those that take the place of a release that is still planned.
pub fn bar(releases: &mut [MailRelease]) {
    let mut numbered: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, release) in releases.iter().enumerate() {
        if let Some(number) = release.number() {
            numbered.entry((release.flow.clone(), number.to_owned())).or_default().push(index);
        }
    }
    for at in 0..releases.len() {
        let of = |number: Option<&str>| {
            let key = (releases[at].flow.clone(), number?.to_owned());
            numbered.get(&key)?.iter().copied().find(|other| *other != at)
        };
        let mut barred = Vec::new();
        if let Some(other) = of(releases[at].number()) {
            let message = format!("`{}` and `{}` have the same number", releases[at].name, releases[other].name);
            barred
                .push(Diagnostic::error_nowhere("same-number", message).help("give each release a number of its own"));
        }
        let replaced = of(releases[at].release().and_then(|release| release.replaces.as_deref()));
        let is_planned =
            |release: &Release| release.status != Some(ReleaseStatus::Cancelled) && release.outcome.is_none();
        if let Some(other) = replaced.filter(|other| releases[*other].release().is_some_and(is_planned)) {
            let other = &releases[other].name;
            let message = format!("`{}` takes the place of `{other}`, which is still planned", releases[at].name);
            let help = format!("write `status = \"{}\"` into `{other}`", ReleaseStatus::Cancelled.word());
            barred.push(Diagnostic::error_nowhere("replaces-planned", message).help(help));
        }
        releases[at].barred = barred;
    }
}
