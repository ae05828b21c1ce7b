//! Routes: where a step leads when it doesn't work, or when somebody decides so.

use std::ops::Deref;

use super::super::declare::table;
use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, TableFields, TextAt, TextKey, Texts, ValueSlot};
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
        last "else": Option<LastWay>,
    }
    place {
        /// The whole value.
        span: Span,
    }
    short "then" RouteTarget;
    needs LEADS;
    only "else" with "max";
    only "max" with "then" = "retry";
    settle leads_somewhere;
}

table! {
    /// The way out after the last try: all that a way out may say, except that it is tried again.
    pub struct LastRoute "route" {
        LAST_ROUTE "the route behind `else`" "what happens when the last try fails";
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
    }
    place {
        /// The whole value.
        span: Span,
    }
    short "then" RouteTarget;
    needs LEADS;
    settle ends_somewhere;
}

/// Keys of which a route has one.
const LEADS: [&str; 3] = ["do", "call", "then"];

impl Route {
    /// Whom it calls, also after the last try.
    pub fn calls(&self) -> impl Iterator<Item = &Name<ContactDecl>> {
        self.call.iter().chain(self.last.iter().flat_map(|last| &last.call))
    }
}

/// A [`LastRoute`], as the route that it is.
#[derive(Debug, Clone)]
pub struct LastWay(Box<Route>);

impl Deref for LastWay {
    type Target = Route;

    fn deref(&self) -> &Route {
        &self.0
    }
}

impl Texts for LastWay {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.0.texts(key, see);
    }
}

impl FromToml for LastWay {
    const SHAPE: ValueShape = LastRoute::SHAPE;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let LastRoute { action, call, within, then, span } = LastRoute::read(reader, slot)?;
        Some(Self(Box::new(Route { action, call, within, then, max: None, last: None, span })))
    }
}

/// Reports a last way out that neither leads anywhere nor says what is done, or that tries again.
fn ends_somewhere(route: LastRoute, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> LastRoute {
    leads(route.span, reader, fields);
    if let Some(again) = route.then.as_ref().filter(|then| then.value == RouteTarget::Retry) {
        let help = "say where it leads after the last try: `hold`, `rollback`, a step's id";
        reader.bad("misplaced-key", again.span, "after the last try there is no other one", help);
    }
    route
}

/// Reports a route that has none of the keys of which it needs one.
fn leads(route: Span, reader: &mut Reader<'_>, fields: &TableFields<'_>) {
    if !LEADS.iter().any(|key| fields.has(key)) {
        reader.bad("missing-key", route, "this route leads nowhere", "add `do`, `call` or `then`");
    }
}

/// Reports a route that neither leads anywhere nor says what is done, and a `max` without `retry`.
fn leads_somewhere(route: Route, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> Route {
    leads(route.span, reader, fields);
    let then = route.then.as_ref();
    let leads_elsewhere = match then {
        Some(then) => then.value != RouteTarget::Retry,
        None => !fields.has("then") && LEADS.iter().any(|key| fields.has(key)),
    };
    if let Some(max) = &route.max
        && leads_elsewhere
    {
        let fault = Diagnostic::error("misplaced-key", max.span, "`max` counts retries, and this route has none")
            .help("write `then = \"retry\"`, or leave `max` out");
        reader.fault(match then {
            Some(then) => fault.context(then.span, "leads here"),
            None => fault,
        });
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
