//! Finds releases that end after their window, and rollbacks that would.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::{Level, Span};
use crate::plan::{Block, Then, WayOut};

/// Finds a planned end, or the planned end of a rollback entered at the last moment, after the window's end.
pub static RULE: Rule = Rule {
    name: "past-window",
    level: Level::Warning,
    what: Bilingual {
        en: "the steps, or a rollback entered at its last moment, end after the window (asked with a start)",
        zh: "步骤、或在最后一刻进入的回滚，会超出窗口（给出开始时间时检查）",
    },
    why: Bilingual {
        en: "A rollback that fits in the afternoon's plan doesn't fit any more when the last step fails. Reckon with it, \
             and you find out now; otherwise you find out after the users have come back.",
        zh: "下午排得下的回滚，等最后一步失败时已经排不下了。现在算，现在就知道；不算，就要等用户回来以后才知道。",
    },
    source: "GitLab, change management: the rollback is part of the window",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let plan = context.plan;
    let decision = context.flow.decision.as_ref().zip(plan.decision.as_ref());
    let Some((written, decided)) = decision else { return Vec::new() };
    let (Some(window), Some(end), Some(planned_end)) = (&written.window_end, &decided.window_end, &plan.release.end)
    else {
        return Vec::new();
    };
    let late =
        |moment: &jiff::Zoned| end.until(moment).ok().map(|span| span.get_minutes() + 60 * i64::from(span.get_hours()));
    let over = late(planned_end).filter(|minutes| *minutes > 0);
    if let Some(minutes) = over {
        let message = format!("the planned steps end {minutes} minutes after the window");
        let help = "begin earlier, plan a longer window, or do less";
        return vec![LintFinding::new(&RULE, About::Flow, window.span, message).help(help)];
    }
    let mut found = Vec::new();
    for (which, rollback) in context.flow.rollback.iter().enumerate() {
        let of_this = |block: &&Block| block.span == rollback.span;
        let blocks: Vec<&Block> = plan.rollback.iter().filter(of_this).collect();
        if blocks.iter().all(|block| block.minutes.is_none()) {
            continue;
        }
        let steps = blocks.iter().flat_map(|block| plan.block_steps(block));
        let minutes: i64 = steps.filter_map(|(_, step)| step.longest()).map(i64::from).sum();
        let entry = |index: &usize| {
            let step = &context.steps[*index];
            let last = plan.step(step.places?[1]);
            let into = |way: &&WayOut| way.then.as_ref().is_some_and(|then| matches!(then, Then::Rollback(..)));
            let called = last.ways().map(|(_, way)| way).filter(into).filter_map(|way| way.within).max();
            let left = [last.own_longest(), called].into_iter().flatten().map(i64::from).sum::<i64>();
            let left = late(last.at.as_ref()?)? + left;
            Some((left, step.place()))
        };
        let Some((left, place)) = context.entries(which).iter().filter_map(entry).max_by_key(|(left, _)| *left) else {
            continue;
        };
        if left + minutes > 0 {
            found.push(finding(window.span, place, minutes, left + minutes, about(context, rollback.span)));
        }
    }
    found
}

fn about(context: &LintContext<'_>, rollback: Span) -> About {
    context.blocks.iter().position(|block| block.written.span == rollback).map_or(About::Flow, About::Block)
}

fn finding(window: Span, place: Span, minutes: i64, late: i64, about: About) -> LintFinding {
    let message =
        format!("a rollback of up to {minutes} minutes, entered after this step, ends {late} minutes after the window");
    LintFinding::new(&RULE, about, place, message)
        .label("from here it would end last")
        .context(window, "the window's end")
        .help("begin earlier, plan a longer window, or decide earlier: `valid-until` and a hold before this step")
}
