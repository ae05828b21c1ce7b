//! What the drawn flow chart says: blocks of steps with their ways out, as texts. Nothing is measured here.

use std::collections::{BTreeMap, BTreeSet};

use super::first_of_each;
use crate::plan::{Block, Changes, ChooseOption, Op, Plan, Step, StepIx, Then, WayOut, When};
use crate::text::{Content, Lang, Text, in_angles};
use crate::view::conditions;
use crate::view::labels::{Labels, WordName, fill, word};
use crate::view::references::{self, ReferenceIn};
use crate::view::titles;

/// The whole chart. A block that is repeated appears once.
#[derive(Debug, Clone)]
pub struct FlowChart {
    /// Language of everything in it.
    pub lang: Lang,
    /// What is released.
    pub title: Text,
    /// Whose document it is, and who may read it.
    pub look: Option<Text>,
    /// The heading that says that this is a chart.
    pub heading: Text,
    /// The note that people execute the list, not the chart.
    pub note: Text,
    /// The explanation of the cross.
    pub legend: Text,
    /// Label with `{step}`, where a column came from.
    pub continued: String,
    /// Label with `{page}`.
    pub page: String,
    /// The separator between two names.
    pub list: String,
    /// See there.
    pub colon: String,
    /// See there.
    pub semicolon: String,
    /// The hot blocks.
    pub hot: Vec<ChartBlock>,
    /// The blocks of the rollbacks.
    pub back: Vec<ChartBlock>,
    /// The words at the point of no return.
    pub no_return: Text,
    /// The words where the ways out of a step continue in another box.
    pub more: Text,
}

/// A block.
#[derive(Debug, Clone)]
pub struct ChartBlock {
    /// Letter and heading.
    pub title: Text,
    /// Remarks: that it must not be interrupted, what it is repeated for, until when it may be entered.
    pub remarks: Vec<Text>,
    /// True when it is drawn with a heavy bar.
    pub atomic: bool,
    /// The elements that it is repeated for.
    pub names: Option<String>,
    /// For a repeated block: the words on the way back to its first step, and on the way on.
    pub again: Option<[Text; 2]>,
    /// Its steps; never empty.
    pub nodes: Vec<ChartNode>,
    /// The words at the end, when everything ends after its last step.
    pub end: Option<Text>,
    /// New or changed since the revision before, apart from its steps.
    pub changed: bool,
}

/// What a step is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepForm {
    /// A box: something is done.
    Action,
    /// Something must come true.
    Wait,
    /// Somebody decides.
    Decision,
}

/// Identifies a step of the chart. A step of a repeated block has the same key for all elements: that of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepKey(pub(super) StepIx);

/// A step.
#[derive(Debug, Clone)]
pub struct ChartNode {
    /// Which step it is.
    pub step: StepKey,
    /// Number as printed, without the element of a repeated block.
    pub number: String,
    /// What it is drawn as.
    pub form: StepForm,
    /// True when it changes something.
    pub write: bool,
    /// Read or write.
    pub mark: Text,
    /// What is done, or asked.
    pub action: Text,
    /// Where it leads other than ahead: first the way out on failure, then the others in the author's order.
    pub exits: Vec<Exit>,
    /// The conditions on which it goes ahead; empty when it always does, `None` when it never does.
    pub ahead: Option<Vec<Text>>,
    /// True for a point of no return.
    pub no_return: bool,
    /// The step in a sentence, with its ways out.
    pub spoken: String,
    /// True when anything in it, or its block's way out, is new or changed since the older revision.
    pub changed: bool,
}

/// The ways out of a step that lead to the same place.
#[derive(Debug, Clone)]
pub struct Exit {
    /// True when it is taken because the step failed.
    pub failed: bool,
    /// Other conditions.
    pub words: Vec<Text>,
    /// Where it leads.
    pub to: ExitTo,
    /// The name of that place.
    pub name: Text,
}

/// Where a way out leads. A step of a repeated block stands for its copies for all elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitTo {
    /// Into a rollback, by its first step.
    Rollback(StepKey),
    /// Another step.
    Step(StepKey),
    /// The same step again.
    Retry,
    /// On to the next step; the decider accepts what failed.
    Continue,
    /// The next step.
    Next,
    /// The release is held until the decider decides.
    Hold,
    /// The release is stopped, and there is nothing to undo.
    Abort,
    /// Nowhere: the way out only says what to do.
    Nowhere,
}

impl FlowChart {
    /// The whole chart in sentences, one on each line.
    #[must_use]
    pub fn spoken(&self) -> String {
        let mut lines = vec![self.note.to_plain()];
        for block in self.hot.iter().chain(&self.back) {
            lines.push(block.title.to_plain());
            lines.extend(block.remarks.iter().map(Text::to_plain));
            for node in &block.nodes {
                lines.extend(node.no_return.then(|| self.no_return.to_plain()));
                lines.push(node.spoken.clone());
            }
            lines.extend(block.end.as_ref().map(Text::to_plain));
        }
        lines.join("\n")
    }
}

impl FlowChart {
    /// True when anything is marked as new or changed.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        let blocks = || self.hot.iter().chain(&self.back);
        blocks().any(|block| block.changed || block.nodes.iter().any(|node| node.changed))
    }
}

/// The chart of a plan, with what is new or changed `since` an older revision.
#[must_use]
pub fn flow_chart(plan: &Plan, labels: &Labels, since: Option<&Changes>) -> FlowChart {
    let say = |word: WordName| Text::plain(&plan.lang, labels.say(word));
    let from = ChartSource { plan, labels, since, first_of: first_of_each(plan) };
    let title = titles::headline(plan, labels);
    let look = plan.look.words().into_iter().flatten().cloned();
    let look = look.reduce(|mut both, next| {
        both.push_str(labels.say(word!("dot")));
        both.append(&next);
        both
    });
    let mut hot: Vec<ChartBlock> = from.blocks(&plan.hot);
    let mut back: Vec<ChartBlock> = from.blocks(&plan.rollback);
    if let Some(last) = hot.last_mut() {
        last.end = Some(say(word!("chart.end")));
    }
    for block in &mut back {
        block.end = Some(say(word!("chart.rolled-back")));
    }
    FlowChart {
        lang: plan.lang.clone(),
        title,
        look,
        heading: say(word!("flow-chart")),
        note: say(if back.is_empty() { word!("chart.note") } else { word!("chart.note-back") }),
        legend: say(word!("chart.legend")),
        continued: labels.say(word!("sheet.continued")).to_owned(),
        page: labels.say(word!("on-page")).to_owned(),
        list: labels.say(word!("list")).to_owned(),
        colon: labels.say(word!("colon")).to_owned(),
        semicolon: labels.say(word!("semicolon")).to_owned(),
        hot,
        back,
        no_return: say(word!("chart.no-return")),
        more: say(word!("chart.more")),
    }
}

fn to(first_of: &[usize], way: &WayOut) -> ExitTo {
    let first = |step: StepIx| StepKey(StepIx(first_of.get(step.0).copied().unwrap_or(step.0)));
    match way.then {
        None => ExitTo::Nowhere,
        Some(Then::Rollback(_, step)) => ExitTo::Rollback(first(step)),
        Some(Then::Step(step)) => ExitTo::Step(first(step)),
        Some(Then::Retry(_)) => ExitTo::Retry,
        Some(Then::Continue) => ExitTo::Continue,
        Some(Then::Next) => ExitTo::Next,
        Some(Then::Hold) => ExitTo::Hold,
        Some(Then::Abort) => ExitTo::Abort,
    }
}

struct ChartSource<'a> {
    plan: &'a Plan,
    labels: &'a Labels,
    since: Option<&'a Changes>,
    first_of: Vec<usize>,
}

/// The ways out of a step, in order, and the place of each.
#[derive(Default)]
struct Exits {
    all: Vec<Exit>,
    place: BTreeMap<ExitTo, usize>,
    /// The conditions that `all` has already.
    known: BTreeSet<(ExitTo, String)>,
}

impl ChartSource<'_> {
    fn text(&self, words: impl AsRef<str>) -> Text {
        Text::plain(&self.plan.lang, words)
    }

    fn say(&self, word: WordName) -> Text {
        self.text(self.labels.say(word))
    }

    /// The blocks as their author wrote them: the copies of a repeated block become one.
    fn blocks(&self, blocks: &[Block]) -> Vec<ChartBlock> {
        blocks.chunk_by(|one, next| one.span == next.span).map(|copies| self.block(copies)).collect()
    }

    /// A text as [`general`] gives it, in which each reference says where it leads.
    fn general(&self, text: &Text, other: Option<&Text>, each: &str) -> Text {
        let written = |text| references::written(self.plan, self.labels, text, ReferenceIn::Chart);
        general(&written(text), other.map(written).as_deref(), each)
    }

    fn block(&self, copies: &[Block]) -> ChartBlock {
        let labels = self.labels;
        let (first, second) = (&copies[0], copies.get(1));
        let each = first.instance.as_ref().map_or("", |instance| &instance.each);
        let mut title = self.text(first.letter.map_or_else(String::new, |letter| format!("{letter}  ")));
        let words = self.general(&first.title, second.map(|second| &second.title), each);
        title.append(&conditions::in_short(labels, first.condition.as_ref(), &words));
        let mut remarks = Vec::new();
        remarks.extend(first.atomic.then(|| self.say(word!("chart.atomic-block"))));
        let names: Vec<&str> =
            copies.iter().filter_map(|copy| copy.instance.as_ref().map(|instance| &*instance.name)).collect();
        let (count, names) = (names.len(), names.join(labels.say(word!("list"))));
        if count > 0 {
            let values = [("each", each), ("n", &count.to_string()), ("names", &names)];
            remarks.push(self.text(fill(labels.say(word!("chart.for-each")), &values)));
        }
        if let Some(last) = first.valid_until {
            let number = self.plan.step(last).number.to_string();
            remarks.push(self.text(fill(labels.say(word!("sheet.valid-until")), &[("step", &number)])));
        }
        let again = second.is_some().then(|| {
            let next = if first.gate.is_empty() { word!("chart.next") } else { word!("chart.next-gate") };
            [self.say(next), self.say(word!("chart.all-done"))]
        });
        let nodes = (0..first.steps.len()).map(|offset| self.node(copies, offset, each)).collect();
        let changed = self.since.and_then(|changes| changes.block(first)).is_some_and(|marks| {
            marks.heading || marks.valid_until || marks.notices.contains(&true) || marks.gate.contains(&true)
        });
        let names = (count > 0).then_some(names);
        ChartBlock { title: title.bold(), remarks, atomic: first.atomic, names, again, nodes, end: None, changed }
    }

    /// True when a step, or the way out that it has from its block, is new or changed.
    fn is_changed(&self, block: &Block, step: &Step) -> bool {
        let Some(changes) = self.since else { return false };
        let own = changes
            .step(step)
            .is_some_and(|marks| marks.row || marks.notices.contains(&true) || marks.items.contains(&true));
        let inherits = step.way_out.as_ref().is_some_and(|way| way.inherited);
        own || inherits && changes.block(block).is_some_and(|marks| marks.way_out)
    }

    /// A step with the ways out that it has for any of the elements.
    fn node(&self, copies: &[Block], offset: usize, each: &str) -> ChartNode {
        let (plan, labels) = (self.plan, self.labels);
        let index = StepIx(copies[0].steps.start + offset);
        let step = plan.step(index);
        let second = copies.get(1).map(|copy| plan.step(StepIx(copy.steps.start + offset)));
        let say =
            |text: fn(&Step) -> Option<&Text>| text(step).map(|words| self.general(words, second.and_then(text), each));
        let asked = say(|step| {
            let hold = step.hold.as_ref().map(|hold| &hold.ask);
            hold.or_else(|| step.choose.as_ref().map(|choose| &choose.ask))
        });
        let form = match (&asked, &step.wait) {
            (Some(_), _) => StepForm::Decision,
            (None, Some(_)) => StepForm::Wait,
            (None, None) => StepForm::Action,
        };
        let mut exits = Exits::default();
        let mut ahead = Vec::new();
        let mut goes_ahead = step.choose.is_none();
        if step.hold.is_some() {
            ahead.push(self.say(word!("chart.yes")));
        } else if step.wait.as_ref().is_some_and(|wait| wait.otherwise.is_some()) {
            ahead.push(self.say(word!("chart.in-time")));
        }
        let ways = |copy: &Block| {
            let all = plan.ways(StepIx(copy.steps.start + offset));
            all.filter_map(|way| Some((way.when, way.out?))).collect::<Vec<_>>()
        };
        let ways: Vec<Vec<(When, &WayOut)>> = copies.iter().map(ways).collect();
        let causes = [
            (When::Failed, None),
            (When::TimedOut, Some(word!("chart.timeout"))),
            (When::Refused, Some(word!("chart.no"))),
        ];
        for (cause, words) in causes {
            for ways in &ways {
                let ways = ways.iter().filter(|(when, _)| *when == cause).map(|(_, way)| *way);
                for (index, way) in ways.enumerate() {
                    // Behind a way that tries again stands where it leads after the last try.
                    let words = if index > 0 { Some(word!("chart.retried")) } else { words };
                    self.exit(&mut exits, to(&self.first_of, way), words.map(|word| self.say(word)));
                    if way.ends_with_decider() {
                        self.exit(&mut exits, ExitTo::Hold, Some(self.say(word!("chart.retried"))));
                    }
                }
            }
        }
        for (copy, ways) in ways.iter().enumerate() {
            for (when, way) in ways {
                let When::Answered(n) = *when else { continue };
                let words = answer(step, n).map(|option| {
                    let other = second.and_then(|step| answer(step, n)).map(|other| &other.case);
                    conditions::in_short(labels, option.condition.as_ref(), &self.general(&option.case, other, each))
                });
                if !matches!(to(&self.first_of, way), ExitTo::Next | ExitTo::Continue) {
                    self.exit(&mut exits, to(&self.first_of, way), words);
                } else if copy == 0 {
                    ahead.extend(words);
                    goes_ahead = true;
                }
            }
        }
        // A gate has no box; its ways out belong to the last step.
        for (_, way) in ways.iter().flatten().filter(|(when, _)| *when == When::GateFailed) {
            self.exit(&mut exits, to(&self.first_of, way), Some(self.say(word!("chart.gate-fails"))));
        }
        let letter = step.number.letter.map_or_else(String::new, String::from);
        let write = step.op == Some(Op::Write);
        let mark = self.text(if write { labels.say(word!("write")) } else { labels.say(word!("read")) });
        let mut action = self.general(&step.action, second.map(|second| &second.action), each);
        if let Some(asked) = asked.filter(|asked| asked.to_plain() != action.to_plain()) {
            let ends = action.to_plain().trim_end().ends_with(['?', '？', '.', '。', '!', '！', ':', '：']);
            action.push_str(if ends { " " } else { labels.say(word!("colon")) });
            action.append(&asked);
        }
        action = conditions::in_short(labels, step.condition.as_ref(), &action);
        let number = format!("{letter}{}", step.number.number);
        let exits = exits.all;
        let mut spoken = format!("{number} {} {}", mark.to_plain(), action.to_plain());
        for exit in &exits {
            let mut causes: Vec<String> = exit.words.iter().map(Text::to_plain).collect();
            if exit.failed {
                causes.insert(0, labels.say(word!("sheet.failed")).to_owned());
            }
            let causes = causes.join(labels.say(word!("list")));
            let (comma, colon) = (labels.say(word!("comma")), labels.say(word!("colon")));
            spoken.extend([comma, &causes, colon, &exit.name.to_plain()]);
        }
        ChartNode {
            step: StepKey(index),
            number,
            form,
            write,
            mark,
            action,
            exits,
            ahead: goes_ahead.then_some(ahead),
            no_return: step.irreversible.is_some(),
            spoken,
            changed: self.is_changed(&copies[0], step),
        }
    }

    /// Adds a way out. Without `words` it is taken when the step fails.
    fn exit(&self, exits: &mut Exits, to: ExitTo, words: Option<Text>) {
        let number = |step: StepKey| {
            let number = &self.plan.step(step.0).number;
            self.text(format!("{}{}", number.letter.map_or_else(String::new, String::from), number.number))
        };
        // A rollback is entered at its head, which says where in it to begin.
        let letter =
            |step: StepKey| self.text(self.plan.step(step.0).number.letter.map_or_else(String::new, String::from));
        let next = exits.all.len();
        let place = *exits.place.entry(to).or_insert(next);
        if place == next {
            let name = match to {
                ExitTo::Rollback(step) => letter(step).bold(),
                ExitTo::Step(step) => number(step).bold(),
                ExitTo::Retry => self.say(word!("chart.to-retry")),
                ExitTo::Continue => self.say(word!("chart.to-continue")),
                ExitTo::Next => self.say(word!("chart.to-next")),
                ExitTo::Hold => self.say(word!("chart.to-hold")),
                ExitTo::Abort => self.say(word!("chart.to-abort")),
                ExitTo::Nowhere => self.say(word!("chart.to-nothing")),
            };
            exits.all.push(Exit { failed: false, words: Vec::new(), to, name });
        }
        let exit = &mut exits.all[place];
        match words {
            None => exit.failed = true,
            Some(words) if exits.known.insert((to, words.to_plain())) => exit.words.push(words),
            Some(_) => {}
        }
    }
}

/// An answer of a choice.
fn answer(step: &Step, n: usize) -> Option<&ChooseOption> {
    step.choose.as_ref()?.options.get(n)
}

/// A text on one line without links. Where the texts of two elements differ, it has the word for any element, and for a
/// value that isn't given it has the value's name.
fn general(text: &Text, other: Option<&Text>, each: &str) -> Text {
    let same_shape = |other: &&Text| other.runs.len() == text.runs.len();
    let other = other.filter(same_shape);
    let mut out = text.clone();
    for (index, run) in out.runs.iter_mut().enumerate() {
        run.style.link = None;
        let differs = other.is_some_and(|other| other.runs[index].content != run.content);
        run.content = match std::mem::replace(&mut run.content, Content::Break) {
            Content::Chars(_) if differs => Content::Chars(in_angles(each)),
            Content::Chars(chars) => Content::Chars(chars),
            Content::Blank(gap) => Content::Chars(in_angles(&gap.words)),
            Content::Break | Content::PageOf(_) | Content::Found(_) => Content::Chars(" ".to_owned()),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_two_elements_is_said_in_general() {
        let lang = Lang::new("en");
        let of = |host: &str| {
            let mut text = Text::plain(&lang, "drain ");
            text.push_str(host);
            text.push_str("\non lb-1");
            text
        };
        assert_eq!(general(&of("app-1"), Some(&of("app-2")), "host").to_plain(), "drain ‹host› on lb-1");
        assert_eq!(general(&of("app-1"), None, "host").to_plain(), "drain app-1 on lb-1");
    }
}
