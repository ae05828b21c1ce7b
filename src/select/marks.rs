//! Decides what a release leaves out, and what it leaves open.

use std::collections::HashMap;

use super::parts::each_part;
use super::{ChosenWord, Names, OpenCondition, Why};
use crate::diagnostic::Span;
use crate::source::flow::{BlockDecl, ConditionDecl, Conditional, Flow, Str, TaskDecl, TaskGroupDecl};

/// What a release is, by the names of values.
pub(super) type ChosenByName<'f> = Names<'f, ChosenWord<'f>>;

/// What is said of the parts of a flow, by their places.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks<'f> {
    /// The parts that are left out, and why.
    pub(super) left_out: HashMap<Span, Why<'f>>,
    /// The parts whose condition is still open.
    pub(super) open: HashMap<Span, OpenCondition<'f>>,
}

/// Whether something applies.
enum Applicability<'f> {
    Applies,
    LeftOut(Why<'f>),
    Open(OpenCondition<'f>),
}

/// Makes the marks of one flow.
struct Marker<'f, 'm> {
    flow: &'f Flow,
    asked: Names<'f, usize>,
    chosen: &'m ChosenByName<'f>,
    marks: Marks<'f>,
}

impl<'f> Marks<'f> {
    /// The marks of a flow whose release is as `chosen` says. `asked` are the values that conditions may name, as indices
    /// into [`Flow::values`].
    pub(super) fn new(flow: &'f Flow, asked: &[usize], chosen: &ChosenByName<'f>) -> Self {
        let asked = asked.iter().map(|value| (&*flow.values[*value].name.value, *value)).collect();
        let mut marker = Marker { flow, asked, chosen, marks: Self::default() };
        each_part(flow, &mut |part| marker.mark(part));
        for tasks in [&flow.cold, &flow.after] {
            tasks.groups().for_each(|(group, steps)| marker.group(group, steps));
        }
        flow.hot.iter().for_each(|block| marker.block(block));
        let gone = marker.gone();
        for block in &flow.rollback {
            marker.undo(block, &gone);
            marker.block(block);
        }
        marker.marks
    }
}

impl<'f> Marker<'f, '_> {
    /// Decides on a part, and marks it.
    fn mark(&mut self, part: &'f dyn Conditional) {
        match self.verdict(part) {
            Applicability::Applies => {}
            Applicability::LeftOut(why) => drop(self.marks.left_out.insert(part.place(), why)),
            Applicability::Open(open) => drop(self.marks.open.insert(part.place(), open)),
        }
    }

    fn verdict(&self, part: &'f dyn Conditional) -> Applicability<'f> {
        let mut open = OpenCondition::default();
        if let Some(only) = part.only() {
            let told = self.told(only);
            let no: Vec<ChosenWord<'f>> = told.chosen.iter().filter(|(_, holds)| !holds).map(|(one, _)| *one).collect();
            if !no.is_empty() {
                return Applicability::LeftOut(Why { chosen: no, condition: only.span });
            }
            open.only = told.open;
        }
        if let Some(unless) = part.unless() {
            let told = self.told(unless);
            if told.chosen.iter().all(|(_, holds)| *holds) {
                if told.open.is_empty() && !told.chosen.is_empty() {
                    let chosen = told.chosen.into_iter().map(|(one, _)| one).collect();
                    return Applicability::LeftOut(Why { chosen, condition: unless.span });
                }
                open.unless.extend((!told.open.is_empty()).then_some(told.open));
            }
        }
        if open == OpenCondition::default() { Applicability::Applies } else { Applicability::Open(open) }
    }

    fn told(&self, condition: &'f ConditionDecl) -> Told<'f> {
        let mut told = Told { chosen: Vec::new(), open: Vec::new() };
        for (name, words) in &condition.values {
            // Other values, and words that a value can't be, are faults, which are reported once for the flow.
            let Some(value) = self.asked.get(&*name.value) else { continue };
            let choices = &self.flow.values[*value].choices;
            if words.iter().any(|word| choices.iter().all(|known| known.value != word.value)) {
                continue;
            }
            match self.chosen.get(&*name.value) {
                Some(chosen) => {
                    told.chosen.push((*chosen, words.iter().any(|word| word.value == chosen.word.value)));
                }
                None => told.open.push((*value, words.iter().map(|word| &**word).collect())),
            }
        }
        told
    }

    /// A group's condition is one of each of its steps. A step that is left out by both says its own reason.
    fn group(&mut self, group: &'f TaskGroupDecl, steps: &'f [TaskDecl]) {
        let places = steps.iter().map(|task| task.step.span);
        if let Some(why) = self.marks.left_out.get(&group.span).cloned() {
            for place in places {
                self.marks.left_out.entry(place).or_insert_with(|| why.clone());
            }
        } else if let Some(open) = self.marks.open.get(&group.span).cloned() {
            for place in places {
                let mut both = open.clone();
                if let Some(own) = self.marks.open.get(&place) {
                    both.and(own);
                }
                self.marks.open.insert(place, both);
            }
        }
    }

    /// A block goes with all its steps, and they go with it.
    fn block(&mut self, block: &'f BlockDecl) {
        if let Some(why) = self.marks.left_out.get(&block.span).cloned() {
            for step in &block.steps {
                self.marks.left_out.entry(step.span).or_insert_with(|| why.clone());
            }
        } else if let [first, rest @ ..] = &*block.steps
            && let Some(why) = self.marks.left_out.get(&first.span).cloned()
            && rest.iter().all(|step| self.marks.left_out.contains_key(&step.span))
        {
            self.marks.left_out.insert(block.span, why);
        }
    }

    /// The hot steps that are left out, by their ids.
    fn gone(&self) -> Names<'f, Why<'f>> {
        let steps = self.flow.hot.iter().flat_map(|block| &block.steps);
        let gone =
            steps.filter_map(|step| Some((&*step.id.as_ref()?.value, self.marks.left_out.get(&step.span)?.clone())));
        gone.collect()
    }

    /// Leaves out each step of a rollback that undoes only what is left out.
    fn undo(&mut self, block: &'f BlockDecl, gone: &Names<'f, Why<'f>>) {
        for step in &block.steps {
            let whys: Vec<&Why<'f>> = step.from.iter().filter_map(|name| gone.get(&*name.value)).collect();
            if let [first, ..] = &whys[..]
                && whys.len() == step.from.len()
            {
                self.marks.left_out.entry(step.span).or_insert_with(|| (*first).clone());
            }
        }
    }
}

/// What a condition says of a release.
struct Told<'f> {
    /// The values that are known, each with whether its word is among those of the condition.
    chosen: Vec<(ChosenWord<'f>, bool)>,
    /// The values that aren't known, with the words of the condition.
    open: Vec<(usize, Vec<&'f Str>)>,
}
