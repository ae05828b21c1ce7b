//! Turns written steps, tasks and blocks into those that are executed.

use std::collections::BTreeMap;
use std::ptr;

use super::lookup::Lookup;
use super::place::{Place, Scope, Section};
use super::readings::Readings;
use super::routes::{Start, way_out};
use super::step::is_written_down;
use super::unroll::{Layout, Placed};
use super::values;
use super::{
    Block, Choose, ChooseOption, Hold, Instance, LeftOut, Plain, Record, Step, StepCommand, StepIx, StepNumber,
    SubItem, Task, TaskGroup, Tell, Wait, WayOut, left_out,
};
use crate::diagnostic::{Diagnostic, Origin, Span};
use crate::field::Outcome;
use crate::select::Selected;
use crate::source::flow::{self, BlockSigning, CheckDecl, Ending, Flow, FlowText, Route, Str};
use crate::source::types::{CommandOutput, Name};
use crate::text::{Content, Run, Text};

/// What is needed to make the steps of a plan.
pub(super) struct StepBuilder<'b, 'a> {
    /// Names and faults.
    pub(super) lookup: &'b mut Lookup<'a>,
    /// The place of every step.
    pub(super) layout: &'b Layout<'a>,
    /// The tables of readings that steps fill in.
    pub(super) readings: &'b mut Readings<'a>,
    /// Shared checks by name.
    pub(super) checks: BTreeMap<&'a str, &'a CheckDecl>,
}

/// The shared checks of a flow by name.
pub(super) fn checks(flow: &Flow) -> BTreeMap<&str, &CheckDecl> {
    flow.checks.iter().map(|check| (&*check.id.value, check)).collect()
}

/// What a step says first: its action, or what stands in place of it. `check` is the shared check that it names.
pub(super) fn first_said<'f>(step: &'f flow::StepDecl, check: Option<&'f CheckDecl>) -> Option<&'f FlowText> {
    let asked = step.hold.as_ref().map(|hold| &hold.ask);
    let awaited = step.wait.as_ref().map(|wait| &wait.condition);
    let chosen = step.choose.as_ref().map(|choose| &choose.ask);
    let told = step.tell.as_ref().and_then(said_of);
    let action = step.action.as_ref().or_else(|| check.map(|check| &*check.title));
    action.or(asked).or(awaited).or(chosen).or(told)
}

/// What a message is called by; `None` where its file couldn't be read.
fn said_of(tell: &flow::TellDecl) -> Option<&FlowText> {
    tell.subject.as_deref().or(tell.message.as_ref())
}

impl<'a> StepBuilder<'_, 'a> {
    /// Every step of the hot blocks and the rollbacks.
    pub(super) fn steps(&mut self) -> Vec<Step> {
        let layout = self.layout;
        let step = |(placed, place, step): (&Placed<'a>, Place, &'a flow::StepDecl)| {
            if let Some(element) = placed.element {
                // Its number names the element.
                self.lookup.take(element.name.len(), step.span);
            }
            let scope = Scope { element: placed.element, place: Some(place), item: None };
            let inherited = layout.sources[placed.source].block.on_failure.as_ref();
            let made = self.step(step, layout.number(placed, place), scope, place, inherited);
            Step { block: Some(placed.block), ..made }
        };
        layout.steps().map(step).collect()
    }

    /// The tasks before the release, or those after it, without dates and mail ids. `all` are those of the flow, which gives them
    /// their numbers.
    pub(super) fn tasks(
        &mut self,
        tasks: &'a flow::TaskList,
        all: &[flow::TaskDecl],
        (section, letter): (Section, char),
    ) -> Vec<Task> {
        let numbers = task_numbers(self.lookup.selected, all, letter);
        let values = values::indices(self.lookup.selected.whole());
        let task = |(position, (task, number)): (usize, (&'a flow::TaskDecl, StepNumber))| {
            let place = Place { section, position };
            let scope = Scope { element: None, place: Some(place), item: None };
            Task {
                lead: task.lead.value,
                due: None,
                group: tasks
                    .group_of(position)
                    .map(|(index, group)| TaskGroup { index, title: self.lookup.text(&group.title, Scope::default()) }),
                outcomes: match section {
                    Section::After => outcomes(tasks.endings(position)),
                    _ => Vec::new(),
                },
                step: self.step(&task.step, number, scope, place, None),
                mail_id: None,
                notify: each_once(
                    self.lookup,
                    &task.notify,
                    Lookup::contact,
                    ("notified-twice", "notified"),
                    "leave one of them out: each contact gets one mail",
                ),
                impact: self.lookup.maybe(task.impact.as_ref(), scope),
                ask: self.lookup.maybe(task.ask.as_ref(), scope),
                subject: self.lookup.maybe(task.mail.as_ref().and_then(|mail| mail.subject.as_deref()), scope),
                mention: task.mail.as_ref().and_then(|mail| mail.mention.as_ref()).map(|names| {
                    let index = |lookup: &mut Lookup<'_>, name: &Str| {
                        values.get(&*name.value).copied().or_else(|| {
                            values::unknown(name, values.keys().copied(), &mut lookup.faults);
                            None
                        })
                    };
                    each_once(self.lookup, names, index, ("mentioned-twice", "mentioned"), "leave one of them out")
                }),
            }
        };
        tasks.iter().zip(numbers).enumerate().map(task).collect()
    }

    /// The blocks of one part, in the order of execution; `steps` are those of the whole plan.
    pub(super) fn blocks(&mut self, placed: &[Placed<'a>], steps: &[Step]) -> Vec<Block> {
        placed.iter().map(|placed| self.block(placed, steps)).collect()
    }

    fn block(&mut self, placed: &Placed<'a>, steps: &[Step]) -> Block {
        let source = &self.layout.sources[placed.source];
        let (written, section) = (source.block, source.section);
        let range = placed.first..placed.first + written.steps.len();
        let at = |position| Scope { element: placed.element, place: Some(Place { section, position }), item: None };
        let (index, of) = placed.order;
        let lookup = &mut *self.lookup;
        let is_last = index + 1 == of;
        let whole = lookup.selected.whole_block(written);
        let (gate, gate_left_out) =
            if is_last { (Vec::new(), Vec::new()) } else { lookup.items(&whole.gate, (0, 1), false, at(range.end)) };
        let from_last = Place { section, position: range.end - 1 };
        let start = Start { element: placed.element, place: from_last, span: written.span };
        let on_failure = written.on_failure.as_ref().filter(|_| !gate.is_empty());
        let gate_way_out = on_failure.map(|route| self::way_out(lookup, self.layout, route, start, true));
        Block {
            id: written.id.as_ref().map(|id| id.value.clone()),
            title: lookup.text(&written.title, at(range.start)),
            letter: placed.letter,
            atomic: written.atomic,
            instance: placed.element.map(|element| Instance {
                name: Plain {
                    words: element.name.to_owned(),
                    origin: Some(Origin { literal: element.literal, offset: 0 }),
                },
                each: element.each.to_owned(),
                index,
                of,
            }),
            condition: left_out::condition(lookup.selected, written.span),
            left_out: left_out::gaps(
                lookup.selected,
                whole.steps.iter().map(|step| step.span),
                (placed.letter, source.numbers.0),
            ),
            gate,
            gate_left_out,
            gate_way_out,
            note: lookup.maybe(written.note.as_ref(), at(range.start)),
            caution: lookup.maybe(written.caution.as_ref(), at(range.start)),
            warning: lookup.maybe(written.warning.as_ref(), at(range.start)),
            valid_until: match section {
                Section::Rollback(which) => self.layout.limits[which],
                _ => None,
            },
            minutes: planned(lookup.selected, &steps[range.clone()], |step| step.minutes),
            part: self.layout.part(placed.source),
            signed: match written.sign {
                BlockSigning::Each => range.clone(),
                BlockSigning::Once => {
                    let copies = self.layout.placed_of(placed.source);
                    let first = self.layout.placed[copies.start].first;
                    first..first + copies.len() * written.steps.len()
                }
            },
            steps: range,
            span: written.span,
        }
    }

    fn step(
        &mut self,
        step: &'a flow::StepDecl,
        number: StepNumber,
        scope: Scope<'a>,
        place: Place,
        inherited: Option<&'a Route>,
    ) -> Step {
        let check = step.check.as_ref().and_then(|name| self.check(name));
        let start = Start { element: scope.element, place, span: step.span };
        let in_block = matches!(place.section, Section::Hot | Section::Rollback(_));
        let compare = match &step.compare {
            Some(name) if in_block => {
                self.readings.compared(name, self.layout, scope.element, (place, step.span), self.lookup)
            }
            _ => Vec::new(),
        };
        let take = step.take.as_ref().filter(|_| in_block);
        let hold = self.hold(step.hold.as_ref(), scope, start);
        let wait = self.wait(step.wait.as_ref(), scope, start);
        let choose = self.choose(step, scope, start);
        let way_out = match &step.otherwise {
            Some(own) => Some(self.way_out(own, start, false)),
            None => inherited.map(|route| self.way_out(route, start, true)),
        };
        let from = step.from.iter().filter_map(|name| self.begun(name, scope)).collect();
        let lookup = &mut *self.lookup;
        let tell = step.tell.as_ref().map(|tell| Tell {
            to: each_once(lookup, &tell.to, Lookup::contact, ("told-twice", "told"), "leave one of them out"),
            subject: lookup.maybe(tell.subject.as_deref(), scope),
            message: without_outer_breaks(
                lookup.maybe(tell.message.as_ref(), scope).unwrap_or_else(|| Text::empty(lookup.lang.clone())),
            ),
            is_action: first_said(step, check).zip(said_of(tell)).is_some_and(|(said, told)| ptr::eq(said, told)),
        });
        let action = match (&step.action, check) {
            (Some(action), _) => lookup.text(action, scope),
            (None, Some(check)) => lookup.text(&check.title, scope),
            (None, None) => {
                let asked = hold.as_ref().map(|hold| &hold.ask);
                let awaited = wait.as_ref().map(|wait| &wait.condition);
                let chosen = choose.as_ref().map(|choose| &choose.ask);
                let said = tell.as_ref().map(|tell| tell.subject.as_ref().unwrap_or(&tell.message));
                let said = || said.map_or_else(|| Text::empty(lookup.lang.clone()), first_line);
                asked.or(awaited).or(chosen).cloned().unwrap_or_else(said)
            }
        };
        // What shows when a step can't be undone, or decides over the rest, is always worth writing down.
        let is_final = step.critical || step.irreversible.is_some();
        let (items, items_left_out) = self.items(step, check, is_final, scope);
        let lookup = &mut *self.lookup;
        let expect = lookup.maybe(step.expect.as_ref(), scope);
        Step {
            number,
            block: None,
            id: step.id.as_ref().map(|id| id.value.clone()),
            op: step.op.as_ref().map(|op| op.value),
            action,
            by: step.by.as_ref().and_then(|by| lookup.contact(by)),
            actual: is_written_down(step.actual, expect.as_ref(), is_final || step.record.is_some()),
            expect,
            titled_by: step.check.as_ref().filter(|_| step.action.is_none()).map(|name| name.value.clone()),
            condition: lookup.condition(step.span, step.condition.as_ref(), scope),
            items,
            items_left_out,
            take: take.and_then(|name| self.readings.taken(name, self.layout, scope.element)),
            compare,
            commands: step
                .commands
                .iter()
                .map(|command| self::command(lookup, command, step.fills(command), scope))
                .collect(),
            pick_one: step.pick.is_some(),
            minutes: step.minutes.as_ref().map(|minutes| minutes.value),
            at: None,
            note: lookup.maybe(step.note.as_ref(), scope),
            caution: lookup.maybe(step.caution.as_ref(), scope),
            warning: lookup.maybe(step.warning.as_ref(), scope),
            critical: step.critical,
            verify: step.verify,
            undo: lookup.maybe(step.undo.as_ref(), scope),
            irreversible: step.irreversible.as_ref().map(|point| {
                lookup.maybe(point.why.as_ref(), scope).unwrap_or_else(|| Text::empty(lookup.lang.clone()))
            }),
            record: step.record.as_ref().map(|record| Record {
                name: record.name.value.clone(),
                label: match &record.label {
                    Some(label) => lookup.text(label, scope),
                    None => Text::plain(&lookup.lang, &record.name.value),
                },
                unit: lookup.maybe(record.unit.as_deref(), scope),
            }),
            hold,
            wait,
            choose,
            begins: step.begins.as_deref().map(|begins| lookup.plain(begins)),
            awaits: step.awaits.as_deref().map(|awaits| lookup.plain(awaits)),
            tell,
            link: step.link.as_deref().map(|link| lookup.plain(link)),
            way_out,
            from,
            sets: step.sets.iter().map(|(name, value)| (lookup.plain(name), lookup.plain(value))).collect(),
            span: step.span,
        }
    }

    /// The sub-items of a step and of the shared check that it names, numbered one after another, and those that are left
    /// out. What shows is `always` written down beside their expected values, unless the flow says otherwise.
    fn items(
        &mut self,
        step: &'a flow::StepDecl,
        check: Option<&'a CheckDecl>,
        always: bool,
        scope: Scope<'a>,
    ) -> (Vec<SubItem>, Vec<LeftOut>) {
        let own = &*self.lookup.selected.whole_step(step).items;
        let (mut items, mut left_out) = self.lookup.items(own, (0, 1), always, scope);
        if let Some(check) = check {
            let gone: u32 = left_out.iter().map(LeftOut::count).sum();
            let number = items.len() as u32 + gone + 1;
            let (more, gaps) = self.lookup.items(&check.items, (own.len(), number), always, scope);
            for gap in gaps {
                left_out::add(&mut left_out, LeftOut { before: gap.before + items.len(), ..gap });
            }
            items.extend(more);
        }
        (items, left_out)
    }

    fn way_out(&mut self, route: &Route, start: Start<'a>, inherited: bool) -> WayOut {
        way_out(self.lookup, self.layout, route, start, inherited)
    }

    fn hold(&mut self, hold: Option<&flow::HoldDecl>, scope: Scope<'a>, start: Start<'a>) -> Option<Hold> {
        let hold = hold?;
        Some(Hold {
            ask: self.lookup.text(&hold.ask, scope),
            decider: self.lookup.who(&hold.decider)?,
            at_most: hold.at_most.as_ref().map(|minutes| minutes.value),
            no: hold.no.as_ref().map(|route| self.way_out(route, start, false)),
        })
    }

    fn wait(&mut self, wait: Option<&flow::WaitDecl>, scope: Scope<'a>, start: Start<'a>) -> Option<Wait> {
        let wait = wait?;
        Some(Wait {
            condition: self.lookup.text(&wait.condition, scope),
            every: wait.every.as_ref().map(|minutes| minutes.value),
            at_most: wait.at_most.as_ref().map(|minutes| minutes.value),
            otherwise: wait.otherwise.as_ref().map(|route| self.way_out(route, start, false)),
        })
    }

    fn choose(&mut self, step: &'a flow::StepDecl, scope: Scope<'a>, start: Start<'a>) -> Option<Choose> {
        let choose = step.choose.as_ref()?;
        let all = self.lookup.selected.whole_step(step).choose.as_ref().unwrap_or(choose);
        let mut options = Vec::with_capacity(choose.options.len());
        for option in &choose.options {
            options.push(ChooseOption {
                case: self.lookup.text(&option.condition, scope),
                way: self.way_out(&option.then, start, false),
                condition: left_out::condition(self.lookup.selected, option.condition.span),
            });
        }
        let mut left_out = Vec::new();
        for option in &all.options {
            if let Some(why) = self.lookup.selected.why(option.condition.span) {
                left_out.push((self.lookup.text_left_out(&option.condition, scope), left_out::words(why)));
            }
        }
        Some(Choose { ask: self.lookup.text(&choose.ask, scope), options, left_out })
    }

    fn check(&mut self, name: &Str) -> Option<&'a CheckDecl> {
        let found = self.checks.get(&*name.value).copied();
        if found.is_none() {
            let known = self.checks.keys().copied();
            self.lookup.faults.unknown("unknown-check", name, "no check is called", known, || {
                format!("add `[checks.{}]` with its items", name.value)
            });
        }
        found
    }

    /// The hot step that a `from` names: the copy for the same element, or else the first copy, which begins before the
    /// others.
    fn begun(&mut self, name: &Str, scope: Scope<'a>) -> Option<StepIx> {
        let (source, step) = self.layout.hot_step(name, &mut self.lookup.faults)?;
        let copy = self.layout.copy_for(source, scope.element).unwrap_or(self.layout.sources[source].base);
        Some(StepIx(self.layout.placed[copy].first + step))
    }
}

/// The sum of the minutes that steps give; `None` when none gives any. While the release leaves open which steps apply, it
/// is the largest sum that there may be.
pub(super) fn planned(selected: &Selected<'_>, steps: &[Step], minutes: impl Fn(&Step) -> Option<u32>) -> Option<u32> {
    let sum = |applies: &dyn Fn(&Step) -> bool| {
        let minutes = steps.iter().filter(|step| applies(step)).filter_map(&minutes);
        minutes.reduce(u32::saturating_add)
    };
    match selected.variants().len() {
        0 => sum(&|_| true),
        count => (0..count).filter_map(|variant| sum(&|step| selected.applies(step.span).has(variant))).max(),
    }
}

/// The numbers of the tasks that a release has.
pub(super) fn task_numbers<'s>(
    selected: &'s Selected<'_>,
    all: &'s [flow::TaskDecl],
    letter: char,
) -> impl Iterator<Item = StepNumber> + use<'s> {
    let numbered = (1..).zip(all).filter(|(_, task)| selected.why(task.step.span).is_none());
    numbered.map(move |(number, _)| StepNumber { letter: Some(letter), number, instance: None })
}

fn command<'a>(lookup: &mut Lookup<'a>, command: &flow::CommandDecl, fill: bool, scope: Scope<'a>) -> StepCommand {
    let shows = |output: &Option<CommandOutput>, lookup: &mut Lookup<'a>| {
        output.as_deref().map(|output| lookup.exact(output, fill, scope))
    };
    StepCommand {
        title: lookup.maybe(command.title.as_deref(), scope),
        run: lookup.exact(&command.run, fill, scope),
        syntax: command.syntax.as_ref().map(|syntax| syntax.value.clone()),
        shows: shows(&command.shows, lookup),
        shows_bad: shows(&command.shows_bad, lookup),
    }
}

/// The outcomes on which a task after the release is done that names these.
fn outcomes(said: &[Ending]) -> Vec<Outcome> {
    let is_said = |outcome: &&Outcome| said.iter().any(|ending| ending.outcome() == **outcome);
    let wanted = |outcome: &&Outcome| if said.is_empty() { **outcome == Outcome::Executed } else { is_said(outcome) };
    Outcome::ALL.iter().filter(wanted).copied().collect()
}

/// The contacts of these names, each once. One that is named again is a fault with this code; `what` is already the case.
fn each_once<'a, T, I: Copy + Ord>(
    lookup: &mut Lookup<'a>,
    names: &'a [Name<T>],
    index: impl Fn(&mut Lookup<'a>, &'a Str) -> Option<I>,
    (code, what): (&'static str, &str),
    help: &str,
) -> Vec<I> {
    let mut first: BTreeMap<I, Span> = BTreeMap::new();
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let Some(one) = index(lookup, name) else { continue };
        if let Some(first) = first.get(&one) {
            let fault = Diagnostic::error(code, name.span, format!("`{}` is {what} already", name.value));
            lookup.faults.push(fault.context(*first, "here").help(help));
            continue;
        }
        first.insert(one, name.span);
        found.push(one);
    }
    found
}

fn first_line(text: &Text) -> Text {
    let runs = text.runs.iter().take_while(|run| run.content != Content::Break).cloned().collect();
    Text { lang: text.lang.clone(), runs }
}

/// The same text without the line breaks before its first words and after its last ones.
fn without_outer_breaks(mut text: Text) -> Text {
    let is_words = |run: &Run| run.content != Content::Break;
    let end = text.runs.iter().rposition(is_words).map_or(0, |last| last + 1);
    text.runs.truncate(end);
    text.runs.drain(..text.runs.iter().position(is_words).unwrap_or(0));
    text
}
