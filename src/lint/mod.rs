//! Rules: advice about a flow that has no fault, drawn from experience. Each rule has one file and one line in
//! [`RULES`].
//!
//! A rule is a pure function of a [`LintContext`]: the flow as its author wrote it, the plan that was made from it, and the
//! ways that lead from step to step. It returns [`LintFinding`]s. [`run`] decides which level they have and whether the
//! flow allows them, so no rule has to know. Every rule takes time linear in the number of written steps: a block that
//! repeats counts once.

mod context;
mod prose;
mod settle;
pub mod shell;
mod strings;
mod words;

mod action_in_note;
mod actor_in_text;
mod all_critical;
mod block_without_pause;
mod check_without_way_out;
mod condition_after_action;
mod contact_without_phone;
mod doubled_if;
mod escape_in_command;
mod idle_condition;
mod late_notice;
mod list_without_actual;
mod list_without_evidence;
mod long_step;
mod look_alike_host;
mod mail_without_id;
mod misnamed_fact;
mod negative_action;
mod never_used;
mod no_duration;
mod no_final_check;
mod no_final_report;
mod no_way_back;
mod open_list;
mod open_question;
mod past_window;
mod placeholder;
mod printed_too_early;
mod read_that_writes;
mod record_on_condition;
mod repeated_items;
mod retry_without_limit;
mod rollback_past_no_return;
mod rollback_without_way_out;
mod secret_in_text;
mod several_actions;
mod state_left_behind;
mod two_names;
mod unchecked_write;
mod unconditional_undo;
mod unfilled_value;
mod unheld_point_of_no_return;
mod untold_ending;
mod vague_expectation;
mod vague_trigger;
mod verb_first;
mod wait_without_limit;
mod work_never_awaited;

use crate::diagnostic::{Diagnostic, Level, Span};

pub use context::{FlowPart, FlowWayTo, LintContext, PartExit, StepAt};
pub use open_question::questions;
pub use prose::{HOLE, Prose};
pub use read_that_writes::writes;
pub use settle::{Levels, allowances, levels, run, unused_allowance};
pub use words::{CHANGES, LOOKS, VERBS};

/// The same words in both languages of the documentation.
#[derive(Debug, Clone, Copy)]
pub struct Bilingual {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name: lower-case words joined by `-`. Its folder in `tests/rules` has the same name, and so has its source
    /// file, with `_` for `-`.
    pub name: &'static str,
    /// The level of its findings unless the flow or the configuration sets another: [`Level::Warning`] or
    /// [`Level::Note`].
    pub level: Level,
    /// What it finds, in one line without a full stop.
    pub what: Bilingual,
    /// Which accident it prevents, in a few sentences that end with a full stop.
    pub why: Bilingual,
    /// The publication or practice that the rule comes from.
    pub source: &'static str,
    /// Looks for it in a flow. The findings may come in any order.
    pub check: fn(&LintContext<'_>) -> Vec<LintFinding>,
}

/// Every rule, sorted by name.
pub static RULES: &[&Rule] = &[
    &action_in_note::RULE,
    &actor_in_text::RULE,
    &all_critical::RULE,
    &block_without_pause::RULE,
    &check_without_way_out::RULE,
    &condition_after_action::RULE,
    &contact_without_phone::RULE,
    &doubled_if::RULE,
    &escape_in_command::RULE,
    &idle_condition::RULE,
    &late_notice::RULE,
    &list_without_actual::RULE,
    &list_without_evidence::RULE,
    &long_step::RULE,
    &look_alike_host::RULE,
    &mail_without_id::RULE,
    &misnamed_fact::RULE,
    &negative_action::RULE,
    &never_used::RULE,
    &no_duration::RULE,
    &no_final_check::RULE,
    &no_final_report::RULE,
    &no_way_back::RULE,
    &open_list::RULE,
    &open_question::RULE,
    &past_window::RULE,
    &placeholder::RULE,
    &printed_too_early::RULE,
    &read_that_writes::RULE,
    &record_on_condition::RULE,
    &repeated_items::RULE,
    &retry_without_limit::RULE,
    &rollback_past_no_return::RULE,
    &rollback_without_way_out::RULE,
    &secret_in_text::RULE,
    &several_actions::RULE,
    &state_left_behind::RULE,
    &two_names::RULE,
    &unchecked_write::RULE,
    &unconditional_undo::RULE,
    &unfilled_value::RULE,
    &unheld_point_of_no_return::RULE,
    &untold_ending::RULE,
    &vague_expectation::RULE,
    &vague_trigger::RULE,
    &verb_first::RULE,
    &wait_without_limit::RULE,
    &work_never_awaited::RULE,
];

/// The rule with this name, if there is one.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}

/// Whether a finding of a rule holds only if it is there whatever the release is. What is used by a part of the flow that
/// some releases leave out isn't unused for all others.
#[must_use]
pub fn is_about_all_releases(rule: &str) -> bool {
    rule == never_used::RULE.name
}

/// What a finding is about. The flow can allow it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The flow as a whole.
    Flow,
    /// A block: index into [`LintContext::blocks`].
    Block(usize),
    /// A step or task: index into [`LintContext::steps`].
    Step(usize),
    /// A text that is no step: index into [`Flow::appendix`](crate::source::flow::Flow::appendix).
    Appendix(usize),
}

/// One thing that a rule has found.
#[derive(Debug, Clone)]
pub struct LintFinding {
    /// Where it can be allowed.
    pub about: About,
    /// The message. Its code is the rule's name; [`run`] sets its level.
    pub diagnostic: Diagnostic,
}

impl LintFinding {
    /// A finding of a rule at a place, with the rule's own level.
    #[must_use]
    pub fn new(rule: &Rule, about: About, span: Span, message: impl Into<String>) -> Self {
        Self { about, diagnostic: Diagnostic { level: rule.level, ..Diagnostic::error(rule.name, span, message) } }
    }

    /// Adds a message to the underlined place itself.
    #[must_use]
    pub fn label(self, message: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.label(message), ..self }
    }

    /// Adds another place that is involved.
    #[must_use]
    pub fn context(self, span: Span, message: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.context(span, message), ..self }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.help(help), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted_and_say_all() {
        assert!(RULES.windows(2).all(|two| two[0].name < two[1].name), "rules are sorted by name");
        for rule in RULES {
            let name = rule.name;
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}");
            assert!(matches!(rule.level, Level::Warning | Level::Note), "{name}");
            for words in [rule.what.en, rule.what.zh] {
                assert!(!words.is_empty() && !words.ends_with(['.', '。']) && !words.contains('\n'), "{name}");
            }
            for words in [rule.why.en, rule.why.zh] {
                assert!(words.ends_with(['.', '。']), "{name}");
            }
            assert!(!rule.source.is_empty(), "{name}");
        }
    }
}
