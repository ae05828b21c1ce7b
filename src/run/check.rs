//! `runsheet check`: finds every fault of flows and their releases, and what the rules advise. It writes nothing.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::gather::{self, Job};
use super::settings::{Settings, fonts, labels, templates};
use super::{Report, config, glyphs, pipeline, wrong_usage};
use crate::cli::{BuildArgs, CheckArgs, CheckFormat, Deny};
use crate::diagnostic::formats::{self, Code, Found};
use crate::diagnostic::{Diagnostic, Level, Sources, Span, Spanned, print};
use crate::files;
use crate::geometry::Paper;
use crate::lint::{self, Levels, RULES, Rule};
use crate::plan::Plan;
use crate::render::{self, Templates};
use crate::select::{VariantSet, in_words, select, smallest};
use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;
use crate::text::Fonts;

/// What was found in one flow, or in a file that belongs to no single flow.
struct Checked {
    name: Option<String>,
    /// The release beside a flow that was named alone: nobody named it, so the report does.
    release: Option<String>,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

/// What is the same for every flow.
pub struct Checker {
    /// The fonts in which every character must have a glyph; `None` when glyphs aren't checked.
    fonts: Option<Fonts>,
    /// SHA-256 of each font file of the user's among them.
    font_digests: Vec<String>,
    /// The papers that a check list must fit, each with its name.
    papers: Vec<(&'static str, Paper)>,
    /// The only language to look at; `None` for every language of a flow.
    lang: Option<String>,
    /// Templates of runbook, ticket and mails, which must be able to make them.
    templates: Templates,
    rules: Vec<&'static Rule>,
    /// Levels of rules by the path of the configuration.
    configs: BTreeMap<PathBuf, Levels>,
}

/// Checks every flow that `args` names.
#[must_use]
pub fn check(args: &CheckArgs, color: bool) -> Report {
    let mut gathered = gather::gather(&args.flows, &args.release);
    if let Some(stderr) = wrong_usage(&args.flows, &args.release, &[], gathered.jobs.len()) {
        return Report::for_people("", &stderr, 2);
    }
    let flows = gathered.jobs.len();
    for job in &mut gathered.jobs {
        job.apply(&args.release);
    }
    let mut checker = Checker::new(configs(&gathered.jobs, &mut gathered.loose));
    match fonts(&args.font) {
        Ok((fonts, digests)) => (checker.fonts, checker.font_digests) = (Some(fonts), digests),
        Err(fault) => gathered.loose.push((Sources::default(), vec![fault])),
    }
    match templates(args.templates.as_deref()) {
        Ok(templates) => checker.templates = templates,
        Err(fault) => gathered.loose.push((Sources::default(), vec![fault])),
    }
    let mut of_labels = Sources::default();
    match labels(args.templates.as_deref(), checker.fonts.as_ref(), &mut of_labels) {
        Ok(labels) => {
            let labels = Arc::new(labels);
            gathered.jobs.iter_mut().for_each(|job| job.labels = Arc::clone(&labels));
        }
        Err(faults) => gathered.loose.push((of_labels, faults)),
    }
    if !args.rules.is_empty() {
        checker.rules.clone_from(&args.rules);
    }
    if let Some(paper) = args.paper {
        checker.papers.retain(|(_, known)| *known == paper);
    }
    checker.lang.clone_from(&args.lang);
    let one = |job: Job| {
        let diagnostics = checker.findings(&job);
        let release = job.release_beside().map(ToOwned::to_owned);
        Checked { name: Some(job.name), release, sources: job.sources, diagnostics }
    };
    let mut all: Vec<Checked> = super::flows::each(gathered.jobs, one);
    let loose = gathered.loose.into_iter();
    all.extend(loose.map(|(sources, diagnostics)| Checked { name: None, release: None, sources, diagnostics }));
    report(&all, flows, args, color)
}

/// The levels that each configuration sets, by its path. A fault in a configuration is reported once.
pub(super) fn configs(jobs: &[Job], loose: &mut Vec<(Sources, Vec<Diagnostic>)>) -> BTreeMap<PathBuf, Levels> {
    let paths: BTreeSet<PathBuf> = jobs.iter().filter_map(|job| files::config_of(&job.path)).collect();
    let mut configs = BTreeMap::new();
    for path in paths {
        let (sources, config, mut faults) = config::read(&path);
        if let Some(config) = config {
            let (levels, unknown) = lint::levels(&config.lints);
            faults.extend(unknown);
            configs.insert(path, levels);
        }
        if !faults.is_empty() {
            loose.push((sources, faults));
        }
    }
    configs
}

impl Checker {
    /// A checker with every rule, which doesn't check glyphs until it has fonts.
    pub(super) fn new(configs: BTreeMap<PathBuf, Levels>) -> Self {
        let papers = Paper::ALL.to_vec();
        Self {
            fonts: None,
            font_digests: Vec::new(),
            papers,
            lang: None,
            templates: Templates::builtin(),
            rules: RULES.to_vec(),
            configs,
        }
    }

    /// A checker of what a build with these arguments makes. Its settings are told to the user already.
    pub(super) fn of_build(args: &BuildArgs, settings: &Settings, configs: BTreeMap<PathBuf, Levels>) -> Self {
        let fonts = fonts(&args.font).ok().map(|(fonts, _)| fonts);
        let templates = templates(args.templates.as_deref()).unwrap_or_else(|_| Templates::builtin());
        let mut checker = Self::new(configs);
        checker.papers.retain(|(_, paper)| *paper == args.paper);
        Self { fonts, font_digests: settings.font_digests.clone(), lang: args.lang.clone(), templates, ..checker }
    }

    /// A checker with every rule and the built-in fonts, and without a configuration.
    #[must_use]
    pub fn builtin() -> Self {
        Self { fonts: Some(Fonts::builtin()), ..Self::new(BTreeMap::new()) }
    }

    /// Everything that is wrong with one flow, and what the rules advise.
    #[must_use]
    pub fn findings(&self, job: &Job) -> Vec<Diagnostic> {
        let mut found = job.diagnostics.clone();
        let Some(flow) = job.any_flow() else { return found };
        let mut release = job.release.clone();
        if !job.is_released() || job.diagnostics.iter().any(Diagnostic::is_error) {
            stand_in(flow, &mut release);
        }
        // The flow must be sound whatever it may become, and so must the release that is given.
        let selected = select(flow, &release);
        let open = selected.undecided(&release);
        let is_decided = !selected.chosen().is_empty();
        let (plans, faults) = self.plans(job, flow, &open);
        let (given, more) = if is_decided { self.plans(job, flow, &release) } else { (Vec::new(), Vec::new()) };
        let place = |fault: &Diagnostic| (fault.code, fault.primary.as_ref().map(|label| label.span));
        let known: BTreeSet<_> = faults.iter().map(place).collect();
        found.extend(faults);
        found.extend(more.into_iter().filter(|fault| !known.contains(&place(fault))));
        found.extend(self.printed(&plans, &given, job));
        found.extend(self.approved(if is_decided { &given } else { &plans }, job));
        if let Some(Some(plan)) = plans.first() {
            found.extend(self.advice(job, flow, &open, plan));
        }
        found
    }

    /// What the rules advise. Where the release leaves open what applies, they look at everything that it may become, and a
    /// finding that isn't always there says when it is.
    fn advice(&self, job: &Job, flow: &Flow, release: &ReleaseFile, plan: &Plan) -> Vec<Diagnostic> {
        let none = Levels::new();
        let levels = files::config_of(&job.path).and_then(|path| self.configs.get(&path)).unwrap_or(&none);
        let selected = select(flow, release);
        let variants = selected.variants();
        if variants.is_empty() {
            return lint::run(&lint::LintContext::new(&selected, release, plan, &job.sources), &self.rules, levels);
        }
        let mut found: BTreeMap<_, (VariantSet, Diagnostic)> = BTreeMap::new();
        let mut needed: BTreeSet<Span> = BTreeSet::new();
        for (index, variant) in variants.iter().enumerate() {
            let release = variant.release(flow, release);
            let selected = select(flow, &release);
            let Some(plan) = job.plan(&release, Some(plan.lang.tag())).0 else { continue };
            let context = lint::LintContext::new(&selected, &release, &plan, &job.sources);
            let advice = lint::run(&context, &self.rules, levels);
            let unused: BTreeSet<Span> = advice.iter().filter_map(lint::unused_allowance).collect();
            needed.extend(lint::allowances(&context).filter(|place| !unused.contains(place)));
            for one in advice {
                let key = (one.primary.as_ref().map(|label| label.span), one.code, one.message.clone());
                found.entry(key).or_insert_with(|| (VariantSet::default(), one)).0.add(index);
            }
        }
        // An allowance that is needed in one case is no surplus in another.
        let all = VariantSet::all(variants.len());
        let is_said = |at: VariantSet, one: &Diagnostic| match lint::unused_allowance(one) {
            Some(place) => !needed.contains(&place),
            None => at == all || !lint::is_about_all_releases(one.code),
        };
        let named = |(at, one): (VariantSet, Diagnostic)| {
            let is_unused = lint::unused_allowance(&one).is_some();
            let case = if is_unused { String::new() } else { in_words(flow, &smallest(variants, at)) };
            Diagnostic { message: format!("{}{case}", one.message), ..one }
        };
        found.into_values().filter(|(at, one)| is_said(*at, one)).map(named).collect()
    }

    /// A note at each approval that was given for another list than a build makes without further options. On which paper it
    /// is printed, and in which of the languages, isn't known yet.
    fn approved(&self, plans: &[Option<Plan>], job: &Job) -> Vec<Diagnostic> {
        let plans: Vec<&Plan> = plans.iter().flatten().collect();
        match (job.parsed(), self.papers.first()) {
            (Some(parsed), Some((_, paper))) if !plans.is_empty() && !job.release.approvals.is_empty() => {
                let settings = Settings::of_list(*paper, Fonts::builtin(), self.font_digests.clone());
                pipeline::unlike_default(&parsed, &plans, &settings)
            }
            _ => Vec::new(),
        }
    }

    /// The plan in each language that is looked at, and the faults of all of them, each once.
    fn plans(&self, job: &Job, flow: &Flow, release: &ReleaseFile) -> (Vec<Option<Plan>>, Vec<Diagnostic>) {
        let all: Vec<&str> = match &self.lang {
            Some(lang) => vec![lang],
            None => flow.langs.iter().map(|lang| &*lang.value).collect(),
        };
        let (plans, faults): (Vec<_>, Vec<_>) = all.iter().map(|lang| job.plan(release, Some(lang))).unzip();
        let mut faults: Vec<Diagnostic> = faults.into_iter().flatten().collect();
        faults.sort_by(|a, b| a.order().cmp(&b.order()));
        faults.dedup_by(|a, b| a.order() == b.order());
        (plans, faults)
    }

    /// What would keep any of the plans from being printed or mailed, each finding once.
    /// `given` are those of a release that decides what `plans` leave open.
    fn printed(&self, plans: &[Option<Plan>], given: &[Option<Plan>], job: &Job) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut known = BTreeSet::new();
        let mut note = |one: Diagnostic| {
            let span = one.primary.as_ref().map(|label| label.span);
            // Findings without a place are told apart by what they say.
            let words = span.is_none().then(|| one.message.clone());
            if known.insert((one.code, span, words)) {
                found.push(one);
            }
        };
        let of_release = |plan| (plan, true);
        let open = plans.iter().map(|plan| (plan, given.is_empty()));
        for (plan, is_of_release) in open.chain(given.iter().map(of_release)) {
            let Some(plan) = plan else { continue };
            let labels = job.labels.of_plan(plan);
            if let Some(fonts) = &self.fonts {
                let missing = glyphs::missing(plan, None, &job.sources, fonts);
                // A text with a character without a glyph can't be laid out.
                let is_printable = missing.is_empty();
                missing.into_iter().for_each(&mut note);
                if is_printable {
                    pipeline::too_tall(plan, &labels, fonts, &self.papers).into_iter().for_each(&mut note);
                }
            }
            render::template_faults(plan, &labels, &self.templates).into_iter().for_each(&mut note);
            // A mail to a contact with a language of its own is looked at with the plan in that language.
            match render::mails(plan, &labels, &[], &self.templates, false) {
                // The values of a release that doesn't exist yet can't be known.
                Ok((_, notes)) => {
                    let is_known = job.is_released() && is_of_release;
                    let known = |note: &Diagnostic| is_known || note.code != "mail-incomplete";
                    notes.into_iter().filter(known).for_each(&mut note);
                }
                Err(fault) => note(fault),
            }
        }
        found
    }
}

/// Gives two elements to each list that the release doesn't give, so that the faults of a repeated block are found
/// without a release. It takes two, since some faults show only from the second element on.
fn stand_in(flow: &Flow, release: &mut ReleaseFile) {
    for value in &flow.values {
        let Some(each) = &value.each else { continue };
        if !release.values.iter().any(|(name, _)| name.value == value.name.value) {
            let element = |number: u8| Spanned::new(format!("{}-{number}", each.value), value.name.span).into();
            release.values.push((value.name.clone(), vec![element(1), element(2)].into()));
        }
    }
}

/// The output of the command, and its exit code.
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
        CheckFormat::Human => stderr = human(checked, [faults, warnings, notes], flows, color),
        CheckFormat::Json => stdout = formats::json(&found),
        CheckFormat::Github => stdout = formats::github(&found),
        CheckFormat::Sarif => {
            let code = |rule: &&Rule| Code { name: rule.name, what: rule.what.en, why: rule.why.en };
            stdout = formats::sarif(&found, &RULES.iter().map(code).collect::<Vec<_>>());
        }
    }
    let is_denied = args.deny == Some(Deny::Warnings) && warnings > 0;
    Report::exact(stdout, &stderr, u8::from(faults > 0 || is_denied))
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
    for release in checked.iter().filter_map(|one| one.release.as_ref()) {
        let _ = writeln!(out, "release  {release}");
    }
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
