//! Makes every artifact of one flow and its release, or finds what is wrong. It knows neither disk nor command line.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::glyphs;
use super::inputs::Inputs;
use super::mail_plans::mail_plans;
use super::readable::readable;
use super::record::{self, BuildRecord};
use super::settings::Settings;
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::geometry::Paper;
use crate::limits::{COPIES, Tally};
use crate::output::{Artifact, CHECKLIST, COLD_LIST, OutputKind};
use crate::page::layout::{self, TooTall};
use crate::page::{Document, pdf};
use crate::plan::{self, Changes, Plan};
use crate::render;
use crate::select::select;
use crate::source::flow::Flow;
use crate::source::release::{GivenDecl, ReleaseFile};
use crate::text::typeset::Typesetter;
use crate::text::{Content, Fonts, Run};
use crate::view::checklist::{self, ListOptions, SheetKind, UsedColdList};
use crate::view::labels::{LabelFiles, Labels};
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
    /// The cold list that was used.
    pub cold: Option<&'a UsedColdList>,
    /// The files themselves, which are attached to the check list.
    pub inputs: &'a Inputs,
    /// The words that its outputs are written with.
    pub labels: &'a LabelFiles,
}

impl Parsed<'_> {
    /// The plan of the parts that the release selects, in a language or else the flow's first, or the faults that keep
    /// it from being made.
    fn plan(&self, lang: Option<&str>) -> (Option<Plan>, Vec<Diagnostic>) {
        let digest = self.inputs.flow_digest().to_owned();
        plan::build(&select(self.flow, self.release), self.release, lang, self.sources, digest, self.labels)
    }

    /// The files, with those of the words that a plan is written with.
    fn inputs(&self, plan: &Plan) -> Result<Cow<'_, Inputs>, Diagnostic> {
        self.inputs.with_labels(&self.labels.used(&plan.lang, plan.labels))
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
    let Some(plan) = plan else { return (artifacts, diagnostics) };
    let lists = BuiltLists::new(&plan, parsed, settings);
    let all = lists.all();
    diagnostics.extend(all.last().into_iter().flat_map(|main| other_lists(main, &plan, parsed, settings)));
    if !diagnostics.iter().any(Diagnostic::is_error) {
        let since = parsed.changes(&plan);
        let labels = parsed.labels.of_plan(&plan);
        diagnostics.extend(parsed.labels.lacking(&plan.lang));
        let making = Making { plan: &plan, labels: &labels, parsed, settings, since: since.as_ref(), lists: &lists };
        for made in making.all(&all) {
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

/// A check list that a build makes.
struct List {
    /// Its file.
    path: &'static str,
    /// Its sheets; `None` for all.
    sheets: Option<Vec<SheetKind>>,
    /// Its record; `None` where a list can't carry what it is made from. Then it isn't made.
    record: Option<BuildRecord>,
}

impl List {
    /// Whether it is the list that is approved: the whole main list, of a release that is no drill.
    fn is_approved(&self, plan: &Plan) -> bool {
        self.sheets.as_deref().is_none_or(SheetKind::are_whole) && !plan.release.drill
    }

    /// Its digest.
    fn digest(&self) -> &str {
        self.record.as_ref().and_then(|record| record.list_digest.as_deref()).unwrap_or_default()
    }
}

/// Which check lists a build makes of a plan.
struct BuiltLists<'a> {
    plan: &'a Plan,
    settings: &'a Settings,
    /// The cold list that was used.
    used: Option<&'a UsedColdList>,
    /// What they are made from and carry; or why they can't carry it.
    inputs: Result<Cow<'a, Inputs>, Diagnostic>,
}

impl<'a> BuiltLists<'a> {
    fn new(plan: &'a Plan, parsed: &'a Parsed<'_>, settings: &'a Settings) -> Self {
        Self { plan, settings, used: parsed.cold, inputs: parsed.inputs(plan) }
    }

    /// Those that a build makes. The main list comes last. Unless sheets are asked for, the cold operations have a list of their
    /// own, which is printed days before the other; one that was used and still holds isn't made again.
    fn all(&self) -> Vec<List> {
        match &self.settings.sheets {
            Some(sheets) if SheetKind::are_cold(sheets) => vec![self.list(COLD_LIST, Some(sheets.clone()))],
            None if !self.plan.cold.is_empty() && !self.used.is_some_and(UsedColdList::still_holds) => {
                vec![self.cold(), self.main()]
            }
            _ => vec![self.main()],
        }
    }

    /// The list with the sheets that are asked for, or all.
    fn asked_for(&self) -> List {
        self.list(CHECKLIST, self.settings.sheets.clone())
    }

    /// The main list.
    fn main(&self) -> List {
        match &self.settings.sheets {
            None if !self.plan.cold.is_empty() => self.list(CHECKLIST, Some(SheetKind::MAIN.to_vec())),
            _ => self.asked_for(),
        }
    }

    /// The list of the cold operations.
    fn cold(&self) -> List {
        self.list(COLD_LIST, Some(SheetKind::COLD.to_vec()))
    }

    /// The digest of the list that takes the place of the one that was used, where the release was moved.
    fn new_cold_digest(&self) -> Option<String> {
        let is_moved = self.used.is_some_and(|used| !used.still_holds());
        is_moved.then(|| self.cold().digest().to_owned())
    }

    fn list(&self, path: &'static str, sheets: Option<Vec<SheetKind>>) -> List {
        let inputs = self.inputs.as_ref().ok();
        let record = inputs.map(|inputs| BuildRecord::new(self.plan, inputs, self.settings, sheets.as_deref()));
        List { path, sheets, record }
    }
}

/// A fault at each approval that was given for another list than the one that is made. While one is awaited, a note says
/// which list there is to approve. What is made without the list can't be compared with it.
fn other_lists(list: &List, plan: &Plan, parsed: &Parsed<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let Some(needed) = parsed.flow.approvals.first() else { return Vec::new() };
    if !settings.kinds.contains(&OutputKind::Pdf) || !list.is_approved(plan) {
        return Vec::new();
    }
    let digest = list.digest();
    let others = parsed.release.approvals.iter().filter(|(_, given)| !digest.starts_with(&given.digest()));
    let fault = |given: &GivenDecl| {
        let message = format!("approved for another list: this one is `{}`", words::short_digest(digest));
        Diagnostic::error("other-list", given.list.span, message)
            .help("have this list approved, with the digest that is printed here; or leave the approval out")
            .help("language, paper and copies are part of a list: build the one that was approved")
    };
    let short = words::short_digest(digest);
    let note = format!("the list to approve is `{short}`: an approval in the release names it, `list = \"{short}\"`");
    let note = plan.awaits_approval().then(|| Diagnostic::note("list-to-approve", needed.id.span, note));
    others.map(|(_, given)| fault(given)).chain(note).collect()
}

/// A note at each approval that was given for none of the lists that a build with these settings makes, one for each plan.
/// Plans differ in their language.
#[must_use]
pub fn unlike_default(parsed: &Parsed<'_>, plans: &[&Plan], settings: &Settings) -> Vec<Diagnostic> {
    let lists = plans.iter().map(|plan| (plan, BuiltLists::new(plan, parsed, settings).main()));
    let lists: Vec<(&str, List)> =
        lists.filter(|(plan, list)| list.is_approved(plan)).map(|(plan, list)| (plan.lang.tag(), list)).collect();
    if lists.is_empty() {
        return Vec::new();
    }
    let is_other = |given: &&GivenDecl| !lists.iter().any(|(_, list)| list.digest().starts_with(&given.digest()));
    let said: Vec<String> =
        lists.iter().map(|(lang, list)| format!("`{}` ({lang})", words::short_digest(list.digest()))).collect();
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

/// A check list that was made again from its attachments.
pub struct RebuiltList {
    /// What it was made of.
    pub plan: Plan,
    /// Its pages, without attachments.
    pub document: Document,
}

/// Makes the check list again.
///
/// # Errors
/// Every fault of plan and layout.
pub fn rebuild(parsed: &Parsed<'_>, settings: &Settings) -> Result<RebuiltList, Vec<Diagnostic>> {
    document(parsed, settings).map(|(plan, document)| RebuiltList { plan, document })
}

/// The PDF of a document.
///
/// # Errors
/// Why it can't be written.
pub fn print(document: &Document, settings: &Settings) -> Result<Vec<u8>, Vec<Diagnostic>> {
    pdf::write(document, &settings.fonts).map_err(|why| vec![Diagnostic::error_nowhere("not-printable", why)])
}

/// The pages of one list with the sheets that the settings name, or all, and the plan that they were made of.
fn document(parsed: &Parsed<'_>, settings: &Settings) -> Result<(Plan, Document), Vec<Diagnostic>> {
    let (plan, mut documents) = laid_out(parsed, settings, |lists| vec![lists.asked_for()])?;
    let (_, document) = documents.pop().ok_or_else(Vec::new)?;
    Ok((plan, document))
}

/// The pages of every list that a build makes, each with the name of its file, before they are written as PDF; and the plan
/// that they were made of.
///
/// # Errors
/// Every fault of plan and layout.
#[cfg(feature = "internals")]
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is for one lifetime only")]
pub fn documents(parsed: &Parsed<'_>, settings: &Settings) -> Result<(Plan, NamedLists), Vec<Diagnostic>> {
    laid_out(parsed, settings, |lists| lists.all())
}

/// Lists as pages, each with the name of its file.
type NamedLists = Vec<(&'static str, Document)>;

/// The pages of some lists.
fn laid_out(
    parsed: &Parsed<'_>,
    settings: &Settings,
    chosen: impl Fn(&BuiltLists<'_>) -> Vec<List>,
) -> Result<(Plan, NamedLists), Vec<Diagnostic>> {
    let (plan, faults) = parsed.plan(settings.lang.as_deref());
    if faults.iter().any(Diagnostic::is_error) {
        return Err(faults);
    }
    let plan = plan.ok_or(faults)?;
    let since = parsed.changes(&plan);
    let labels = parsed.labels.of_plan(&plan);
    let lists = BuiltLists::new(&plan, parsed, settings);
    let making = Making { plan: &plan, labels: &labels, parsed, settings, since: since.as_ref(), lists: &lists };
    let documents = making.documents(&chosen(&lists), &mut Typesetter::new(&settings.fonts))?;
    drop(lists);
    Ok((plan, documents))
}

/// A fault for each step or text that is taller than a page on any of some papers, which are given with their names. The
/// list is laid out but not printed. Only layout can tell: the height of a text depends on its column, its letters and what
/// stands beside it.
#[must_use]
pub fn too_tall(plan: &Plan, labels: &Labels, fonts: &Fonts, papers: &[(&str, Paper)]) -> Vec<Diagnostic> {
    let mut found: BTreeMap<Option<Span>, Diagnostic> = BTreeMap::new();
    let mut typesetter = Typesetter::new(fonts);
    // No digest is wider than this one, so any fits where it does.
    let list_digest = Some("d".repeat(plan.digest.len()));
    let options = ListOptions { list_digest, is_to_approve: plan.awaits_approval(), ..ListOptions::default() };
    let view = checklist::checklist(plan, labels, &options);
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
    lists: &'a BuiltLists<'a>,
}

impl Making<'_> {
    /// A fault for each character that no font has.
    fn no_glyph_is_missing(&self) -> Result<(), Vec<Diagnostic>> {
        let missing = glyphs::missing(self.plan, self.since, self.parsed.sources, &self.settings.fonts);
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }

    /// The pages of check lists, each with the name of its file. Their typesetter remembers the texts that they share.
    ///
    /// # Errors
    /// Every fault of glyphs and layout.
    fn documents(
        &self,
        lists: &[List],
        typesetter: &mut Typesetter<'_>,
    ) -> Result<Vec<(&'static str, Document)>, Vec<Diagnostic>> {
        self.no_glyph_is_missing()?;
        lists.iter().map(|list| Ok((list.path, self.lay_out(list, typesetter)?))).collect()
    }

    /// The pages of a check list.
    ///
    /// # Errors
    /// That no sheet is left to print, or each step that is taller than a page.
    fn lay_out(&self, list: &List, typesetter: &mut Typesetter<'_>) -> Result<Document, Vec<Diagnostic>> {
        let Self { plan, settings, .. } = self;
        let options = ListOptions {
            cold: self.parsed.cold.cloned(),
            new_cold_digest: self.lists.new_cold_digest(),
            sheets: list.sheets.clone(),
            copies: settings.copies,
            since: self.since.cloned(),
            list_digest: Some(list.digest().to_owned()),
            is_to_approve: plan.awaits_approval() && list.is_approved(plan),
        };
        let view = checklist::checklist(plan, self.labels, &options);
        if view.sheets.is_empty() {
            let message = format!("`{}` has none of the sheets that are asked for", plan.id);
            return Err(vec![Diagnostic::error_nowhere("no-sheets", message).help("name others with `--sheets`")]);
        }
        let mut rows = Tally::new(&COPIES);
        if !rows.add(&[(settings.copies.max(1) as usize, "copies"), (view.rows(), "rows")], None) {
            return Err(rows.fault().into_iter().collect());
        }
        let document = layout::checklist(&view, typesetter, settings.paper)
            .map_err(|too_tall| too_tall_faults(plan, &too_tall))?;
        Ok(Document { fillable: settings.fillable, ..document })
    }

    /// Makes every kind of output that is asked for: the check list with the runbook that is attached to it, then the
    /// others in order.
    fn all(&self, lists: &[List]) -> Vec<Outputs> {
        let kinds = &self.settings.kinds;
        let mut typesetter = Typesetter::new(&self.settings.fonts);
        if !kinds.contains(&OutputKind::Pdf) {
            return kinds.iter().map(|kind| self.other(*kind, lists, &mut typesetter)).collect();
        }
        let documents = self.documents(lists, &mut typesetter);
        let runbook = self.other(OutputKind::Runbook, lists, &mut typesetter);
        let mut all = vec![documents.and_then(|documents| self.print(lists, documents, &runbook))];
        if kinds.contains(&OutputKind::Runbook) || runbook.is_err() {
            all.push(runbook);
        }
        let others = kinds.iter().filter(|kind| !matches!(kind, OutputKind::Pdf | OutputKind::Runbook));
        all.extend(others.map(|kind| self.other(*kind, lists, &mut typesetter)));
        all
    }

    /// Makes the check lists from their pages. Without a `runbook` no list is made; the fault of the runbook is reported
    /// elsewhere.
    fn print(&self, lists: &[List], documents: Vec<(&str, Document)>, runbook: &Outputs) -> Outputs {
        let Some(runbook) = runbook.as_ref().ok().and_then(|(made, _)| made.first()) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let inputs = self.lists.inputs.as_ref().map_err(|fault| vec![fault.clone()])?;
        let records = lists.iter().filter_map(|list| list.record.as_ref());
        let made = records.zip(documents).map(|(record, (path, mut document))| {
            document.attachments = record::attachments(self.labels, inputs, record, runbook.bytes.clone());
            let bytes = print(&document, self.settings)?;
            readable(&bytes)?;
            Ok(Artifact { kind: OutputKind::Pdf, path: path.to_owned(), bytes })
        });
        Ok((made.collect::<Result<_, Vec<Diagnostic>>>()?, Vec::new()))
    }

    /// Makes one kind of output other than the check list.
    fn other(&self, kind: OutputKind, lists: &[List], typesetter: &mut Typesetter<'_>) -> Outputs {
        let templates = &self.settings.templates;
        match kind {
            OutputKind::Pdf => Ok((Vec::new(), Vec::new())),
            OutputKind::Runbook => {
                let made = render::runbook(self.plan, self.labels, templates).map_err(|fault| vec![fault])?;
                Ok((vec![made], Vec::new()))
            }
            OutputKind::Chart => Ok((vec![render::flowchart(self.plan, self.labels, typesetter)], Vec::new())),
            OutputKind::Ticket => {
                let list = lists.last().filter(|list| list.is_approved(self.plan)).map(List::digest);
                let made = render::ticket(self.plan, self.labels, templates, list);
                let made = made.map_err(|fault| vec![fault])?;
                Ok((vec![made], Vec::new()))
            }
            OutputKind::Mail => {
                let others = mail_plans(self.plan, &|lang| self.parsed.plan(Some(lang)), self.parsed.labels)?;
                render::mails(self.plan, self.labels, &others, templates, self.settings.drafts)
                    .map_err(|fault| vec![fault])
            }
        }
    }
}
