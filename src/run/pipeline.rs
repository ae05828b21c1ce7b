//! Makes every artifact of one flow and its release, or finds what is wrong. It knows neither disk nor command line.

use std::collections::{BTreeMap, BTreeSet};

use super::glyphs;
use super::inputs::Inputs;
use super::record::{self, BuildRecord};
use super::settings::Settings;
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::geometry::Paper;
use crate::limits::{COPIES, Tally};
use crate::output::{Artifact, OutputKind};
use crate::page::layout::{self, TooTall};
use crate::page::{Document, pdf};
use crate::plan::{self, Changes, Plan};
use crate::render;
use crate::select::select;
use crate::source::flow::Flow;
use crate::source::release::{GivenDecl, ReleaseFile};
use crate::text::typeset::Typesetter;
use crate::text::{Content, Fonts, Lang, Run};
use crate::view::checklist::{self, ListOptions};
use crate::view::labels::Labels;
use crate::view::words;

/// One flow and its release, read without a fault.
#[derive(Clone, Copy)]
pub struct Parsed<'a> {
    /// The flow.
    pub flow: &'a Flow,
    /// Its release.
    pub release: &'a ReleaseFile,
    /// The texts that both were read from.
    pub sources: &'a Sources,
    /// The older revision that changes are marked against, in the check list.
    pub since: Option<&'a Flow>,
    /// The files themselves, which are attached to the check list.
    pub inputs: &'a Inputs,
}

impl Parsed<'_> {
    /// The plan of the parts that the release selects, in a language or else the flow's first, or the faults that keep
    /// it from being made.
    fn plan(&self, lang: Option<&str>) -> (Option<Plan>, Vec<Diagnostic>) {
        let digest = self.inputs.flow_digest().to_owned();
        plan::build(&select(self.flow, self.release), self.release, lang, self.sources, digest, words::start)
    }

    /// What changed since the older revision, if there is one.
    fn changes(&self, plan: &Plan) -> Option<Changes> {
        Some(plan::changes(self.since?, self.flow, &plan.lang))
    }
}

/// Makes everything that `settings` asks for. The artifacts are complete only if no diagnostic is a fault.
#[must_use]
pub fn artifacts(parsed: &Parsed<'_>, settings: &Settings) -> (Vec<Artifact>, Vec<Diagnostic>) {
    let (plan, mut diagnostics) = parsed.plan(settings.lang.as_deref());
    let mut artifacts = Vec::new();
    diagnostics.extend(plan.iter().flat_map(|plan| other_lists(plan, parsed, settings)));
    if let Some(plan) = plan.filter(|_| !diagnostics.iter().any(Diagnostic::is_error)) {
        let since = parsed.changes(&plan);
        let labels = Labels::of(&plan.lang);
        let making = Making { plan: &plan, labels: &labels, parsed, settings, since: since.as_ref() };
        for made in making.all() {
            match made {
                Ok((made, notes)) => {
                    artifacts.extend(made);
                    diagnostics.extend(notes);
                }
                Err(faults) => diagnostics.extend(faults),
            }
        }
    }
    (artifacts, diagnostics)
}

/// Whether a build makes the list that is approved: the whole check list, of a release that is no drill.
const fn is_approved_list(plan: &Plan, settings: &Settings) -> bool {
    settings.sheets.is_none() && !plan.release.drill
}

/// A fault at each approval that was given for another list than the one that is made. While one is awaited, a note says
/// which list there is to approve. What is made without the list can't be compared with it.
fn other_lists(plan: &Plan, parsed: &Parsed<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let Some(needed) = parsed.flow.approvals.first() else { return Vec::new() };
    if !settings.kinds.contains(&OutputKind::Pdf) || !is_approved_list(plan, settings) {
        return Vec::new();
    }
    let digest = list_digest(plan, parsed.inputs, settings);
    let others = parsed.release.approvals.iter().filter(|(_, given)| !digest.starts_with(&given.digest()));
    let fault = |given: &GivenDecl| {
        let message = format!("approved for another list: this one is `{}`", words::short_digest(&digest));
        Diagnostic::error("other-list", given.list.span, message)
            .help("have this list approved, with the digest that is printed here; or leave the approval out")
            .help("language, paper and copies are part of a list: build the one that was approved")
    };
    let short = words::short_digest(&digest);
    let note = format!("the list to approve is `{short}`: an approval in the release names it, `list = \"{short}\"`");
    let note = plan.awaits_approval().then(|| Diagnostic::note("list-to-approve", needed.id.span, note));
    others.map(|(_, given)| fault(given)).chain(note).collect()
}

/// The digest of the list that a build makes.
fn list_digest(plan: &Plan, inputs: &Inputs, settings: &Settings) -> String {
    BuildRecord::new(plan, inputs, settings).list_digest.unwrap_or_default()
}

/// A note at each approval that was given for none of the lists that a build with these settings makes, one for each plan.
/// Plans differ in their language.
#[must_use]
pub fn unlike_default(parsed: &Parsed<'_>, plans: &[&Plan], settings: &Settings) -> Vec<Diagnostic> {
    let plans = plans.iter().filter(|plan| is_approved_list(plan, settings));
    let lists: Vec<(&str, String)> =
        plans.map(|plan| (plan.lang.tag(), list_digest(plan, parsed.inputs, settings))).collect();
    if lists.is_empty() {
        return Vec::new();
    }
    let is_other = |given: &&GivenDecl| !lists.iter().any(|(_, digest)| digest.starts_with(&given.digest()));
    let said: Vec<String> =
        lists.iter().map(|(lang, digest)| format!("`{}` ({lang})", words::short_digest(digest))).collect();
    let note = |given: &GivenDecl| {
        let message = format!(
            "`build` refuses this approval unless options make another list of it: by default {}",
            said.join(", ")
        );
        Diagnostic::note("other-list", given.list.span, message)
            .help("if the approved list has other paper, copies or fonts, build it with the same options")
            .help("if it was made before the flow or the release changed, have the list approved as it is now")
    };
    parsed.release.approvals.iter().map(|(_, given)| given).filter(is_other).map(note).collect()
}

/// A check list that was made again from its attachments, without attachments of its own.
pub struct RebuiltList {
    /// What it was made of.
    pub plan: Plan,
    /// Its pages.
    pub document: Document,
    /// The pages as PDF.
    pub pdf: Vec<u8>,
}

/// Makes the check list again.
///
/// # Errors
/// Every fault of plan and layout.
pub fn rebuild(parsed: &Parsed<'_>, settings: &Settings) -> Result<RebuiltList, Vec<Diagnostic>> {
    let (plan, document) = document(parsed, settings)?;
    let pdf = print(&document, settings)?;
    Ok(RebuiltList { plan, document, pdf })
}

fn print(document: &Document, settings: &Settings) -> Result<Vec<u8>, Vec<Diagnostic>> {
    pdf::write(document, &settings.fonts).map_err(|why| vec![Diagnostic::error_nowhere("not-printable", why)])
}

/// The check list's pages, before they are written as PDF, and the plan that they were made of.
///
/// # Errors
/// Every fault of plan and layout.
pub fn document(parsed: &Parsed<'_>, settings: &Settings) -> Result<(Plan, Document), Vec<Diagnostic>> {
    let (plan, faults) = parsed.plan(settings.lang.as_deref());
    if faults.iter().any(Diagnostic::is_error) {
        return Err(faults);
    }
    let plan = plan.ok_or(faults)?;
    let since = parsed.changes(&plan);
    let labels = Labels::of(&plan.lang);
    let mut typesetter = Typesetter::new(&settings.fonts);
    let document = lay_out(&plan, &labels, parsed, settings, since.as_ref(), &mut typesetter)?;
    Ok((plan, document))
}

/// The pages of the check list.
///
/// # Errors
/// One fault for each character that no font has. If there is none: that no sheet is left to print, or each step that
/// is taller than a page.
fn lay_out(
    plan: &Plan,
    labels: &Labels,
    parsed: &Parsed<'_>,
    settings: &Settings,
    since: Option<&Changes>,
    typesetter: &mut Typesetter<'_>,
) -> Result<Document, Vec<Diagnostic>> {
    let missing = glyphs::missing(plan, since, parsed.sources, &settings.fonts);
    if !missing.is_empty() {
        return Err(missing);
    }
    let is_to_approve = plan.awaits_approval() && is_approved_list(plan, settings);
    let options = ListOptions {
        sheets: settings.sheets.clone(),
        copies: settings.copies,
        since: since.cloned(),
        list_digest: is_to_approve.then(|| list_digest(plan, parsed.inputs, settings)),
    };
    let view = checklist::checklist(plan, labels, &options);
    if view.sheets.is_empty() {
        return Err(vec![
            Diagnostic::error_nowhere("no-sheets", format!("`{}` has none of the sheets that are asked for", plan.id))
                .help("name others with `--sheets`"),
        ]);
    }
    let mut rows = Tally::new(&COPIES);
    if !rows.add(&[(settings.copies.max(1) as usize, "copies"), (view.rows(), "rows")], None) {
        return Err(rows.fault().into_iter().collect());
    }
    let document =
        layout::checklist(&view, typesetter, settings.paper).map_err(|too_tall| too_tall_faults(plan, &too_tall))?;
    Ok(Document { fillable: settings.fillable, ..document })
}

/// A fault for each step or text that is taller than a page on any of some papers, which are given with their names. The
/// list is laid out but not printed. Only layout can tell: the height of a text depends on its column, its letters and what
/// stands beside it.
#[must_use]
pub fn too_tall(plan: &Plan, fonts: &Fonts, papers: &[(&str, Paper)]) -> Vec<Diagnostic> {
    let labels = Labels::of(&plan.lang);
    let mut found: BTreeMap<Option<Span>, Diagnostic> = BTreeMap::new();
    let mut typesetter = Typesetter::new(fonts);
    // Any digest is as wide as that of the list.
    let options = ListOptions { list_digest: Some(plan.digest.clone()), ..ListOptions::default() };
    let view = checklist::checklist(plan, &labels, &options);
    for (index, (name, paper)) in papers.iter().enumerate() {
        let too_tall = layout::checklist(&view, &mut typesetter, *paper).err().unwrap_or_default();
        for mut fault in too_tall_faults(plan, &too_tall) {
            if index > 0 {
                // A step is reported only for the first paper that it doesn't fit.
                fault.message = format!("{} on {} paper", fault.message, name);
            }
            found.entry(fault.primary.as_ref().map(|label| label.span)).or_insert(fault);
        }
    }
    found.into_values().collect()
}

/// A text of fewer characters fits on a page even in a narrow column.
const SHORT: usize = 200;

/// A fault at each step or text that is taller than a page, once for all elements of a repeated block. When layout doesn't
/// know where the text is written, the fault is at the longest text.
fn too_tall_faults(plan: &Plan, too_tall: &[TooTall]) -> Vec<Diagnostic> {
    let is_step = |too_tall: &&TooTall| too_tall.span.is_some() && !too_tall.number.is_empty();
    let (steps, others): (Vec<_>, Vec<_>) = too_tall.iter().partition(is_step);
    let tall: BTreeSet<Option<Span>> = steps.iter().map(|step| step.span).collect();
    // A text in the head of every page makes every step too tall; then only that text is reported.
    let is_head = !others.is_empty() && plan.all_steps().all(|step| tall.contains(&Some(step.span)));
    let message = "a text beside the steps is taller than a page";
    let mut faults: BTreeMap<Span, Diagnostic> = BTreeMap::new();
    for (number, place) in too_tall.iter().filter(|_| !is_head).filter_map(|one| Some((&one.number, one.span?))) {
        faults.entry(place).or_insert_with(|| match number.as_str() {
            "" => Diagnostic::error("too-tall", place, message).help("shorten it"),
            _ => Diagnostic::error("too-tall", place, format!("step {number} is taller than a page"))
                .help("make several steps of it"),
        });
    }
    let mut faults: Vec<Diagnostic> = faults.into_values().collect();
    if is_head || others.iter().any(|one| one.span.is_none()) {
        faults.push(match longest(plan) {
            Some(place) => Diagnostic::error("too-tall", place, message).label("the longest text").help("shorten it"),
            None => Diagnostic::error_nowhere("too-tall", message),
        });
    }
    faults
}

/// The place of the longest part of the longest text, if that has at least [`SHORT`] characters.
fn longest(plan: &Plan) -> Option<Span> {
    let mut longest = (SHORT, None);
    plan.texts(&mut |_, words| {
        let text = words.text(&plan.lang);
        let length = |run: &Run| match &run.content {
            Content::Chars(chars) => chars.chars().count(),
            // A short line is as high as a long one.
            _ => 40,
        };
        let hidden = text.hidden_addresses().map(|(_, address)| address.chars().count());
        let whole = text.runs.iter().map(length).chain(hidden).sum();
        let part = text.runs.iter().filter_map(|run| Some((length(run), run.origin?.literal))).max();
        if let Some((_, literal)) = part.filter(|_| whole > longest.0) {
            longest = (whole, Some(literal));
        }
    });
    // All elements of a list are printed in one place.
    for value in &plan.values {
        let whole = value.given.iter().flatten().map(|given| given.chars().count() + 2).sum();
        if whole > longest.0 {
            longest = (whole, Some(value.span));
        }
    }
    longest.1
}

/// The files and notes of a kind of output, or its faults.
type Outputs = Result<(Vec<Artifact>, Vec<Diagnostic>), Vec<Diagnostic>>;

/// What the outputs of one flow in one language are made from.
struct Making<'a> {
    plan: &'a Plan,
    labels: &'a Labels,
    parsed: &'a Parsed<'a>,
    settings: &'a Settings,
    /// What changed since the older revision, where changes are marked.
    since: Option<&'a Changes>,
}

impl Making<'_> {
    /// Makes every kind of output that is asked for: the check list with the runbook that is attached to it, then the
    /// others in order.
    fn all(&self) -> Vec<Outputs> {
        let kinds = &self.settings.kinds;
        let mut typesetter = Typesetter::new(&self.settings.fonts);
        if !kinds.contains(&OutputKind::Pdf) {
            return kinds.iter().map(|kind| self.other(*kind, &mut typesetter)).collect();
        }
        let document = lay_out(self.plan, self.labels, self.parsed, self.settings, self.since, &mut typesetter);
        let runbook = self.other(OutputKind::Runbook, &mut typesetter);
        let mut all = vec![self.checklist(document, &runbook)];
        if kinds.contains(&OutputKind::Runbook) || runbook.is_err() {
            all.push(runbook);
        }
        let others = kinds.iter().filter(|kind| !matches!(kind, OutputKind::Pdf | OutputKind::Runbook));
        all.extend(others.map(|kind| self.other(*kind, &mut typesetter)));
        all
    }

    /// Makes the check list from its pages. Without a `runbook` no list is made; the fault of the runbook is reported
    /// elsewhere.
    fn checklist(&self, document: Result<Document, Vec<Diagnostic>>, runbook: &Outputs) -> Outputs {
        let mut document = document?;
        let Some(runbook) = runbook.as_ref().ok().and_then(|(made, _)| made.first()) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let inputs = self.parsed.inputs;
        let options = BuildRecord::new(self.plan, inputs, self.settings);
        document.attachments = record::attachments(self.labels, inputs, &options, runbook.bytes.clone());
        let bytes = print(&document, self.settings)?;
        Ok((vec![Artifact { kind: OutputKind::Pdf, path: "checklist.pdf".to_owned(), bytes }], Vec::new()))
    }

    /// The plan in each other language in which a contact gets its mails.
    fn mail_plans(&self) -> Result<Vec<(Plan, Labels)>, Vec<Diagnostic>> {
        let in_language = |lang: &Lang| match self.parsed.plan(Some(lang.tag())) {
            (Some(plan), _) => Ok((plan, Labels::of(lang))),
            (None, faults) => Err(faults),
        };
        self.plan.mail_langs().into_iter().map(in_language).collect()
    }

    /// Makes one kind of output other than the check list.
    fn other(&self, kind: OutputKind, typesetter: &mut Typesetter<'_>) -> Outputs {
        let templates = &self.settings.templates;
        match kind {
            OutputKind::Pdf => Ok((Vec::new(), Vec::new())),
            OutputKind::Runbook => {
                let made = render::runbook(self.plan, self.labels, templates).map_err(|fault| vec![fault])?;
                Ok((vec![made], Vec::new()))
            }
            OutputKind::Chart => Ok((vec![render::flowchart(self.plan, self.labels, typesetter)], Vec::new())),
            OutputKind::Ticket => {
                let list = is_approved_list(self.plan, self.settings)
                    .then(|| list_digest(self.plan, self.parsed.inputs, self.settings));
                let made = render::ticket(self.plan, self.labels, templates, list.as_deref());
                let made = made.map_err(|fault| vec![fault])?;
                Ok((vec![made], Vec::new()))
            }
            OutputKind::Mail => {
                let others = self.mail_plans()?;
                render::mails(self.plan, self.labels, &others, templates).map_err(|fault| vec![fault])
            }
        }
    }
}
