//! What a reference says: in which step, in which block, and on paper on which page.

use std::borrow::Cow;
use std::sync::Arc;

use super::labels::{Labels, WordName, fill, word};
use super::{ways, words};
use crate::chars::columns;
use crate::plan::{Block, MOST_TOLD, Plan, StepNumber, Target, TargetStep};
use crate::text::{Content, PaperPlace, Run, Style, Text, target_of};

/// The title of a block is cut to this many columns where a reference names it.
const TITLE: usize = 60;

/// Where a text with references stands.
#[derive(Clone, Copy)]
pub enum ReferenceIn<'e> {
    /// On paper, where a page is turned to: gives the name of a target's sheet when that sheet isn't printed.
    Paper(&'e dyn Fn(&Target) -> Option<&'e str>),
    /// On a screen, where a link leads there.
    Screen,
    /// In a text of its own, without the steps: nothing there leads to them.
    Alone,
    /// In a chart, which names no element of a block and leads nowhere.
    Chart,
}

/// Name of the destination of what a reference leads to.
#[must_use]
pub fn anchor(plan: &Plan, target: &Target) -> String {
    match target {
        Target::Steps(steps) => steps.first().map_or_else(String::new, |step| step_anchor(plan, *step)),
        Target::Repeated(first, _) => words::step_anchor(plan, *first),
        Target::Blocks(first, _) => words::block_anchor(block(plan, *first)),
        Target::Appendix(index) => words::appendix_anchor(&plan.appendices[*index]),
    }
}

fn step_anchor(plan: &Plan, step: TargetStep) -> String {
    match step {
        TargetStep::Step(step) => words::step_anchor(plan, step),
        TargetStep::Cold(index) => words::task_anchor("cold", &plan.cold[index]),
        TargetStep::After(index) => words::task_anchor("after", &plan.after[index]),
    }
}

fn block(plan: &Plan, index: usize) -> &Block {
    plan.hot.get(index).unwrap_or_else(|| &plan.rollback[index - plan.hot.len()])
}

/// A text in which each reference says where it leads.
#[must_use]
pub fn written<'t, 'e>(plan: &'e Plan, labels: &'e Labels, text: &'t Text, place: ReferenceIn<'e>) -> Cow<'t, Text> {
    let target = |run: &Run| plan.targets.get(target_of(run.style.link.as_deref()?)?);
    if text.runs.iter().all(|run| target(run).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = Text::empty(text.lang.clone());
    let writer = ReferenceWriter { plan, labels, place };
    for runs in text.runs.chunk_by(|a, b| a.style.link == b.style.link) {
        let Some(target) = runs.first().and_then(target) else {
            out.runs.extend_from_slice(runs);
            continue;
        };
        writer.write(&mut out, runs, target);
    }
    Cow::Owned(out)
}

struct ReferenceWriter<'a> {
    plan: &'a Plan,
    labels: &'a Labels,
    place: ReferenceIn<'a>,
}

impl ReferenceWriter<'_> {
    /// Writes the runs of one reference, or of several to one target that stand side by side.
    fn write(&self, out: &mut Text, runs: &[Run], target: &Target) {
        let is_bare = |run: &Run| matches!(&run.content, Content::Chars(chars) if chars.starts_with("<#") && chars.ends_with('>'));
        for part in runs.chunk_by(|a, b| !is_bare(a) && !is_bare(b)) {
            let (Some(first), is_bare) = (part.first(), part.iter().any(is_bare)) else { continue };
            let mut said = self.said(target);
            if is_bare {
                said.runs.iter_mut().for_each(|run| {
                    run.style.bold = first.style.bold;
                    run.origin = first.origin;
                });
                out.append(&said);
                let (before, after) = self.labels.say(word!("found")).split_once("{place}").unwrap_or_default();
                if let Some(found) = self.found(target) {
                    push(out, PaperPlace { before: format!("{before}{}", found.before), ..found }, after, first);
                }
                continue;
            }
            let link = self.link(target);
            out.runs.extend(part.iter().map(|run| {
                let style = Style { link: link.clone(), ..run.style.clone() };
                Run { style, ..run.clone() }
            }));
            if matches!(self.place, ReferenceIn::Paper(_)) {
                let said = format!("{}{}", self.labels.say(word!("open")), said.to_plain());
                let found = match self.found(target) {
                    Some(found) => {
                        let before = format!("{said}{}{}", self.labels.say(word!("comma")), found.before);
                        PaperPlace { before, ..found }
                    }
                    None => PaperPlace { before: said, destination: None, after: String::new() },
                };
                push(out, found, self.labels.say(word!("close")), part.last().unwrap_or(first));
            }
        }
    }

    /// The address of a target; `None` where nothing can lead there.
    fn link(&self, target: &Target) -> Option<Arc<str>> {
        let is_there = match self.place {
            ReferenceIn::Paper(elsewhere) => elsewhere(target).is_none(),
            ReferenceIn::Screen => true,
            ReferenceIn::Alone | ReferenceIn::Chart => false,
        };
        is_there.then(|| format!("#{}", anchor(self.plan, target)).into())
    }

    /// On which page of paper a target is, or on which sheet. It isn't said of several steps, which are on several pages.
    fn found(&self, target: &Target) -> Option<PaperPlace> {
        let ReferenceIn::Paper(elsewhere) = self.place else { return None };
        if matches!(target, Target::Steps(steps) if steps.len() > 1) {
            return None;
        }
        if let Some(sheet) = elsewhere(target) {
            let before = fill(self.labels.say(word!("on-sheet")), &[("sheet", sheet)]);
            return Some(PaperPlace { before, destination: None, after: String::new() });
        }
        let (before, after) = self.labels.say(word!("on-page")).split_once("{page}").unwrap_or_default();
        let destination = Some(anchor(self.plan, target));
        Some(PaperPlace { before: before.to_owned(), destination, after: after.to_owned() })
    }

    /// What a target is called, each part of it as a link.
    fn said(&self, target: &Target) -> Text {
        let plan = self.plan;
        match target {
            Target::Steps(steps) => {
                let mut steps = steps.clone();
                // The chart has one number for all copies of a step.
                steps.dedup_by_key(|step| self.number(self.number_of(*step)));
                let label = if steps.len() > 1 { word!("the-steps") } else { word!("the-step") };
                self.around(label, |text| {
                    for (index, step) in steps.iter().take(MOST_TOLD).enumerate() {
                        if index > 0 {
                            text.push_str(self.labels.say(word!("list")));
                        }
                        self.step(text, *step);
                    }
                    if steps.len() > MOST_TOLD {
                        text.push_str(" …");
                    }
                })
            }
            Target::Repeated(first, last) => self.around(word!("the-steps"), |text| {
                let numbers = [first, last].map(|step| self.number(&plan.step(*step).number));
                let words = if numbers[0] == numbers[1] { numbers[0].clone() } else { numbers.join("–") };
                self.push(text, words, target);
            }),
            Target::Appendix(index) => {
                let title = plan.appendices[*index].title.with_names().to_plain();
                let mut text = Text::empty(plan.lang.clone());
                let words = fill(self.labels.say(word!("the-appendix")), &[("title", &shortened(&title))]);
                self.push(&mut text, words, target);
                text
            }
            Target::Blocks(first, last) => {
                let [from, to] = [first, last].map(|index| self.block(block(plan, *index)));
                let mut text = Text::empty(plan.lang.clone());
                let words = if from == to { from } else { format!("{from} – {to}") };
                self.push(&mut text, words, target);
                text
            }
        }
    }

    fn around(&self, label: WordName, inside: impl FnOnce(&mut Text)) -> Text {
        let mut text = Text::empty(self.plan.lang.clone());
        words::around(&mut text, self.labels.say(label), "step", inside);
        text
    }

    fn push(&self, text: &mut Text, words: String, target: &Target) {
        let style = Style { link: self.link(target), ..Style::default() };
        text.runs.push(Run { content: Content::Chars(words), style, origin: None });
    }

    fn step(&self, text: &mut Text, step: TargetStep) {
        self.push(text, self.number(self.number_of(step)), &Target::Steps(vec![step]));
    }

    fn number_of(&self, step: TargetStep) -> &StepNumber {
        match step {
            TargetStep::Step(step) => &self.plan.step(step).number,
            TargetStep::Cold(index) => &self.plan.cold[index].step.number,
            TargetStep::After(index) => &self.plan.after[index].step.number,
        }
    }

    fn number(&self, number: &StepNumber) -> String {
        match self.place {
            ReferenceIn::Chart => number.bare().to_string(),
            _ => number.to_string(),
        }
    }

    /// A block is called by its title, and a rollback by its letter where there are several.
    fn block(&self, block: &Block) -> String {
        if let Some(letter) = block.letter {
            let instance = block.instance.as_ref().filter(|_| !matches!(self.place, ReferenceIn::Chart));
            return match instance {
                Some(instance) => {
                    let values = [("letter", &*format!("{letter}/{}", instance.name))];
                    fill(self.labels.say(word!("then-rollback-of")), &values)
                }
                None => ways::rollback(self.plan, self.labels, block),
            };
        }
        let title = match self.place {
            ReferenceIn::Chart => block.title.clone(),
            _ => words::block_title(self.labels, block),
        };
        let title = title.with_names().to_plain();
        fill(self.labels.say(word!("the-block")), &[("title", &shortened(&title))])
    }
}

/// Appends where something is found, with more words behind it, as bold as a run.
fn push(out: &mut Text, mut found: PaperPlace, after: &str, like: &Run) {
    found.after.push_str(after);
    let style = Style { bold: like.style.bold, ..Style::default() };
    out.runs.push(Run { content: Content::Found(Box::new(found)), style, origin: None });
}

/// A title of at most [`TITLE`] columns.
fn shortened(title: &str) -> String {
    let mut width = 0;
    let fits = |c: &char| {
        width += columns(*c);
        width < TITLE
    };
    let mut words: String = title.chars().take_while(fits).collect();
    if words.len() < title.len() {
        words.push('…');
    }
    words
}
