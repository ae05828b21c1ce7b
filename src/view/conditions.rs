//! Sentences about what applies to one release: conditions that are still open, and what it leaves out.

use super::labels::{Labels, WordName, fill, join, word};
use super::words;
use crate::plan::{ChosenValue, Condition, LeftOut, Plan};
use crate::text::{Content, Text};

/// A condition in words, a line for what the release leaves open and one for what shows on the spot:
/// `Only if Kind of release is security` and `If the build is red`.
#[must_use]
pub fn condition(plan: &Plan, labels: &Labels, condition: &Condition) -> Text {
    joined(plan, &lines(plan, labels, condition), "")
}

/// Lines below each other, with `end` at the end of each.
fn joined(plan: &Plan, lines: &[Text], end: &str) -> Text {
    let mut text = Text::empty(plan.lang.clone());
    for line in lines {
        if !text.is_empty() {
            text.push(Content::Break);
        }
        text.append(line);
        text.push_str(end);
    }
    text
}

fn lines(plan: &Plan, labels: &Labels, condition: &Condition) -> Vec<Text> {
    let mut open = Text::empty(plan.lang.clone());
    let only = Some(&condition.only).filter(|only| !only.is_empty());
    for (index, values) in only.into_iter().chain(&condition.unless).enumerate() {
        let label = match (index, only) {
            (0, Some(_)) => word!("only-if"),
            (0, None) => word!("not-if"),
            _ => word!("but-not-if"),
        };
        words::around(&mut open, labels.say(label), "what", |text| {
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push_str(labels.say(word!("and")));
                }
                let is =
                    fill(labels.say(word!("value-is")), &[("words", &join(&value.words, labels.say(word!("or"))))]);
                words::around(text, &is, "value", |text| text.append(&plan.values[value.value].label));
            }
        });
    }
    let seen = condition.seen.as_ref().map(|seen| {
        let mut text = Text::empty(plan.lang.clone());
        words::around(&mut text, labels.say(word!("if")), "what", |text| text.append(seen));
        text
    });
    (!open.is_empty()).then_some(open).into_iter().chain(seen).collect()
}

/// A text with its condition before it.
#[must_use]
pub fn before(plan: &Plan, labels: &Labels, on: Option<&Condition>, text: &Text) -> Text {
    let Some(on) = on else { return text.clone() };
    let mut said = joined(plan, &lines(plan, labels, on), labels.say(word!("colon")));
    said.append(text);
    said
}

/// A text with little of its condition before it: the words that the release must be, `[security]`, `[not patch]`, and that
/// there is one which shows on the spot, `[if …]`.
#[must_use]
pub fn in_short(labels: &Labels, on: Option<&Condition>, text: &Text) -> Text {
    let Some(on) = on else { return text.clone() };
    let mut short = Text::empty(text.lang.clone());
    let unless = on.unless.iter().map(|values| (word!("chart.unless"), values));
    for (label, values) in [(word!("chart.only"), &on.only)].into_iter().chain(unless) {
        if !values.is_empty() {
            let words: Vec<String> = values.iter().map(|one| join(&one.words, labels.say(word!("or")))).collect();
            short.push_str(&fill(labels.say(label), &[("words", &words.join(labels.say(word!("and"))))]));
        }
    }
    if on.seen.is_some() {
        short.push_str(labels.say(word!("chart.if")));
    }
    short.append(text);
    short
}

/// What stands in place of what is left out.
fn left_out(plan: &Plan, labels: &Labels, (label, what): (WordName, &Text), why: &[ChosenValue]) -> Text {
    let mut reason = Text::empty(plan.lang.clone());
    for (index, value) in why.iter().enumerate() {
        if index > 0 {
            reason.push_str(labels.say(word!("list")));
        }
        reason.append(&plan.values[value.value].label);
        reason.push_str(labels.say(word!("colon")));
        reason.push_str(&join(&value.words, labels.say(word!("or"))));
    }
    let mut text = Text::empty(plan.lang.clone());
    let (before, after) = labels.say(label).split_once("{why}").unwrap_or_default();
    words::around(&mut text, before, "what", |text| text.append(what));
    text.append(&reason);
    text.push_str(after);
    text
}

/// What stands in place of numbers: `7–9 not for this release (Kind of release: regular)`.
#[must_use]
pub fn numbers_left_out(plan: &Plan, labels: &Labels, gap: &LeftOut) -> Text {
    prefixed_left_out(plan, labels, "", gap)
}

/// The same for the items of what has a number, which follow `after`: `4.2 not for this release (Kind of release: regular)`.
#[must_use]
pub fn items_left_out(plan: &Plan, labels: &Labels, (number, after): (&str, u32), gap: &LeftOut) -> Text {
    let gap = LeftOut { first: gap.first + after, last: gap.last + after, ..gap.clone() };
    prefixed_left_out(plan, labels, &format!("{number}."), &gap)
}

fn prefixed_left_out(plan: &Plan, labels: &Labels, prefix: &str, gap: &LeftOut) -> Text {
    let letter = gap.letter.map(String::from).unwrap_or_default();
    let mut numbers = format!("{prefix}{letter}{}", gap.first);
    if gap.last > gap.first {
        numbers = format!("{numbers}–{prefix}{letter}{}", gap.last);
    }
    left_out(plan, labels, (word!("left-out"), &Text::plain(&plan.lang, numbers)), &gap.why)
}

/// The same for an answer of a choice.
#[must_use]
pub fn answer_left_out(plan: &Plan, labels: &Labels, case: &Text, why: &[ChosenValue]) -> Text {
    left_out(plan, labels, (word!("answer-left-out"), case), why)
}

/// Those that stand before the part of a list with an index.
pub fn at(gaps: &[LeftOut], index: usize) -> impl Iterator<Item = &LeftOut> {
    gaps.iter().filter(move |gap| gap.before == index)
}
