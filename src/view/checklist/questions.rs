//! The questions of a step: its hold, its wait and its choice.

use super::context::ListContext;
use super::{Detail, DetailLead};
use crate::field::{Answer, Field, RowId, RowPart};
use crate::plan::{Step, Then, WayOut};
use crate::text::Text;
use crate::view::conditions;
use crate::view::labels::{WordName, word};
use crate::view::words;

/// The lines of a hold: who decides, and a box for each answer.
pub(super) fn decision(context: &ListContext, at: &RowId, step: &Step) -> Vec<Detail> {
    let mut details = Vec::new();
    if let Some(hold) = &step.hold {
        let mut text = Text::empty(context.plan.lang.clone());
        if !same(step, &hold.ask) {
            text.append(&hold.ask);
            // The question has its own mark.
            text.push_str("  ");
        }
        let who = words::who_to_call(context.plan, context.labels, hold.decider, words::contact_on_paper);
        let mut said = vec![context.say_around(word!("who-decides"), "who", &who)];
        said.extend(hold.at_most.map(|n| minutes(context, word!("sheet.hold-at-most"), n)));
        said.extend(hold.at_most.and_then(|_| decide_by(context, step)));
        text.append(&joined(context, &said));
        details.push(Detail { lead: DetailLead::Decision, text });
        // Tasks before and after the release are done on different days.
        let on_a_day = step.number.letter.is_some_and(|letter| matches!(letter, 'C' | 'A'));
        let signed = if on_a_day { word!("sheet.hold-signed-day") } else { word!("sheet.hold-signed") };
        details.push(Detail { lead: DetailLead::Plain, text: context.say(signed) });
        let answer = |answer| DetailLead::Choice(Field::Row(at.clone(), RowPart::Hold(answer)));
        details.push(Detail { lead: answer(Answer::Yes), text: context.say(word!("sheet.hold-yes")) });
        let no = match &hold.no {
            Some(way) => labelled(context, word!("sheet.hold-no"), way),
            None => context.say(word!("sheet.hold-no")),
        };
        details.push(Detail { lead: answer(Answer::No), text: no });
    }
    details
}

/// The lines of a wait and of a choice.
pub(super) fn asked(context: &ListContext, at: &RowId, step: &Step) -> Vec<Detail> {
    let mut details = Vec::new();
    if let Some(wait) = &step.wait {
        if awaited(step).is_none() && !same(step, &wait.condition) {
            details.push(Detail {
                lead: DetailLead::Plain,
                text: words::wait_until(context.plan, context.labels, &wait.condition),
            });
        }
        let mut said = vec![context.say(word!("sheet.wait"))];
        said.extend(wait.every.map(|n| minutes(context, word!("sheet.wait-every"), n)));
        said.extend(wait.at_most.map(|n| minutes(context, word!("sheet.wait-at-most"), n)));
        said.extend(decide_by(context, step));
        details.push(Detail { lead: DetailLead::Plain, text: joined(context, &said) });
        if let Some(way) = &wait.otherwise {
            details
                .push(Detail { lead: DetailLead::WayOut, text: labelled(context, word!("sheet.wait-otherwise"), way) });
        }
    }
    if let Some(choose) = &step.choose {
        let mut text = Text::empty(context.plan.lang.clone());
        if !same(step, &choose.ask) {
            text.append(&choose.ask);
            text.push_str(context.labels.say(word!("colon")));
        }
        text.append(&context.say(word!("sheet.choose")).bold());
        details.push(Detail { lead: DetailLead::Decision, text });
        let last = context.plan.hot.last().and_then(|block| context.plan.steps.get(block.steps.end - 1));
        let ends = last.is_some_and(|last| last.number == step.number);
        for (index, option) in choose.options.iter().enumerate() {
            let way = &option.way;
            let on = option.condition.as_ref();
            let mut text = conditions::before(context.plan, context.labels, on, &option.case);
            // After the last step there is no next one: the branch ends in an end mark (QRH).
            if ends && way.then == Some(Then::Next) && way.action.is_none() && way.call.is_none() {
                text.push_str(" ■");
            } else {
                text.push_str(context.labels.say(word!("colon")));
                text.append(&context.way_out_to_sign(way));
            }
            let answer = Field::Row(at.clone(), RowPart::Option(index as u32 + 1));
            details.push(Detail { lead: DetailLead::Choice(answer), text });
        }
        for (case, why) in &choose.left_out {
            let text = conditions::answer_left_out(context.plan, context.labels, case, why);
            details.push(Detail { lead: DetailLead::Plain, text });
        }
    }
    details
}

/// What a step waits for, where it stands in the place of an expected value.
pub(super) fn awaited(step: &Step) -> Option<&Text> {
    let wait =
        step.wait.as_ref().filter(|_| step.expect.is_none() && step.take.is_none() && step.compare.is_empty())?;
    Some(&wait.condition).filter(|condition| !same(step, condition))
}

/// By when a rollback must be decided on, for a hot step at which people wait and from which there is one.
fn decide_by(context: &ListContext, step: &Step) -> Option<Text> {
    let has_way_back = context.way_back_from.is_some_and(|first| first <= step.number.number);
    context.decide_by().filter(|_| has_way_back && step.block.is_some() && step.number.letter.is_none())
}

fn labelled(context: &ListContext, label: WordName, way: &WayOut) -> Text {
    let mut text = context.say(label);
    text.push_str(context.labels.say(word!("colon")));
    text.append(&context.way_out_to_sign(way));
    text
}

/// Whether the step's action is the same text, which isn't printed twice.
fn same(step: &Step, text: &Text) -> bool {
    text.to_plain() == step.action.to_plain()
}

/// A label with minutes put in.
fn minutes(context: &ListContext, label: WordName, n: u32) -> Text {
    context.say_with(label, &[("n", &words::minutes(context.labels, n))])
}

/// Joins texts into one sentence.
fn joined(context: &ListContext, said: &[Text]) -> Text {
    let mut text = Text::empty(context.plan.lang.clone());
    for (index, one) in said.iter().enumerate() {
        if index > 0 {
            text.push_str(context.labels.say(word!("semicolon")));
        }
        text.append(one);
    }
    text
}
