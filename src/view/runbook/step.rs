//! One step of the runbook, or one task before or after the release.

use std::collections::BTreeSet;

use super::Writer;
use crate::plan::{Condition, LeftOut, Op, Step, StepCommand, StepIx, SubItem, Task, Tell, WayOut, When};
use crate::text::{Gap, Text, in_angles};
use crate::view::labels::{WordName, fill, word};
use crate::view::template::in_template;
use crate::view::{commands, conditions, messages, titles, ways, words};

in_template! {
    /// A step, or a task before or after the release.
    pub struct StepView "step" {
        /// What is left out before it, what can't be undone, warning, caution and note.
        pub remarks: Vec<String>,
        /// Its number.
        pub number: String,
        /// Read or write.
        pub op: Option<String>,
        /// Whether it is critical.
        pub critical: bool,
        /// The action. Before it stands what applies: the date of a task, the condition, in a rollback the steps that lead here.
        pub action: String,
        /// What must be seen.
        pub expect: Option<String>,
        /// Planned start and duration.
        pub planned: Option<String>,
        /// Target of links to it; a task has one where a text refers to it.
        pub anchor: Option<String>,
        /// What to know before acting, one line each: who is told, who acts, who watches, what must be awaited.
        pub before: Vec<String>,
        /// What is said before commands of which one is used.
        pub pick: Option<String>,
        /// Its commands.
        pub command: Vec<CommandView>,
        /// Its items.
        pub items: Vec<ItemView>,
        /// The question that it asks, and its answers.
        pub choose: Option<ChooseView>,
        /// The message that it sends.
        pub tell: Option<TellView>,
        /// What belongs to the action or follows it, one line each: readings, a value to write down, how to undo it.
        pub along: Vec<String>,
        /// What to do when it fails, and what a "no" or a time-out leads to, one line each.
        pub ways: Vec<String>,
    }

    /// Something to do that has a box of its own, as part of a step, before the start, or at a gate.
    pub struct ItemView "item" {
        /// Its number; only items of steps have one.
        pub number: Option<String>,
        /// What to do, after its condition.
        pub action: String,
        /// What must be seen.
        pub expect: Option<String>,
    }

    /// A command, and what comes out.
    pub struct CommandView "command" {
        /// Its title.
        pub title: Option<String>,
        /// True where its reader ticks which of several was used.
        pub is_choice: bool,
        /// Depth of the list in which stands what follows its code.
        pub depth: usize,
        /// The command, as a block of code.
        pub code: String,
        /// What belongs into its gaps, by their names.
        pub blanks: Option<String>,
        /// What comes out, in the ways that there are: what is said over it, and a block of code.
        pub outputs: Vec<[String; 2]>,
    }

    /// Something to paste.
    pub struct CodeView "message" {
        /// The characters, as a block of code.
        pub code: String,
        /// What belongs into its gaps, by their names.
        pub blanks: Option<String>,
    }

    /// A question and its answers.
    pub struct ChooseView "choice" {
        /// The question; nothing when the step's action asks it already.
        pub ask: Option<String>,
        /// For each answer, the condition and where it leads.
        pub options: Vec<[String; 2]>,
    }

    /// A message to somebody.
    pub struct TellView "tell" {
        /// That it is sent, to whom, and by what number; nothing when the step's action says so.
        pub to: Option<String>,
        /// Depth of the list in which stands what is pasted.
        pub depth: usize,
        /// What is said over its subject, and the subject, as a block of code.
        pub subject: Option<[String; 2]>,
        /// What it says.
        pub message: CodeView,
    }
}

impl Writer<'_> {
    pub(super) fn items(self, items: &[SubItem], of: Option<&Step>) -> Vec<ItemView> {
        let number = |item: &SubItem| {
            let mut number = of?.number.clone();
            let instance = number.instance.take().map_or_else(String::new, |instance| format!("/{instance}"));
            Some(self.flow(&self.text(&format!("{number}.{}{instance}", item.number))))
        };
        let view = |item: &SubItem| ItemView {
            number: number(item),
            action: self.flow(&self.on(item.condition.as_ref(), &item.action)),
            expect: item.expect.as_ref().map(|expect| self.flow(expect)),
        };
        items.iter().map(view).collect()
    }

    /// A text with its condition before it.
    fn on(self, condition: Option<&Condition>, text: &Text) -> Text {
        conditions::before(self.plan, self.labels, condition, text)
    }

    /// The lines in place of the steps or blocks that are left out before the one with an index.
    pub(in crate::view) fn left_out(self, gaps: &[LeftOut], index: usize) -> Vec<String> {
        let line = |gap| self.flow(&conditions::numbers_left_out(self.plan, self.labels, gap));
        conditions::at(gaps, index).map(line).collect()
    }

    /// The lines in place of items that are left out, by their numbers on paper, which follow `after`.
    pub(super) fn items_left_out(self, number: (&str, u32), gaps: &[LeftOut]) -> Vec<String> {
        let line = |gap| self.flow(&conditions::items_left_out(self.plan, self.labels, number, gap));
        gaps.iter().map(line).collect()
    }

    pub(super) fn task(self, task: &Task, mut lead: String) -> StepView {
        let labels = self.labels;
        if let Some(due) = &task.due {
            let due = words::due(labels, task.lead, due);
            lead.extend([labels.say(word!("open")), &due, labels.say(word!("close"))]);
        }
        if !task.outcomes.is_empty() {
            lead = [&*titles::only_after(labels, &task.outcomes), labels.say(word!("comma")), &lead].concat();
        }
        let mut lead = self.text(&lead);
        if let Some(group) = &task.group {
            lead.push_str(labels.say(word!("dot")));
            lead.append(&group.title);
        }
        let mut step = self.step(&task.step, None, Some(&lead));
        let said = [(word!("runbook.impact"), &task.impact), (word!("runbook.ask"), &task.ask)];
        let mut told = Vec::new();
        if !task.notify.is_empty() {
            let mut names = self.text("");
            for (index, contact) in task.notify.iter().enumerate() {
                if index > 0 {
                    names.push_str(labels.say(word!("list")));
                }
                names.append(&self.plan.contact(*contact).name);
            }
            told.push(self.flow(&self.around(word!("runbook.notify"), "who", &names)));
        }
        if let Some(subject) = &task.subject {
            told.push(self.flow(&self.after_colon(self.label(word!("subject")), subject)));
        }
        for (label, words) in said {
            told.extend(words.as_ref().map(|words| self.flow(&self.around(label, "words", words))));
        }
        step.before.splice(0..0, told);
        step
    }

    /// A step of a block, which has an `index`, or of a task, which has a `lead`.
    pub(super) fn step(self, step: &Step, index: Option<StepIx>, lead: Option<&Text>) -> StepView {
        let labels = self.labels;
        let op = step.op.map(|op| match op {
            Op::Read => word!("read"),
            Op::Write => word!("write"),
        });
        let mut action = match &step.tell {
            Some(tell) if tell.is_action => self.told(tell),
            _ => words::action(self.plan, self.labels, step),
        };
        if !step.from.is_empty() {
            let label = if step.from.len() == 1 { word!("runbook.from-one") } else { word!("runbook.from-any") };
            action = self.after_colon(self.around(label, "steps", &self.links(&step.from)), &action);
        }
        action = self.on(step.condition.as_ref(), &action);
        if let Some(lead) = lead {
            action = self.after_colon(lead.clone(), &action);
        }
        let at = step.at.as_ref().map(|at| words::time(labels, at));
        let minutes = step.minutes.map(|n| words::minutes(labels, n));
        let planned: Vec<String> = at.into_iter().chain(minutes).collect();
        let left = titles::left_behind(self.plan, index);
        let no_return = match left {
            Some(rollback) => {
                let rollback = self.text(&ways::rollback(self.plan, labels, rollback));
                self.around(word!("runbook.irreversible-but"), "rollback", &rollback)
            }
            None => self.label(word!("runbook.irreversible")),
        };
        let no_return = self.remark(no_return, step.irreversible.as_ref());
        let remarks =
            [(word!("warning"), &step.warning), (word!("caution"), &step.caution), (word!("note"), &step.note)];
        StepView {
            remarks: no_return.into_iter().chain(self.remarks(&remarks)).collect(),
            number: self.flow(&self.text(&step.number.to_string()).bold()),
            op: op.map(|op| self.flow(&self.code(labels.say(op)))),
            critical: step.critical,
            action: self.flow(&action),
            expect: step.expect.as_ref().map(|expect| self.flow(expect)),
            planned: (!planned.is_empty()).then(|| self.flow(&self.text(&planned.join(labels.say(word!("comma")))))),
            anchor: index.map(|index| self.markup.anchor(&words::step_anchor(self.plan, index))),
            before: self.before(step).iter().map(|line| self.flow(line)).collect(),
            pick: step.pick_one.then(|| self.flow(&self.label(word!("runbook.pick")))),
            command: self.commands(step),
            items: self.items(&step.items, Some(step)),
            choose: step.choose.as_ref().map(|choose| ChooseView {
                ask: (choose.ask != step.action)
                    .then(|| self.flow(&self.around(word!("runbook.choose"), "ask", &choose.ask))),
                options: choose
                    .options
                    .iter()
                    .map(|option| {
                        let case = self.on(option.condition.as_ref(), &option.case);
                        [self.flow(&case), self.flow(&self.way(&option.way))]
                    })
                    .collect(),
            }),
            tell: step.tell.as_ref().map(|tell| self.tell(step, tell)),
            along: self.along(step).iter().map(|line| self.flow(line)).collect(),
            ways: self.ways(step).iter().map(|way| self.flow(way)).collect(),
        }
    }

    /// Who is told, in words.
    fn told(self, tell: &Tell) -> Text {
        messages::told(self.plan, self.labels, tell, words::contact)
    }

    fn tell(self, step: &Step, tell: &Tell) -> TellView {
        let depth = if tell.is_action { 1 } else { 2 };
        TellView {
            to: (!tell.is_action).then(|| self.flow(&self.told(tell))),
            depth,
            subject: tell.subject.as_ref().map(|subject| {
                let label = self.labels.say(word!("subject"));
                [self.flow(&self.marked(label)), self.fence("text", &messages::pasted(subject), depth + 1)]
            }),
            message: self.paste(step, &messages::pasted(&tell.message), &messages::gaps(tell), ("", depth)),
        }
    }

    fn way(self, way: &WayOut) -> Text {
        ways::way_out(self.plan, self.labels, way, None)
    }

    fn before(self, step: &Step) -> Vec<Text> {
        let (plan, labels) = (self.plan, self.labels);
        let mut lines = Vec::new();
        if let Some(by) = step.by {
            lines.push(self.around(word!("runbook.by"), "who", &words::contact(plan.contact(by))));
        }
        if let Some(how) = words::verify(labels, step.verify) {
            lines.push(self.around(word!("runbook.verify"), "how", &self.text(how)));
        }
        lines.extend(step.awaits.as_ref().map(|work| self.around(word!("runbook.awaits"), "name", &self.text(work))));
        if let Some(hold) = &step.hold {
            lines.extend(self.unless_said(step, word!("runbook.hold"), "ask", &hold.ask));
            let who = words::who_to_call(plan, self.labels, hold.decider, words::contact);
            let mut text = self.around(word!("who-decides"), "who", &who);
            self.within(&mut text, word!("runbook.at-most"), hold.at_most);
            lines.push(text);
        }
        if let Some(wait) = &step.wait {
            lines.extend(self.unless_said(step, word!("wait-until"), "condition", &wait.condition));
            let mut text = self.text("");
            self.within(&mut text, word!("runbook.every"), wait.every);
            self.within(&mut text, word!("runbook.at-most"), wait.at_most);
            lines.extend((!text.is_empty()).then_some(text));
        }
        let link = step.link.as_ref();
        lines.extend(link.as_ref().map(|link| self.around(word!("runbook.link"), "link", &self.address(link))));
        lines
    }

    fn along(self, step: &Step) -> Vec<Text> {
        let mut lines = Vec::new();
        let number = step.number.to_string();
        for gap in &step.items_left_out {
            lines.push(conditions::items_left_out(self.plan, self.labels, (&number, 0), gap));
        }
        for (case, why) in step.choose.iter().flat_map(|choose| &choose.left_out) {
            lines.push(conditions::answer_left_out(self.plan, self.labels, case, why));
        }
        let taken = step.take.iter().map(|reading| (word!("runbook.take"), *reading));
        for (label, reading) in taken.chain(step.compare.iter().map(|reading| (word!("runbook.compare"), *reading))) {
            let mut title = self.plan.readings[reading.0].title.clone();
            for run in &mut title.runs {
                run.style.link = Some(format!("#{}", words::reading_anchor(reading.0)).into());
            }
            lines.push(self.around(label, "reading", &title));
        }
        if let Some(record) = &step.record {
            let mut text = self.around(word!("runbook.record"), "label", &record.label);
            text.append(&self.gap(&record.name));
            if let Some(unit) = &record.unit {
                text.push_str(" ");
                text.append(unit);
            }
            lines.push(text);
        }
        lines.extend(self.recorded_before(step));
        lines.extend(step.begins.as_ref().map(|work| self.around(word!("runbook.begins"), "name", &self.text(work))));
        lines.extend(step.undo.as_ref().map(|undo| self.around(word!("runbook.undo"), "how", undo)));
        if !step.sets.is_empty() {
            let states: Vec<_> = step.sets.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            lines.push(self.around(
                word!("runbook.sets"),
                "states",
                &self.text(&states.join(self.labels.say(word!("list")))),
            ));
        }
        lines
    }

    /// Where the recorded values were written down that stand in the step's texts, other than those to paste.
    fn recorded_before(self, step: &Step) -> Vec<Text> {
        let gaps = words::gaps_in_words(step);
        let line = |gap: &Gap| {
            let place = ways::written_down(self.plan, self.labels, gap.name()?, step, None)?;
            Some(self.after_colon(self.text(&gap.words), &place))
        };
        gaps.into_iter().filter_map(line).collect()
    }

    /// A label with a text in it; `None` when the step's action is the same text.
    fn unless_said(self, step: &Step, label: WordName, name: &str, words: &Text) -> Option<Text> {
        (*words != step.action).then(|| self.around(label, name, words))
    }

    /// Appends a number of minutes, after a comma.
    fn within(self, text: &mut Text, label: WordName, minutes: Option<u32>) {
        if let Some(n) = minutes {
            if !text.is_empty() {
                text.push_str(self.labels.say(word!("comma")));
            }
            let n = words::minutes(self.labels, n);
            text.push_str(&fill(self.labels.say(label), &[("n", &n)]));
        }
    }

    fn ways(self, step: &Step) -> Vec<Text> {
        let line = |(when, way): (When, &WayOut)| {
            let label = match when {
                When::Refused => word!("runbook.no"),
                When::TimedOut => word!("runbook.timeout"),
                When::Failed => word!("runbook.failed"),
                // The choice lists its answers itself.
                When::Done | When::Answered(_) | When::GateFailed => return None,
            };
            let mut text = self.label(label);
            text.append(&self.way(way));
            Some(text)
        };
        step.ways_out().filter_map(line).collect()
    }

    /// The commands of a step. A gap is explained at the first command that has it.
    fn commands(self, step: &Step) -> Vec<CommandView> {
        let mut seen = BTreeSet::new();
        let view = |(number, command): (u32, &StepCommand)| {
            let title = commands::title(self.labels, step, number, command);
            let gaps: Vec<&Gap> =
                commands::gaps_of_one(command).filter(|gap| seen.insert(gap.wanted.clone())).collect();
            let syntax = command.syntax.as_deref().unwrap_or_default();
            let depth = if title.is_some() { 2 } else { 1 };
            let output = |(label, output)| [self.flow(&self.marked(label)), self.fence("text", output, depth + 1)];
            let CodeView { code, blanks } = self.paste(step, &command.run, &gaps, (syntax, depth));
            CommandView {
                code,
                blanks,
                outputs: commands::outputs(self.labels, command).map(output).collect(),
                is_choice: step.pick_one,
                depth,
                title: title.map(|title| self.flow(&title)),
            }
        };
        (1..).zip(&step.commands).map(view).collect()
    }

    /// Characters shown unchanged, in a language, inside a list of this depth.
    fn fence(self, language: &str, text: &Text, depth: usize) -> String {
        // A lone carriage return would end the line, and with it the code's indentation.
        let code = text.with_names().to_plain().replace("\r\n", "\n").replace('\r', "\n");
        self.markup.fence(depth, language, &code)
    }

    /// Something to paste, in a language and inside a list of some depth, with what belongs into its gaps.
    fn paste(self, step: &Step, text: &Text, gaps: &[&Gap], (language, depth): (&str, usize)) -> CodeView {
        let mut names = self.text("");
        for gap in gaps {
            let name = gap.name().unwrap_or_default();
            if !names.is_empty() {
                names.push_str(self.labels.say(word!("semicolon")));
            }
            names.append(&self.code(&in_angles(name)));
            if gap.words != name {
                names.push_str(&format!(" {}", gap.words));
            }
            if let Some(place) = ways::written_down(self.plan, self.labels, name, step, None) {
                names.push_str(self.labels.say(word!("comma")));
                names.append(&place);
            }
        }
        let blanks = (!names.is_empty()).then(|| self.flow(&self.around(word!("runbook.blanks"), "names", &names)));
        CodeView { code: self.fence(language, text, depth), blanks }
    }
}
