//! Blocks and tasks, with what a release leaves out between them.

use std::collections::BTreeSet;

use super::step::StepView;
use super::{BlockView, Writer};
use crate::plan::{Block, LeftOut, Step, StepIx, TargetStep, Task};
use crate::text::{Content, Text};
use crate::view::agenda::TaskPhase;
use crate::view::labels::{fill, word};
use crate::view::{conditions, words};

impl Writer<'_> {
    /// The tasks of a part by date, and which are left out.
    pub(super) fn tasks(
        self,
        (tasks, gaps): (&[Task], &[LeftOut]),
        phase: TaskPhase,
        target: fn(usize) -> TargetStep,
    ) -> (Vec<StepView>, Vec<String>) {
        let is_referred = |(index, _): &(usize, &Task)| self.plan.targets.has_task(target(*index));
        let referred: BTreeSet<u32> =
            tasks.iter().enumerate().filter(is_referred).map(|(_, task)| task.step.number.number).collect();
        let part = match phase {
            TaskPhase::Before => "cold",
            TaskPhase::After => "after",
        };
        let view = |task: &Task| {
            let anchor = referred.contains(&task.step.number.number).then(|| words::task_anchor(part, task));
            let anchor = anchor.map(|name| self.markup.anchor(&name));
            StepView { anchor, ..self.task(task, phase.distance(self.labels, task.lead)) }
        };
        let mut views: Vec<StepView> = Vec::new();
        // What stands before the next task, or behind the last one.
        let mut ahead: Vec<String> = Vec::new();
        for together in phase.by_date(self.plan, tasks) {
            ahead.extend(together.approvals.iter().map(|index| self.awaited(&self.plan.approvals[*index])));
            for task in together.tasks {
                let mut view = view(task);
                view.remarks.splice(0..0, ahead.drain(..));
                views.push(view);
            }
        }
        ahead.extend(self.left_out(gaps, tasks.len()));
        (views, ahead)
    }

    /// The blocks of a part, with what is left out between them, and what is left out after the last. `first` is the index
    /// of the first one among all blocks.
    pub(super) fn blocks(self, blocks: &[Block], gaps: &[LeftOut], first: usize) -> (Vec<BlockView>, Vec<String>) {
        let view = |(index, block): (usize, &Block)| {
            // Ways into a rollback lead to its head.
            let is_head = block.letter.is_some() && block.instance.as_ref().is_none_or(|instance| instance.index == 0);
            let anchor = is_head || self.plan.targets.has_block(first + index);
            let anchor = anchor.then(|| self.markup.anchor(&words::block_anchor(block)));
            BlockView { anchor, ..self.block(block, self.left_out(gaps, index)) }
        };
        (blocks.iter().enumerate().map(view).collect(), self.left_out(gaps, blocks.len()))
    }

    fn block(self, block: &Block, before: Vec<String>) -> BlockView {
        let labels = self.labels;
        let mut facts = Vec::new();
        if let Some(instance) = &block.instance {
            let (index, of) = ((instance.index + 1).to_string(), instance.of.to_string());
            let label = fill(labels.say(word!("runbook.instance")), &[("index", &index), ("of", &of)]);
            let mut text = Text::empty(self.plan.lang.clone());
            words::around(&mut text, &label, "name", |text| text.push(Content::Chars(instance.name.to_string())));
            facts.push(self.flow(&text));
        }
        if let Some(n) = block.minutes {
            let planned = self.label_with(word!("runbook.planned"), &[("n", &words::minutes(labels, n))]);
            facts.push(self.flow(&planned));
        }
        if let Some(last) = block.valid_until {
            facts.push(self.flow(&self.around(word!("runbook.valid-until"), "step", &self.link(last))));
        }
        let mut title = self.text(&block.letter.map_or_else(String::new, |letter| format!("{letter} · ")));
        title.append(&block.title);
        let remarks =
            [(word!("warning"), &block.warning), (word!("caution"), &block.caution), (word!("note"), &block.note)];
        let on = block.condition.as_ref().map(|on| conditions::condition(self.plan, labels, on));
        let on = on.map(|on| self.flow(&on.bold()));
        let step = |(index, step): (StepIx, &Step)| {
            let mut view = self.step(step, Some(index), None);
            view.remarks.splice(0..0, self.left_out(&block.left_out, index.0 - block.steps.start));
            view
        };
        BlockView {
            before,
            title: self.line(&title),
            anchor: None,
            atomic: block.atomic,
            is_rollback: block.letter.is_some(),
            facts,
            remarks: on.into_iter().chain(self.remarks(&remarks)).collect(),
            steps: self.plan.block_steps(block).map(step).collect(),
            behind: self.left_out(&block.left_out, block.steps.len()),
            gate: self.items(&block.gate, None),
            gate_left_out: block.instance.as_ref().map_or_else(Vec::new, |instance| {
                self.items_left_out((&words::gate_number(block, instance), 0), &block.gate_left_out)
            }),
        }
    }
}
