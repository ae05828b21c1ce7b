//! Gives findings their level, and drops those that the flow allows with a reason.

use std::collections::{BTreeMap, BTreeSet};

use super::{About, LintContext, LintFinding, RULES, Rule};
use crate::diagnostic::{Diagnostic, Level, Span, Spanned};
use crate::source::flow::{Allowance, Flow, LintLevel, Str};
use crate::source::suggest::nearest;

/// The levels that the flow or the configuration sets, by the name of the rule.
pub type Levels = BTreeMap<String, LintLevel>;

/// The levels that `[lints]` sets, and a fault for each name there that no rule has.
#[must_use]
pub fn levels(lints: &[(Str, Spanned<LintLevel>)]) -> (Levels, Vec<Diagnostic>) {
    let unknown = lints.iter().filter_map(|(rule, _)| unknown(rule)).collect();
    (lints.iter().map(|(rule, level)| (rule.value.clone(), level.value)).collect(), unknown)
}

/// What some rules find in a flow, sorted by place and without doubles. The level is the one that the flow sets, or
/// else `configured`, or else the rule's own. An allowance that allows nothing, or that names no rule, is reported too.
#[must_use]
pub fn run(context: &LintContext<'_>, rules: &[&Rule], configured: &Levels) -> Vec<Diagnostic> {
    let (own, mut said) = levels(&context.flow.lints);
    let mut allowances = Allowances::new(context);
    for rule in rules {
        let set = own.get(rule.name).or_else(|| configured.get(rule.name)).copied();
        let level = match set {
            None => Some(rule.level),
            Some(LintLevel::Allow) => None,
            Some(LintLevel::Note) => Some(Level::Note),
            Some(LintLevel::Warning) => Some(Level::Warning),
            Some(LintLevel::Error) => Some(Level::Error),
        };
        let Some(level) = level else {
            allowances.settle(rule.name);
            continue;
        };
        for finding in (rule.check)(context) {
            if !allowances.allows(&finding) {
                said.push(Diagnostic { level, ..finding.diagnostic });
            }
        }
    }
    said.extend(allowances.left(rules));
    said.sort_by(|a, b| a.order().cmp(&b.order()));
    said.dedup_by(|a, b| a.order() == b.order());
    said
}

/// The code of an allowance that allows nothing.
const UNUSED: &str = "unused-allowance";

/// The place of an allowance that a finding calls unused; `None` for another finding.
#[must_use]
pub fn unused_allowance(finding: &Diagnostic) -> Option<Span> {
    finding.primary.as_ref().filter(|_| finding.code == UNUSED).map(|label| label.span)
}

/// The places of all allowances of a flow.
pub fn allowances(context: &LintContext<'_>) -> impl Iterator<Item = Span> {
    Allowances::new(context).all().map(|one| one.rule.span).collect::<Vec<_>>().into_iter()
}

fn unknown(rule: &Str) -> Option<Diagnostic> {
    if super::rule(&rule.value).is_some() {
        return None;
    }
    let unknown = Diagnostic::warning("unknown-rule", rule.span, format!("there is no rule `{}`", rule.value));
    Some(match nearest(&rule.value, RULES.iter().map(|rule| rule.name)) {
        Some(near) => unknown.help(format!("did you mean `{near}`?")),
        None => unknown.help("`runsheet rules` lists them"),
    })
}

/// The allowances of a flow, and which of them were needed.
struct Allowances<'a> {
    whole: &'a Flow,
    flow: &'a [Allowance],
    blocks: Vec<&'a [Allowance]>,
    steps: Vec<(Option<usize>, &'a [Allowance])>,
    appendices: Vec<&'a [Allowance]>,
    /// The places of the allowances that have allowed something.
    used: BTreeSet<Span>,
}

impl<'a> Allowances<'a> {
    fn new(context: &LintContext<'a>) -> Self {
        let flow: &'a Flow = context.flow;
        Self {
            whole: flow,
            flow: &flow.allow,
            blocks: context.blocks.iter().map(|block| &*block.written.allow).collect(),
            steps: context.steps.iter().map(|step| (step.block, &*step.written.allow)).collect(),
            appendices: flow.appendix.iter().map(|appendix| &*appendix.allow).collect(),
            used: BTreeSet::new(),
        }
    }

    /// True when the step or appendix, its block or the flow allows a finding, asked in this order.
    fn allows(&mut self, finding: &LintFinding) -> bool {
        let (inner, block) = match finding.about {
            About::Flow => (None, None),
            About::Appendix(appendix) => (self.appendices.get(appendix).copied(), None),
            About::Block(block) => (None, Some(block)),
            About::Step(step) => {
                (self.steps.get(step).map(|(_, allow)| *allow), self.steps.get(step).and_then(|at| at.0))
            }
        };
        let block = block.and_then(|block| self.blocks.get(block).copied());
        let inside_out = [inner.unwrap_or_default(), block.unwrap_or_default(), self.flow];
        let by = inside_out.into_iter().flatten().find(|one| one.rule.value == finding.diagnostic.code);
        self.used.extend(by.map(|one| one.rule.span));
        by.is_some()
    }

    fn all(&self) -> impl Iterator<Item = &'a Allowance> {
        let steps = self.steps.iter().flat_map(|(_, allow)| *allow);
        let inside = self.blocks.iter().chain(&self.appendices).copied().flatten();
        self.flow.iter().chain(inside).chain(steps)
    }

    /// Counts the allowances of a rule that doesn't run as needed.
    fn settle(&mut self, rule: &str) {
        let places: Vec<_> = self.all().filter(|one| one.rule.value == rule).map(|one| one.rule.span).collect();
        self.used.extend(places);
    }

    /// A diagnostic for each allowance that has allowed nothing. Another flow may need one that stands in a part.
    fn left(&self, rules: &[&Rule]) -> Vec<Diagnostic> {
        let mut said = Vec::new();
        for one in self.all().filter(|one| !self.used.contains(&one.rule.span)) {
            if let Some(unknown) = unknown(&one.rule) {
                said.push(unknown);
            } else if self.whole.is_own(one.rule.span) && rules.iter().any(|rule| rule.name == one.rule.value) {
                let message = format!("`{}` finds nothing here that would have to be allowed", one.rule.value);
                said.push(Diagnostic::warning(UNUSED, one.rule.span, message).help("take this allowance out"));
            }
        }
        said
    }
}
