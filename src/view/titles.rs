//! The title of each output: what is released, and what has become of it.

use super::agenda::DueTogether;
use super::labels::{Labels, WordName, fill, join, word};
use crate::field::Outcome;
use crate::plan::{Block, Plan, Release, ReleaseStanding, StepIx};
use crate::text::Text;

/// The word for how a release went.
#[must_use]
pub const fn outcome(outcome: Outcome) -> WordName {
    match outcome {
        Outcome::Executed => word!("executed"),
        Outcome::NotExecuted => word!("not-executed"),
        Outcome::Aborted => word!("aborted"),
        Outcome::RolledBack => word!("rolled-back"),
        Outcome::Void => word!("void"),
    }
}

/// That something is done only after one of these outcomes.
#[must_use]
pub fn only_after(labels: &Labels, outcomes: &[Outcome]) -> String {
    let words: Vec<&str> = outcomes.iter().map(|one| labels.say(outcome(*one))).collect();
    let was = fill(labels.say(word!("outcome-was")), &[("outcomes", &join(&words, labels.say(word!("or"))))]);
    fill(labels.say(word!("only-if")), &[("what", &was)])
}

/// The outcomes on which all of these are done; `None` where they differ.
#[must_use]
pub fn shared_outcomes<'a>(dates: &[DueTogether<'a>]) -> Option<&'a [Outcome]> {
    let first = dates.first()?.outcomes;
    dates.iter().all(|date| date.outcomes == first).then_some(first)
}

/// The rollback that is left once a step without a way back is begun, where another one could be entered before it.
#[must_use]
pub fn left_behind(plan: &Plan, step: Option<StepIx>) -> Option<&Block> {
    let left = plan.rollback.get(plan.valid_rollback(step?)?)?;
    plan.rollback.iter().any(|other| other.letter != left.letter).then_some(left)
}

/// What a release is, where it isn't one that is still to be done.
#[must_use]
pub fn standing(release: &Release, labels: &Labels) -> Vec<String> {
    let word = |standing| match standing {
        ReleaseStanding::Drill => word!("drill"),
        ReleaseStanding::Postponed => word!("postponed"),
        ReleaseStanding::Cancelled => word!("cancelled"),
        ReleaseStanding::Over(how) => outcome(how),
    };
    release.standing().map(|standing| labels.say(word(standing)).to_owned()).collect()
}

/// The title of a document: in capital letters what the release is, where it isn't to be done, then the title.
#[must_use]
pub fn title(plan: &Plan, labels: &Labels) -> Text {
    let mut title = Text::empty(plan.lang.clone());
    for word in standing(&plan.release, labels) {
        title.push_str(&word.to_uppercase());
        title.push_str(labels.say(word!("dot")));
    }
    title.append(&plan.title);
    title
}

/// The title in bold and the value beside it, as `Release of the registry 2.4.9`. The value isn't said again where the title
/// says it.
#[must_use]
pub fn headline(plan: &Plan, labels: &Labels) -> Text {
    let mut title = title(plan, labels).bold();
    if let Some(given) = plan.title_value.and_then(|value| plan.values[value].given.as_ref()) {
        let value = given.join(" ");
        if !is_said(&plan.title.to_plain(), &value) {
            title.push_str(&format!(" {value}"));
        }
    }
    title
}

/// Whether a title says a value, and not only as part of a longer word or number.
fn is_said(title: &str, value: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    title
        .match_indices(value)
        .any(|(at, _)| is_edge(title[..at].chars().next_back()) && is_edge(title[at + value.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_the_value_once() {
        assert!(is_said("Upgrade to 17", "17") && is_said("升级到2.4.9", "2.4.9") && is_said("Node v2 (LTS)", "LTS"));
        assert!(!is_said("Upgrade of 2017", "17") && !is_said("Node v2", "2") && !is_said("Upgrade", "17"));
    }
}
