//! Finds where each reference in a text leads: `<#id>` and `[words](#id)`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::faults::Faults;
use super::place::ListElement;
use super::unroll::{Layout, RouteEnd, give_id};
use super::{MOST_TOLD, StepIx};
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::select::Selected;
use crate::source::flow::{self, BlockDecl, Flow, FlowText, KeyText, StepDecl, Str, TaskDecl};
use crate::source::locate;
use crate::text::{Content, Run, Text, markup, reference_to};

/// The most bytes that a reference prints beside the names of elements.
const WORDS: usize = 512;

/// A step that a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetStep {
    /// A step of a block.
    Step(StepIx),
    /// A task before the release, as an index into [`super::Plan::cold`].
    Cold(usize),
    /// A task after it, as an index into [`super::Plan::after`].
    After(usize),
}

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A step, or the steps that do a check: at least one, and at most one more than [`MOST_TOLD`].
    Steps(Vec<TargetStep>),
    /// A step of a block that repeats, seen from outside of that block: from its first element to its last.
    Repeated(StepIx, StepIx),
    /// A block, or the first and the last copy of one that repeats: indices into [`super::Plan::hot`] and, after its last
    /// block, on into [`super::Plan::rollback`].
    Blocks(usize, usize),
    /// An appendix, as an index into [`super::Plan::appendices`].
    Appendix(usize),
}

/// What the references of a plan lead to, each once.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    list: Vec<Target>,
    known: BTreeMap<Target, usize>,
    tasks: BTreeSet<TargetStep>,
}

impl Targets {
    /// The target with an index; see [`crate::text::target_of`].
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Target> {
        self.list.get(index)
    }

    /// Whether a reference leads to a block, given by its index as in [`Target::Blocks`].
    #[must_use]
    pub fn has_block(&self, block: usize) -> bool {
        self.known.range(Target::Blocks(block, 0)..=Target::Blocks(block, usize::MAX)).next().is_some()
    }

    /// Whether a reference leads to a task.
    #[must_use]
    pub fn has_task(&self, task: TargetStep) -> bool {
        self.tasks.contains(&task)
    }

    fn add(&mut self, target: Target) -> usize {
        if let Some(index) = self.known.get(&target) {
            return *index;
        }
        if let Target::Steps(steps) = &target {
            self.tasks.extend(steps.iter().filter(|step| !matches!(step, TargetStep::Step(_))));
        }
        self.list.push(target.clone());
        self.known.insert(target, self.list.len() - 1);
        self.list.len() - 1
    }
}

/// Where an id leads that isn't that of a hot step, a rollback's step or a block.
#[derive(Debug, Clone)]
enum OtherEnd {
    Task(TargetStep),
    /// An appendix, by its index.
    Appendix(usize),
    /// A task or an appendix that is left out, with the condition for that.
    LeftOut(Span),
    /// A shared check, with the steps that do it.
    Check(Vec<CheckedIn>),
    /// A shared check of which every step is left out, with the condition for that.
    CheckLeftOut(Span),
    /// A shared check that no step does.
    NeverDone,
}

/// A written step that does a shared check.
#[derive(Debug, Clone, Copy)]
enum CheckedIn {
    Task(TargetStep),
    /// A block, as an index into [`Layout::sources`], and the step's index there.
    Block(usize, usize),
}

/// The ids that references may name, and what they have led to so far.
pub(super) struct References<'a> {
    /// The files of the texts.
    pub(super) sources: &'a Sources,
    layout: &'a Layout<'a>,
    others: BTreeMap<&'a str, OtherEnd>,
    /// The texts that no reference may stand in. Each that has one is reported.
    refused: BTreeSet<Span>,
    /// Set for a text that is itself left out: it may refer to what is left out with it.
    pub(super) is_left_out: bool,
    /// What the references lead to.
    pub(super) targets: Targets,
}

impl<'a> References<'a> {
    /// Gathers the ids of a flow, and reports each reference that stands where none can.
    pub(super) fn new(
        selected: &'a Selected<'a>,
        layout: &'a Layout<'a>,
        sources: &'a Sources,
        faults: &mut Faults,
    ) -> Self {
        let mut others = BTreeMap::new();
        let (flow, whole) = (selected.flow(), selected.whole());
        let tasks = |tasks: &'a [TaskDecl], end: fn(usize) -> TargetStep| {
            tasks.iter().enumerate().map(move |(index, task)| (&task.step, end(index)))
        };
        let tasks = || tasks(&flow.cold, TargetStep::Cold).chain(tasks(&flow.after, TargetStep::After));
        for (step, end) in tasks() {
            others.extend(step.id.iter().map(|id| (&*id.value, OtherEnd::Task(end))));
        }
        for task in whole.cold.iter().chain(&whole.after) {
            if let (Some(id), Some(why)) = (&task.step.id, selected.why(task.step.span)) {
                others.insert(&*id.value, OtherEnd::LeftOut(why.condition));
            }
        }
        for (index, appendix) in flow.appendix.iter().enumerate() {
            others.insert(&*appendix.id.value, OtherEnd::Appendix(index));
        }
        for appendix in &whole.appendix {
            if let Some(why) = selected.why(appendix.span) {
                others.insert(&*appendix.id.value, OtherEnd::LeftOut(why.condition));
            }
        }
        let mut doing: BTreeMap<&str, Vec<CheckedIn>> = BTreeMap::new();
        let mut does = |step: &'a StepDecl, end| {
            if let Some(check) = &step.check {
                doing.entry(&*check.value).or_default().push(end);
            }
        };
        for (source, block) in layout.sources.iter().enumerate() {
            for (index, step) in block.block.steps.iter().enumerate() {
                does(step, CheckedIn::Block(source, index));
            }
        }
        tasks().for_each(|(step, end)| does(step, CheckedIn::Task(end)));
        let left_out = checks_left_out(selected);
        for check in &whole.checks {
            let id = &*check.id.value;
            let end = match (doing.remove(id), left_out.get(id)) {
                (Some(steps), _) => OtherEnd::Check(steps),
                (None, Some(condition)) => OtherEnd::CheckLeftOut(*condition),
                (None, None) => OtherEnd::NeverDone,
            };
            // A step or a block of the same name goes before.
            others.entry(id).or_insert(end);
        }
        let mut references =
            Self { sources, layout, others, refused: BTreeSet::new(), is_left_out: false, targets: Targets::default() };
        references.refuse(whole, faults);
        references
    }

    fn knows(&self, id: &str) -> bool {
        self.layout.names.contains_key(id) || self.others.contains_key(id)
    }

    /// Reports the references in texts that are no place for one.
    fn refuse(&mut self, flow: &Flow, faults: &mut Faults) {
        flow::texts(flow, &mut |text| {
            let why = match (text.key.of, text.key.name) {
                ("task", "impact" | "ask") => "a mail can't refer to a part of the list",
                ("tell", _) => "a message can't refer to a part of the list",
                _ => "a title or a name can't refer to a part of the list",
            };
            match text.words {
                KeyText::LineText(words) => self.refuse_in(words, why, faults),
                KeyText::Text(words) if matches!(text.key.of, "task" | "tell") => {
                    self.refuse_in(words, why, faults);
                }
                KeyText::Line(words) | KeyText::Link(words) => self.refuse_plain(words, faults),
                KeyText::Text(_) | KeyText::Markdown(_) | KeyText::Code(_) | KeyText::Output(_) | KeyText::Mail(_) => {}
            }
        });
    }

    fn refuse_in(&mut self, text: &FlowText, why: &str, faults: &mut Faults) {
        let lang = crate::text::Lang::new("en");
        for (_, words) in text.entries.iter().filter(|(_, words)| words.value.contains('#')) {
            let parsed = markup::parse(&words.value, &lang, words.span);
            for (runs, id) in references(&parsed) {
                let fault = Diagnostic::error("misplaced-reference", place(runs, id, self.sources), why);
                faults.push(fault.help("say it in words, or refer to it where what is done is said, as in `note`"));
                self.refused.insert(words.span);
            }
        }
    }

    /// Reports what would be a reference if the string had markup. Other characters like it are only characters.
    fn refuse_plain(&self, words: &Str, faults: &mut Faults) {
        if !words.value.contains("<#") {
            return;
        }
        let parsed = markup::parse(&words.value, &crate::text::Lang::new("en"), words.span);
        for (runs, id) in references(&parsed).filter(|(_, id)| self.knows(id)) {
            let message = "no reference can stand here, since this is printed as it is written";
            let fault = Diagnostic::error("misplaced-reference", place(runs, id, self.sources), message);
            faults.push(fault.help("say it in words, or refer to it in a text that has markup, as in `note`"));
        }
    }

    /// Gives each reference of a text its target. What leads nowhere is reported, and stays as it is written. Returns the
    /// most bytes that the references print.
    pub(super) fn resolve(&mut self, text: &mut Text, element: Option<ListElement<'a>>, faults: &mut Faults) -> usize {
        let is_reference = |run: &Run| run.style.link.as_ref().is_some_and(|link| link.starts_with('#'));
        if !text.runs.iter().any(is_reference) {
            return 0;
        }
        let mut bytes = 0;
        let mut ends: BTreeMap<Arc<str>, Option<Arc<str>>> = BTreeMap::new();
        for (runs, id) in references(text) {
            let Some(link) = runs.first().and_then(|run| run.style.link.clone()) else { continue };
            bytes += WORDS;
            if ends.contains_key(&link) {
                continue;
            }
            let is_refused =
                runs.first().and_then(|run| run.origin).is_some_and(|at| self.refused.contains(&at.literal));
            let target = if is_refused { None } else { self.target(runs, id, element, faults) };
            bytes += target.as_ref().map_or(0, |target| self.named(target));
            ends.insert(link, target.map(|target| reference_to(self.targets.add(target))));
        }
        for run in text.runs.iter_mut().filter(|run| is_reference(run)) {
            let link = run.style.link.take();
            run.style.link = link.and_then(|link| ends.get(&link).cloned().flatten());
        }
        bytes
    }

    /// The bytes of the elements' names that stand in the numbers of a target.
    fn named(&self, target: &Target) -> usize {
        let names = |copy: usize| self.layout.placed[copy].element.map_or(0, |element| element.name.len());
        let of_step = |step: StepIx| {
            let copy = self.layout.placed.partition_point(|placed| placed.first <= step.0);
            copy.checked_sub(1).map_or(0, names)
        };
        match target {
            Target::Steps(steps) => {
                let of = |step: &TargetStep| if let TargetStep::Step(step) = step { of_step(*step) } else { 0 };
                steps.iter().map(of).sum()
            }
            Target::Repeated(first, last) => of_step(*first) + of_step(*last),
            Target::Blocks(first, last) => names(*first) + names(*last),
            Target::Appendix(_) => 0,
        }
    }

    fn target(&self, runs: &[Run], id: &str, element: Option<ListElement<'a>>, faults: &mut Faults) -> Option<Target> {
        let left_out = |condition: Span, what: &str, faults: &mut Faults| {
            if self.is_left_out {
                return;
            }
            let fault = Diagnostic::error("left-out-reference", place(runs, id, self.sources), what);
            faults.push(
                fault
                    .context(condition, "this condition leaves it out")
                    .help("give this text the same condition, or take the reference out"),
            );
        };
        match self.layout.names.get(id) {
            Some((RouteEnd::Step(source, step), _)) => return self.step(*source, *step, element),
            Some((RouteEnd::Block(source), _)) => return self.block(*source, element),
            Some((RouteEnd::LeftOut(condition), _)) => {
                left_out(*condition, &format!("this refers to `{id}`, which is left out"), faults);
                return None;
            }
            Some((RouteEnd::Task, _)) | None => {}
        }
        match self.others.get(id) {
            Some(OtherEnd::Task(step)) => return Some(Target::Steps(vec![*step])),
            Some(OtherEnd::Appendix(index)) => return Some(Target::Appendix(*index)),
            Some(OtherEnd::Check(steps)) => return self.check(steps, element),
            Some(OtherEnd::LeftOut(condition)) => {
                left_out(*condition, &format!("this refers to `{id}`, which is left out"), faults);
            }
            Some(OtherEnd::CheckLeftOut(condition)) => {
                left_out(*condition, &format!("this refers to the check `{id}`, whose steps are left out"), faults);
            }
            Some(OtherEnd::NeverDone) => {
                let message = format!("this refers to the check `{id}`, which no step does");
                let fault = Diagnostic::error("unknown-reference", place(runs, id, self.sources), message);
                faults.push(fault.help(format!("name it with `check = \"{id}\"` in a step, or leave it out")));
            }
            None => {
                let known = self.layout.names.keys().chain(self.others.keys()).copied();
                let written = Str::new(id.to_owned(), place(runs, id, self.sources));
                faults.unknown(
                    "unknown-reference",
                    &written,
                    "no step, block, task, check or appendix has the id",
                    known,
                    || {
                        format!(
                            "{}; as characters alone it is written `` `<#{id}>` ``",
                            give_id("the one that is meant", id)
                        )
                    },
                );
            }
        }
        None
    }

    fn step(&self, source: usize, step: usize, element: Option<ListElement<'a>>) -> Option<Target> {
        let at = |copy: usize| StepIx(self.layout.placed[copy].first + step);
        match self.copies(source, element)? {
            (first, last) if first == last => Some(Target::Steps(vec![TargetStep::Step(at(first))])),
            (first, last) => Some(Target::Repeated(at(first), at(last))),
        }
    }

    fn block(&self, source: usize, element: Option<ListElement<'a>>) -> Option<Target> {
        let (first, last) = self.copies(source, element)?;
        Some(Target::Blocks(first, last))
    }

    /// The first and the last copy of a block that a reference means: the copy for the same element, or else all of them.
    /// `None` for a block that repeats for no element.
    fn copies(&self, source: usize, element: Option<ListElement<'a>>) -> Option<(usize, usize)> {
        let all = self.layout.placed_of(source);
        if all.is_empty() {
            return None;
        }
        Some(self.layout.copy_for(source, element).map_or((all.start, all.end - 1), |copy| (copy, copy)))
    }

    fn check(&self, steps: &[CheckedIn], element: Option<ListElement<'a>>) -> Option<Target> {
        let mut found = Vec::new();
        for step in steps {
            match step {
                CheckedIn::Task(step) => found.push(*step),
                CheckedIn::Block(source, index) => {
                    let Some((first, last)) = self.copies(*source, element) else { continue };
                    let copies = (first..=last).take(MOST_TOLD + 1);
                    found.extend(copies.map(|copy| TargetStep::Step(StepIx(self.layout.placed[copy].first + index))));
                }
            }
            if found.len() > MOST_TOLD {
                break;
            }
        }
        found.truncate(MOST_TOLD + 1);
        (!found.is_empty()).then_some(Target::Steps(found))
    }
}

/// The checks of the steps that are left out, each with the condition for that.
fn checks_left_out<'a>(selected: &'a Selected<'a>) -> BTreeMap<&'a str, Span> {
    let whole = selected.whole();
    let in_block = |block: &'a BlockDecl| block.steps.iter().map(|step| (step, Some(block.span)));
    let tasks = whole.cold.iter().chain(&whole.after).map(|task| (&task.step, None));
    let steps = whole.hot.iter().chain(&whole.rollback).flat_map(in_block).chain(tasks);
    let left_out = steps.filter_map(|(step, block)| {
        let why = selected.why(step.span).or_else(|| selected.why(block?))?;
        Some((&*step.check.as_ref()?.value, why.condition))
    });
    left_out.collect()
}

/// The references of a text, each with its runs and the id that it names.
fn references(text: &Text) -> impl Iterator<Item = (&[Run], &str)> {
    let runs = text.runs.chunk_by(|a, b| a.style.link.is_some() && a.style.link == b.style.link);
    runs.filter_map(|runs| Some((runs, runs.first()?.style.link.as_deref()?.strip_prefix('#')?)))
}

/// The place of a reference's id in the file.
fn place(runs: &[Run], id: &str, sources: &Sources) -> Span {
    let Some((run, origin)) = runs.first().and_then(|run| Some((run, run.origin?))) else { return Span::default() };
    if matches!(&run.content, Content::Chars(words) if words.strip_prefix("<#").is_some_and(|rest| rest.starts_with(id)))
    {
        return locate(sources, origin, 2..2 + id.len());
    }
    // The id stands behind the words.
    let start = locate(sources, origin, 0..0).start;
    let behind = Span { start, ..origin.literal };
    match sources.slice(behind).find(&format!("(#{id})")) {
        Some(at) => {
            let at = start as usize + at + 2;
            Span::new(behind.file, at, at + id.len())
        }
        None => origin.literal,
    }
}
