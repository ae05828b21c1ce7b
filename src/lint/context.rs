//! What every rule gets to see: each step and block once, as its author wrote it, together with its counterpart in the
//! plan, and the ways between the steps.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::{About, Prose};
use crate::diagnostic::{Sources, Span};
use crate::plan::{self, Op, Plan, StepIx};
use crate::select::Selected;
use crate::source::flow::{self, Flow, FlowText, KeyText, Str, TextAt, TextKey};
use crate::source::release::ReleaseFile;
use crate::text::Lang;

/// The parts of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlowPart {
    /// The tasks before the day of the release.
    Cold,
    /// The steps of the day itself.
    Hot,
    /// A rollback, by its index in the flow.
    Rollback(usize),
    /// The tasks after it.
    After,
}

/// A step or task as its author wrote it. A step of a block that repeats appears once.
#[derive(Debug, Clone, Copy)]
pub struct StepAt<'a> {
    /// Its index in [`LintContext::steps`].
    pub index: usize,
    /// The part that it belongs to.
    pub part: FlowPart,
    /// Its block, as an index into [`LintContext::blocks`]; `None` for a task.
    pub block: Option<usize>,
    /// The task that it is the step of; `None` for a step of a block.
    pub task: Option<&'a flow::TaskDecl>,
    /// The step in the flow, where every value has its place.
    pub written: &'a flow::StepDecl,
    /// Its counterpart in the plan; in a block that repeats, the first copy.
    pub plan: &'a plan::Step,
    /// Its first and its last copy in [`Plan::steps`], which differ only in a block that repeats; `None` for a task.
    pub places: Option<[StepIx; 2]>,
}

impl StepAt<'_> {
    /// The place to point at for the step as a whole: its action, or its header if it has no action.
    #[must_use]
    pub fn place(&self) -> Span {
        self.written.action.as_ref().map_or(self.written.span, |action| action.span)
    }
}

/// A block as its author wrote it.
#[derive(Debug, Clone)]
pub struct BlockAt<'a> {
    /// [`FlowPart::Hot`], or the rollback that it belongs to.
    pub part: FlowPart,
    /// The block in the flow.
    pub written: &'a flow::BlockDecl,
    /// Its counterpart in the plan; in a block that repeats, the first copy.
    pub plan: &'a plan::Block,
    /// Its steps, as indices into [`LintContext::steps`].
    pub steps: Range<usize>,
}

/// Where a way leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowWayTo {
    /// To a step of the same part, by its index in [`LintContext::steps`].
    Step(usize),
    /// Into a rollback, by its index in the flow.
    Rollback(usize),
    /// Out of the part.
    Exit(PartExit),
}

/// How a part is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartExit {
    /// All its steps are done.
    End,
    /// The release is stopped, and there is nothing to undo.
    Abort,
    /// The release is held until the decider decides.
    Hold,
}

/// One way from a step.
#[derive(Debug, Clone, Copy)]
pub struct FlowWay {
    /// Where it leads.
    pub to: FlowWayTo,
    /// Where the author wrote the route; `None` for going on to the next step.
    pub span: Option<Span>,
}

/// Everything that a rule may look at.
#[derive(Debug)]
pub struct LintContext<'a> {
    /// The flow as its author wrote it, without what the release leaves out.
    pub flow: &'a Flow,
    /// The flow with every part.
    pub whole: &'a Flow,
    /// The plan made from it, in one of its languages.
    pub plan: &'a Plan,
    /// The files that the spans point into.
    pub sources: &'a Sources,
    /// Every step and task, in the order cold, hot, rollbacks, after.
    pub steps: Vec<StepAt<'a>>,
    /// Every block: the hot ones, then the rollbacks.
    pub blocks: Vec<BlockAt<'a>>,
    /// The first step of each rollback, as an index into [`LintContext::steps`].
    pub rollbacks: Vec<usize>,
    /// Every text of the steps, then of the blocks, then of the flow, each with where a finding in it can be allowed.
    pub texts: Vec<(About, TextAt<'a>)>,
    /// Every text of the release.
    pub release_texts: Vec<(About, TextAt<'a>)>,
    /// Index into [`LintContext::steps`] by the place of the step in the flow.
    by_place: BTreeMap<Span, usize>,
    /// Index into [`LintContext::steps`] by the id of the step.
    by_id: BTreeMap<&'a str, usize>,
    /// The ways from each step, parallel to [`LintContext::steps`].
    ways: Vec<Vec<FlowWay>>,
}

impl<'a> StepAt<'a> {
    /// A step without a block; [`LintContext::push`] sets its index.
    const fn new(part: FlowPart, written: &'a flow::StepDecl, plan: &'a plan::Step) -> Self {
        Self { index: 0, part, block: None, task: None, written, plan, places: None }
    }

    /// True when the step has no `if`. One that has may turn out not to be done.
    #[must_use]
    pub const fn is_always_done(&self) -> bool {
        self.written.condition.is_none()
    }

    /// True when the step changes something. A step that only sends a message changes nothing.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.plan.op == Some(Op::Write) && self.written.tell.is_none()
    }
}

impl<'a> LintContext<'a> {
    /// Gathers what rules look at. The plan must have been made from this flow and this release.
    #[must_use]
    pub fn new(selected: &'a Selected<'a>, release: &'a ReleaseFile, plan: &'a Plan, sources: &'a Sources) -> Self {
        let flow = selected.flow();
        let mut places: BTreeMap<Span, [StepIx; 2]> = BTreeMap::new();
        for (index, step) in plan.steps.iter().enumerate() {
            places.entry(step.span).or_insert([StepIx(index); 2])[1] = StepIx(index);
        }
        let mut copies: BTreeMap<Span, &'a plan::Block> = BTreeMap::new();
        for block in plan.hot.iter().chain(&plan.rollback) {
            copies.entry(block.span).or_insert(block);
        }
        let mut context = Self {
            flow,
            whole: selected.whole(),
            plan,
            sources,
            steps: Vec::new(),
            blocks: Vec::new(),
            rollbacks: Vec::new(),
            texts: Vec::new(),
            release_texts: Vec::new(),
            by_place: BTreeMap::new(),
            by_id: BTreeMap::new(),
            ways: Vec::new(),
        };
        context.tasks(FlowPart::Cold, &flow.cold, &plan.cold);
        let hot = flow.hot.iter().map(|block| (FlowPart::Hot, block));
        let rollback = flow.rollback.iter().enumerate().map(|(which, block)| (FlowPart::Rollback(which), block));
        for (part, written) in hot.chain(rollback) {
            let from = context.steps.len();
            if matches!(part, FlowPart::Rollback(_)) {
                context.rollbacks.push(from);
            }
            for step in &written.steps {
                if let Some(places) = places.get(&step.span) {
                    let block = context.blocks.len();
                    context.push(StepAt {
                        block: Some(block),
                        places: Some(*places),
                        ..StepAt::new(part, step, plan.step(places[0]))
                    });
                }
            }
            if let Some(plan) = copies.get(&written.span) {
                context.blocks.push(BlockAt { part, written, plan, steps: from..context.steps.len() });
            }
        }
        context.tasks(FlowPart::After, &flow.after, &plan.after);
        context.ways = context.steps.iter().map(|step| context.ways_of(step)).collect();
        context.texts = context.all_texts();
        flow::texts(release, &mut |text| context.release_texts.push((About::Flow, text)));
        context
    }

    /// Goes from the inside out: a text inside a step belongs to the step, not also to its block and to the flow.
    fn all_texts(&self) -> Vec<(About, TextAt<'a>)> {
        let mut texts = Vec::new();
        let mut known: HashSet<Span> = HashSet::new();
        let mut see = |about: About, text: TextAt<'a>| {
            if known.insert(text.words.span()) {
                texts.push((about, text));
            }
        };
        for step in &self.steps {
            match step.task {
                Some(task) => flow::texts(task, &mut |text| see(About::Step(step.index), text)),
                None => flow::texts(step.written, &mut |text| see(About::Step(step.index), text)),
            }
        }
        for (index, block) in self.blocks.iter().enumerate() {
            flow::texts(block.written, &mut |text| see(About::Block(index), text));
        }
        for (index, appendix) in self.flow.appendix.iter().enumerate() {
            flow::texts(appendix, &mut |text| see(About::Appendix(index), text));
        }
        flow::texts(self.flow, &mut |text| see(About::Flow, text));
        texts
    }

    /// The texts with markup whose key is wanted, each with its key and where a finding in it can be allowed.
    pub fn prose_of(&self, is_wanted: fn(TextKey) -> bool) -> impl Iterator<Item = (About, TextKey, &'a FlowText)> {
        self.texts.iter().filter(move |(_, text)| is_wanted(text.key)).filter_map(|(about, text)| match text.words {
            KeyText::Text(words) | KeyText::LineText(words) => Some((*about, text.key, words)),
            _ => None,
        })
    }

    fn tasks(&mut self, part: FlowPart, written: &'a [flow::TaskDecl], planned: &'a [plan::Task]) {
        for (task, plan) in written.iter().zip(planned) {
            self.push(StepAt { task: Some(task), ..StepAt::new(part, &task.step, &plan.step) });
        }
    }

    fn push(&mut self, step: StepAt<'a>) {
        let index = self.steps.len();
        self.by_place.insert(step.written.span, index);
        self.by_id.extend(step.written.id.as_ref().map(|id| (&*id.value, index)));
        self.steps.push(StepAt { index, ..step });
    }

    /// The steps of one part in order.
    pub fn part(&self, part: FlowPart) -> impl Iterator<Item = &StepAt<'a>> {
        self.steps.iter().filter(move |step| step.part == part)
    }

    /// The steps of the hot part and of every rollback.
    pub fn acted(&self) -> impl Iterator<Item = &StepAt<'a>> {
        self.steps.iter().filter(|step| step.block.is_some())
    }

    /// The written step, as an index into [`LintContext::steps`], that a step of the plan is a copy of.
    #[must_use]
    pub fn written(&self, index: StepIx) -> Option<usize> {
        self.by_place.get(&self.plan.steps.get(index.0)?.span).copied()
    }

    /// The step with this id, if there is one.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&StepAt<'a>> {
        self.by_id.get(id).map(|index| &self.steps[*index])
    }

    /// The hot steps from which a rollback may be entered, as indices into [`LintContext::steps`]: those where it is the
    /// first valid rollback, and those with a route that names it.
    #[must_use]
    pub fn entries(&self, which: usize) -> Vec<usize> {
        let is_first = |step: &StepAt<'a>| {
            let valid = step.places.and_then(|[_, last]| self.plan.valid_rollback(last));
            valid.and_then(|block| self.rollback_of(block)) == Some(which)
        };
        let leads = |step: &StepAt<'a>| self.ways(step).iter().any(|way| way.to == FlowWayTo::Rollback(which));
        let entries = self.part(FlowPart::Hot).filter(|step| is_first(step) || leads(step));
        entries.map(|step| step.index).collect()
    }

    /// Every way from a step: on to the next one, along its answers, and along the routes for when it fails.
    #[must_use]
    pub fn ways(&self, step: &StepAt<'a>) -> &[FlowWay] {
        self.ways.get(step.index).map_or(&[], Vec::as_slice)
    }

    fn ways_of(&self, step: &StepAt<'a>) -> Vec<FlowWay> {
        let on = self.steps.get(step.index + 1).filter(|next| next.part == step.part);
        // The plan would lead from one copy of a repeated block to the next copy; here the next written step follows.
        let next = on.map_or(FlowWayTo::Exit(PartExit::End), |next| FlowWayTo::Step(next.index));
        let way = |way: plan::Way<'_>| {
            let to = match way.to {
                plan::WayTo::Next(_) => next,
                plan::WayTo::Step(to) => FlowWayTo::Step(self.written(to)?),
                plan::WayTo::Again => FlowWayTo::Step(step.index),
                plan::WayTo::Rollback(block, _) => FlowWayTo::Rollback(self.rollback_of(block)?),
                plan::WayTo::Hold => FlowWayTo::Exit(PartExit::Hold),
                plan::WayTo::Abort => FlowWayTo::Exit(PartExit::Abort),
            };
            Some(FlowWay { to, span: way.out.map(|out| out.span) })
        };
        match step.places {
            Some([place, _]) => self.plan.ways(place).filter_map(way).collect(),
            None => Vec::new(),
        }
    }

    /// The index of the written rollback that a block of [`Plan::rollback`] is a copy of.
    #[must_use]
    pub fn rollback_of(&self, block: usize) -> Option<usize> {
        let span = self.plan.rollback.get(block)?.span;
        self.flow.rollback.iter().position(|written| written.span == span)
    }

    /// The language of one entry of a text: that of its tag, or else the flow's first language.
    #[must_use]
    pub fn lang(&self, tag: Option<&Str>) -> Lang {
        Lang::new(tag.map_or_else(|| self.flow.first_lang(), |tag| &tag.value))
    }

    /// The words of a text in each of its languages.
    #[must_use]
    pub fn prose(&self, text: &FlowText) -> Vec<Prose> {
        text.entries.iter().map(|(tag, words)| Prose::new(words, &self.lang(tag.as_ref()))).collect()
    }
}
