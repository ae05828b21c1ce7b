//! Routes: where a step leads when it doesn't work, or when somebody decides so.

use super::super::declare::table;
use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, TableFields, Texts, ValueSlot};
use super::super::types::{Count, FlowText, Minutes, Name};
use super::declared::ContactDecl;
use crate::diagnostic::{Diagnostic, Span, Spanned};

table! {
    /// A way out of a step.
    pub struct Route "route" {
        ROUTE "a route" "what happens when a step doesn't work";
    }
    keys {
        /// what to try first
        action "do": Option<FlowText>,
        /// whom to call
        call: Option<Name<ContactDecl>>,
        /// how long that may take
        within: Option<Minutes>,
        /// where it leads
        then: Option<Spanned<RouteTarget>>,
        /// how often to retry at most
        max: Option<Count>,
        /// where it leads after the last try; without it the decider decides
        last "else": Option<Spanned<RouteTarget>>,
    }
    place {
        /// The whole value.
        span: Span,
    }
    short "then" RouteTarget;
    settle leads_somewhere;
}

/// Reports a route that neither leads anywhere nor says what is done, and a `max` without `retry`.
fn leads_somewhere(route: Route, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> Route {
    if !["do", "call", "then"].iter().any(|key| fields.has(key)) {
        reader.bad("missing-key", route.span, "this route leads nowhere", "add `do`, `call` or `then`");
    }
    reader.only_with(fields, "else", "max");
    if let Some(last) = route.last.as_ref().filter(|last| last.value == RouteTarget::Retry) {
        let help = "say where it leads after the last try: `hold`, `rollback`, a step's id";
        reader.bad("misplaced-key", last.span, "after the last try there is no other one", help);
    }
    if let (Some(max), Some(then)) = (&route.max, &route.then)
        && then.value != RouteTarget::Retry
    {
        let fault = Diagnostic::error("misplaced-key", max.span, "`max` counts retries, and this route has none")
            .context(then.span, "leads here")
            .help("write `then = \"retry\"`, or leave `max` out");
        reader.fault(fault);
    }
    route
}

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteTarget {
    /// The first rollback that is valid at that step.
    Rollback,
    /// The same step again.
    Retry,
    /// On, because the decider accepts it.
    Continue,
    /// Nowhere: stop, and wait for the decider.
    Hold,
    /// To the end: stop, because there is nothing to undo.
    Abort,
    /// The next step.
    Next,
    /// A step or a block by its id.
    Name(String),
}

/// Each word for where a route leads, with its meaning.
const WORDS: [(&str, RouteTarget); 6] = [
    ("rollback", RouteTarget::Rollback),
    ("retry", RouteTarget::Retry),
    ("continue", RouteTarget::Continue),
    ("hold", RouteTarget::Hold),
    ("abort", RouteTarget::Abort),
    ("next", RouteTarget::Next),
];

/// The words for where a route leads; none of them may be an id.
pub const TARGETS: [&str; WORDS.len()] = {
    let mut targets = [""; WORDS.len()];
    let mut at = 0;
    while at < WORDS.len() {
        targets[at] = WORDS[at].0;
        at += 1;
    }
    targets
};

impl Texts for RouteTarget {}

impl FromToml for RouteTarget {
    const SHAPE: ValueShape = ValueShape::Target(&TARGETS);

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let (word, span) = reader.raw(slot)?;
        match WORDS.into_iter().find(|(known, _)| *known == word) {
            Some((_, target)) => Some(target),
            None => Some(Self::Name(reader.check_id(word, span)?.value)),
        }
    }
}
