//! Ways out and places of steps in a sentence: what to do, whom to call, where to go on, and where that is found.

use super::labels::{Labels, WordName, fill, word};
use super::words;
use crate::plan::{Block, MOST_TOLD, Plan, Step, StepIx, Then, WayOut, Who};
use crate::text::{Content, Run, Style, Text};

/// For paper: gives the name of a step's sheet when that sheet isn't printed; `None` when the step's page is known.
pub type Elsewhere<'e> = dyn Fn(StepIx) -> Option<&'e str> + 'e;

/// A way out in one sentence: what to try, whom to call, by when, and then.
///
/// References to steps link to `#step-…`; on `paper`, where the step is found follows.
#[must_use]
pub fn way_out(plan: &Plan, labels: &Labels, way: &WayOut, paper: Option<&Elsewhere<'_>>) -> Text {
    let mut text = Text::empty(plan.lang.clone());
    let separate = |text: &mut Text| {
        if !text.is_empty() {
            text.push_str(labels.say(word!("semicolon")));
        }
    };
    if let Some(action) = &way.action {
        text.append(action);
    }
    if let Some(index) = way.call {
        separate(&mut text);
        let contact = if paper.is_some() { words::contact_on_paper } else { words::contact };
        words::around(&mut text, labels.say(word!("call")), "who", |text| text.append(&contact(plan.contact(index))));
    }
    if let Some(n) = way.within {
        if way.call.is_some() {
            text.push_str(labels.say(word!("comma")));
        } else {
            separate(&mut text);
        }
        text.push_str(&fill(labels.say(word!("within")), &[("n", &words::minutes(labels, n))]));
    }
    let Some(then) = &way.then else { return text };
    separate(&mut text);
    let decider = plan.decision.as_ref().map_or(Who::Checker, |decision| decision.decider);
    let decider = words::who(plan, labels, decider);
    match then {
        Then::Rollback(block, _) => into_rollback(&mut text, plan, labels, *block, paper),
        Then::Step(step) => reference(&mut text, plan, labels, labels.say(word!("then-step")), *step, paper),
        Then::Retry(None) => text.push_str(labels.say(word!("then-retry"))),
        Then::Retry(Some(max)) => {
            match max {
                1 => text.push_str(labels.say(word!("then-retry-once"))),
                _ => text.push_str(&fill(labels.say(word!("then-retry-max")), &[("n", &max.to_string())])),
            }
            text.push_str(labels.say(word!("semicolon")));
            match &way.last {
                Some(last) => words::around(&mut text, labels.say(word!("after-tries")), "way", |text| {
                    text.append(&way_out(plan, labels, last, paper));
                }),
                None => text.push_str(&fill(labels.say(word!("after-tries-decides")), &[("who", &decider)])),
            }
        }
        Then::Continue => text.push_str(&fill(labels.say(word!("then-continue")), &[("who", &decider)])),
        Then::Hold => text.push_str(&fill(labels.say(word!("then-hold")), &[("who", &decider)])),
        Then::Abort => text.push_str(labels.say(word!("then-abort"))),
        Then::Next => text.push_str(labels.say(word!("then-next"))),
    }
    text
}

/// Where a value that a step uses was written down: `written down in step 5, page 3`. `None` for a value that no step
/// records, and in the step that records it.
#[must_use]
pub fn written_down(
    plan: &Plan,
    labels: &Labels,
    name: &str,
    step: &Step,
    paper: Option<&Elsewhere<'_>>,
) -> Option<Text> {
    let places = plan.records.before(name, step);
    let label = labels.say(word!("written-down"));
    let mut text = Text::empty(plan.lang.clone());
    match &*places {
        [] => return None,
        [(_, Some(step))] => reference(&mut text, plan, labels, label, *step, paper),
        several => words::around(&mut text, label, "step", |text| {
            let told = several.iter().take(MOST_TOLD);
            let numbers: Vec<String> = told.map(|(number, _)| number.to_string()).collect();
            text.push_str(&numbers.join(labels.say(word!("list"))));
            if several.len() > MOST_TOLD {
                text.push_str(" …");
            }
        }),
    }
    Some(text)
}

/// Writes a label with a step reference in the place of `{step}`, and where that step is found.
fn reference(text: &mut Text, plan: &Plan, labels: &Labels, label: &str, step: StepIx, paper: Option<&Elsewhere<'_>>) {
    let anchor = words::step_anchor(plan, step);
    let sheet = paper.map(|elsewhere| elsewhere(step));
    words::around(text, label, "step", |text| {
        linked(text, plan.step(step).number.to_string(), &anchor, sheet.flatten());
    });
    found(text, plan, labels, anchor, sheet);
}

/// Writes that a way leads into a rollback, and where that begins: at its head, which says which of its steps to do.
fn into_rollback(text: &mut Text, plan: &Plan, labels: &Labels, block: usize, paper: Option<&Elsewhere<'_>>) {
    let Some(block) = plan.rollback.get(block) else { return };
    let sheet = paper.map(|elsewhere| elsewhere(StepIx(block.steps.start)));
    let anchor = match paper {
        Some(_) => rollback_anchor(block),
        None => words::block_anchor(block),
    };
    linked(text, rollback(plan, labels, block), &anchor, sheet.flatten());
    found(text, plan, labels, anchor, sheet);
}

/// What a rollback is called in a sentence: by its letter where there are several.
#[must_use]
pub fn rollback(plan: &Plan, labels: &Labels, block: &Block) -> String {
    called(plan, labels, block, [word!("then-rollback"), word!("then-rollback-of")])
}

/// What a rollback is called in a heading: by its letter where there are several.
#[must_use]
pub fn rollback_title(plan: &Plan, labels: &Labels, block: &Block) -> String {
    called(plan, labels, block, [word!("rollback"), word!("rollback-of")])
}

fn called(plan: &Plan, labels: &Labels, block: &Block, [only, of]: [WordName; 2]) -> String {
    let [first, last] = [plan.rollback.first(), plan.rollback.last()].map(|block| block.and_then(|block| block.letter));
    match block.letter.filter(|_| first != last) {
        Some(letter) => fill(labels.say(of), &[("letter", &letter.to_string())]),
        None => labels.say(only).to_owned(),
    }
}

/// Name of the destination of a rollback's sheet, at whose head people enter it.
#[must_use]
pub fn rollback_anchor(block: &Block) -> String {
    format!("rollback-{}", block.letter.unwrap_or('R'))
}

/// Writes words that lead to a place, unless its sheet isn't printed.
fn linked(text: &mut Text, words: String, anchor: &str, sheet: Option<&str>) {
    let link = sheet.is_none().then(|| format!("#{anchor}").into());
    text.runs.push(Run { content: Content::Chars(words), style: Style { link, ..Style::default() }, origin: None });
}

/// On paper, writes where a place is found.
#[expect(clippy::option_option, reason = "on no paper, on one with the sheet, on one without it")]
fn found(text: &mut Text, plan: &Plan, labels: &Labels, anchor: String, sheet: Option<Option<&str>>) {
    let Some(sheet) = sheet else { return };
    text.push_str(labels.say(word!("comma")));
    text.append(&place(plan, labels, anchor, sheet));
}

/// Where a place is found on paper: its page, or the name of its sheet when that isn't printed.
#[must_use]
pub fn place(plan: &Plan, labels: &Labels, anchor: String, sheet: Option<&str>) -> Text {
    let mut text = Text::empty(plan.lang.clone());
    match sheet {
        Some(sheet) => text.push_str(&fill(labels.say(word!("on-sheet")), &[("sheet", sheet)])),
        None => {
            words::around(&mut text, labels.say(word!("on-page")), "page", |text| text.push(Content::PageOf(anchor)));
        }
    }
    text
}
