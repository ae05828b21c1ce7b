//! What several flows share: a part, and how a flow takes what is in it.

use std::collections::HashMap;

use jiff::civil::Date;

use super::super::declare::table;
use super::super::lost::Lost;
use super::super::named::PART_ENDING;
use super::super::reader::{FromPlace, TableFields, missing_key};
use super::super::types::{Id, Line, Map, OneOrList, Str};
use super::declared::DECISION;
use super::{
    APPENDIX, Allowance, AppendixDecl, ApprovalDecl, CheckDecl, ContactDecl, DecisionDecl, FLOW, FactDecl, Flow,
    ReadingDecl, ValueDecl,
};
use crate::diagnostic::{Diagnostic, Span, Spanned};

table! {
    /// A file that flows include. Each of its keys is one of a flow's, too.
    #[derive(Default)]
    pub struct PartDecl "part" {
        PART "a part" "what several flows share; it is no flow, and is checked with each flow that includes it" beside [FLOW];
    }
    keys {
        /// revision of the part, printed behind that of the flow
        revision: Option<Line>,
        /// days off other than Saturdays and Sundays, beside those of the flow
        holidays: Vec<Spanned<Date>>,
        /// Saturdays and Sundays that are working days, beside those of the flow
        workdays: Vec<Spanned<Date>>,
        /// values that each release fills in
        values: Map<Id, ValueDecl>,
        /// when to roll back, and who decides: the keys that the flow leaves out
        decision: Option<DecisionDecl>,
        /// facts of the change: why, how far, at which risk
        facts: Map<Id, FactDecl>,
        /// who has to sign beside operator and checker
        approvals: Map<Id, ApprovalDecl>,
        /// roles and teams who are told or called
        contacts: Map<ContactDecl, ContactDecl>,
        /// readings: recorded before the change and compared after it
        readings: Map<Id, ReadingDecl>,
        /// checks that several steps share
        checks: Map<Id, CheckDecl>,
        /// text that is no step
        appendix: Vec<AppendixDecl> => APPENDIX,
        /// rules that every flow that includes this part breaks on purpose, and why
        allow: OneOrList<Allowance>,
    }
}

/// What is printed of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncludedPart {
    /// Its path, and where the flow names it.
    pub path: Str,
    /// Its revision.
    pub revision: Option<Line>,
}

impl IncludedPart {
    /// Its file's name without folder and ending.
    #[must_use]
    pub fn name(&self) -> &str {
        let path = &self.path.value;
        path[self.name_at()..].strip_suffix(PART_ENDING).unwrap_or(path)
    }

    /// Where the name begins in the path.
    #[must_use]
    pub fn name_at(&self) -> usize {
        self.path.value.rfind('/').map_or(0, |at| at + 1)
    }
}

/// They are read after the flow itself.
impl FromPlace for Vec<IncludedPart> {
    fn from_place(_fields: &TableFields<'_>) -> Self {
        Self::new()
    }
}

/// A table that stands under an id in a table of names. A part may declare it, and a flow may put its own before that.
pub trait SharedTable {
    /// What messages call it.
    const WORD: &'static str;

    /// Its id.
    fn id(&self) -> &Str;

    /// Whether it goes before that of a part, and where it says so.
    fn overrides(&self) -> &Spanned<bool>;
}

/// Says which field of a table is its id.
macro_rules! shared {
    ($( $table:ident $word:literal by $id:ident; )*) => { $(
        impl SharedTable for $table {
            const WORD: &'static str = $word;

            fn id(&self) -> &Str {
                &self.$id
            }

            fn overrides(&self) -> &Spanned<bool> {
                &self.overrides
            }
        }
    )* };
}

shared! {
    ValueDecl "value" by name;
    FactDecl "fact" by id;
    ApprovalDecl "approval" by id;
    ContactDecl "contact" by id;
    ReadingDecl "reading" by id;
    CheckDecl "check" by id;
    AppendixDecl "appendix" by id;
}

impl Flow {
    /// Takes what is in the parts that the flow includes. What the flow itself says comes first, then the parts in order.
    /// `is_whole` is false when a part couldn't be read.
    pub(in crate::source) fn join(&mut self, parts: Vec<PartDecl>, is_whole: bool) -> Vec<Diagnostic> {
        let mut joining = Joining { is_whole, faults: Vec::new() };
        let mut all = PartDecl::default();
        for part in parts {
            // Each key is named here, so that none is forgotten.
            let PartDecl {
                revision: _,
                holidays,
                workdays,
                values,
                decision,
                facts,
                approvals,
                contacts,
                readings,
                checks,
                appendix,
                allow,
            } = part;
            all.holidays.extend(holidays);
            all.workdays.extend(workdays);
            all.values.extend(values);
            all.facts.extend(facts);
            all.approvals.extend(approvals);
            all.contacts.extend(contacts);
            all.readings.extend(readings);
            all.checks.extend(checks);
            all.appendix.extend(appendix);
            all.allow.extend(allow);
            join_decision(&mut all.decision, decision);
        }
        let PartDecl {
            revision: _,
            holidays,
            workdays,
            values,
            decision,
            facts,
            approvals,
            contacts,
            readings,
            checks,
            appendix,
            allow,
        } = all;
        self.holidays.extend(holidays);
        self.workdays.extend(workdays);
        self.allow.extend(allow);
        joining.tables(&mut self.values, values);
        joining.tables(&mut self.facts, facts);
        joining.tables(&mut self.approvals, approvals);
        joining.tables(&mut self.contacts, contacts);
        joining.tables(&mut self.readings, readings);
        joining.tables(&mut self.checks, checks);
        joining.faults.extend(self.ids_of_steps(&appendix));
        joining.tables(&mut self.appendix, appendix);
        join_decision(&mut self.decision, decision);
        joining.faults
    }

    /// Reports each appendix of a part whose id a step, a block or a task of the flow has.
    fn ids_of_steps(&self, appendices: &[AppendixDecl]) -> Vec<Diagnostic> {
        if appendices.is_empty() {
            return Vec::new();
        }
        let blocks = || self.hot.iter().chain(&self.rollback);
        let tasks = self.cold.iter().chain(&self.after).map(|task| &task.step);
        let steps = tasks.chain(blocks().flat_map(|block| &block.steps)).map(|step| &step.id);
        let ids = steps.chain(blocks().map(|block| &block.id)).flatten();
        let known: HashMap<&str, Span> = ids.map(|id| (&*id.value, id.span)).collect();
        let fault = |appendix: &AppendixDecl| {
            let id = &appendix.id;
            let fault = Diagnostic::error("duplicate-id", id.span, format!("the id `{}` is given twice", id.value))
                .context(*known.get(&*id.value)?, "the other one");
            Some(fault.help("give each step, block and appendix an id of its own"))
        };
        appendices.iter().filter_map(fault).collect()
    }

    /// Reports what no part gives and the flow needs, and leaves out a decision without it.
    pub(in crate::source) fn settle_decision(&mut self, lost: &mut Lost) -> Vec<Diagnostic> {
        let Some(decision) = &self.decision else { return Vec::new() };
        let missing = [("decider", decision.decider.is_missing()), ("when", decision.when.is_missing())];
        let span = decision.span;
        let is_known = |name: &str| !lost.has(name) && !lost.has("decision");
        let missing = missing.into_iter().filter(|(name, is_missing)| *is_missing && is_known(name));
        let missing: Vec<_> = missing.filter_map(|(name, _)| DECISION.key(name)).collect();
        if decision.decider.is_missing() {
            self.decision = None;
            lost.add("decision");
        }
        missing.into_iter().map(|key| missing_key(&DECISION, key, span)).collect()
    }
}

/// Takes the keys that a decision lacks from another one.
fn join_decision(ours: &mut Option<DecisionDecl>, theirs: Option<DecisionDecl>) {
    let Some(theirs) = theirs else { return };
    let Some(ours) = ours else {
        *ours = Some(theirs);
        return;
    };
    let DecisionDecl { decider, when, window_end, span: _ } = theirs;
    if ours.decider.is_missing() {
        ours.decider = decider;
    }
    if ours.when.is_missing() {
        ours.when = when;
    }
    if ours.window_end.is_none() {
        ours.window_end = window_end;
    }
}

/// Joins the tables of a flow with those of its parts.
struct Joining {
    /// False when a part couldn't be read, so that it isn't known what is in it.
    is_whole: bool,
    faults: Vec<Diagnostic>,
}

/// A table that is known by its id.
struct KnownTable {
    place: Span,
    /// Whether it is one of the flow's.
    is_ours: bool,
    /// Whether it goes before others, and where it says so.
    overrides: Spanned<bool>,
    /// Whether there is another one with its id in a part.
    is_repeated: bool,
}

impl Joining {
    /// Adds the tables of parts. An id that is there twice is a fault at both places, unless the flow's table overrides the
    /// other one.
    fn tables<T: SharedTable>(&mut self, ours: &mut Vec<T>, theirs: impl IntoIterator<Item = T>) {
        let known = |table: &T, is_ours| {
            let (place, overrides) = (table.id().span, table.overrides().clone());
            (table.id().value.clone(), KnownTable { place, is_ours, overrides, is_repeated: false })
        };
        let mut tables: HashMap<String, KnownTable> = ours.iter().map(|table| known(table, true)).collect();
        for table in theirs {
            let id = table.id();
            if table.overrides().value {
                let message = "a part overrides nothing";
                let fault = Diagnostic::error("misplaced-key", table.overrides().span, message);
                self.faults.push(fault.help("`override` stands in the flow's own table"));
            }
            let Some(first) = tables.get_mut(&id.value) else {
                tables.extend([known(&table, false)]);
                ours.push(table);
                continue;
            };
            first.is_repeated = true;
            // A name with a fault is empty, and the fault is reported.
            if id.value.is_empty() || first.overrides.value && first.is_ours {
                continue;
            }
            let message = format!("the {} `{}` is there twice", T::WORD, id.value);
            let (place, other) = if first.is_ours { (first.place, id.span) } else { (id.span, first.place) };
            let fault = Diagnostic::error("duplicate-id", place, message).context(other, "the other one");
            self.faults.push(if first.is_ours {
                fault.help("`override = true` here puts this one before that of the part; or give it another id")
            } else {
                fault.help("give one of them another id")
            });
        }
        let alone =
            |table: &&T| table.overrides().value && tables.get(&table.id().value).is_some_and(KnownTable::is_alone);
        let alone: Vec<_> =
            ours.iter().filter(alone).map(|table| (&table.id().value, table.overrides().span)).collect();
        for (id, place) in alone.into_iter().filter(|_| self.is_whole) {
            let message = format!("there is no {} `{id}` in a part that this one could override", T::WORD);
            self.faults.push(Diagnostic::error("misplaced-key", place, message).help("leave `override` out"));
        }
    }
}

impl KnownTable {
    /// Whether a table of the flow is the only one with its id.
    const fn is_alone(&self) -> bool {
        self.is_ours && !self.is_repeated
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::keys::ValueShape;
    use super::*;

    /// A table by id that is declared for a flow is one that a part may hold, too, and a flow's own can override it. To
    /// declare a new one: the same field in [`PartDecl`], a line in `shared!`, and one in [`Flow::join`].
    #[test]
    fn every_table_by_id_can_be_shared() {
        let by_id = FLOW.keys().filter(|key| matches!(key.shape, ValueShape::Map(..)));
        let mut shared = 0;
        for key in by_id.filter(|key| key.name != "lints") {
            let of_part = PART.key(key.name).unwrap_or_else(|| panic!("a part holds no `{}`", key.name));
            assert_eq!(of_part.shape, key.shape, "{}", key.name);
            let ValueShape::Map(_, table) = key.shape else { continue };
            let kind = table.kind().unwrap();
            assert!(kind.key("override").is_some(), "{} can't override that of a part", kind.name);
            shared += 1;
        }
        assert!(shared >= 4, "{shared} tables");
        for key in PART.keys() {
            assert!(FLOW.key(key.name).is_some(), "a flow has no key `{}`", key.name);
        }
    }
}
