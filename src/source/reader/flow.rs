//! The flow's top level, its declarations and its blocks.

use toml::de::DeTable;

use super::super::config::Config;
use super::super::flow::{
    Allowance, Block, CheckDecl, ContactDecl, Decision, Flow, Item, Lead, LintLevel, ReadingDecl, ReadingRow,
    RecordKind, Relation, RoleDecl, Str, Task, ValueDecl,
};
use super::super::keys::tables;
use super::text::nothing;
use super::{Fields, MAX_STEPS, Reader, Slot};
use crate::diagnostic::{Diagnostic, Span, Spanned};

impl Reader<'_> {
    pub(super) fn flow(&mut self, mut fields: Fields<'_>) -> Option<Flow> {
        if !self.is_known_schema(&mut fields) {
            return None;
        }
        let langs = self.langs(&mut fields);
        let f = &mut fields;
        let id = self.get(f, "id", Self::flow_id);
        let title = self.get(f, "title", Self::text);
        let flow = Flow {
            about: self.get(f, "about", Self::text),
            revision: self.get(f, "revision", Self::line),
            revised: self.get(f, "revised", Self::date),
            owner: self.get(f, "owner", Self::text),
            timezone: self.get(f, "timezone", Self::zone),
            also: self.list(f, "also", Self::zone),
            runbook: self.get(f, "runbook", Self::address),
            mail_from: self.get(f, "mail-from", Self::sender),
            holidays: self.list(f, "holidays", Self::date),
            workdays: self.list(f, "workdays", Self::date),
            values: self.map(f, "values", Self::check_id, Self::value),
            operator: self.get(f, "operator", Self::role).unwrap_or_default(),
            checker: self.get(f, "checker", Self::role).unwrap_or_default(),
            decision: self.get(f, "decision", Self::decision),
            contacts: self.map(f, "contacts", Self::contact_id, Self::contact),
            readings: self.map(f, "readings", Self::check_id, Self::reading),
            checks: self.map(f, "checks", Self::check_id, Self::check),
            cold: self.list(f, "cold", Self::task),
            hot: self.list(f, "hot", Self::block),
            rollback: self.list(f, "rollback", Self::block),
            after: self.list(f, "after", Self::task),
            lints: self.lints(f),
            allow: self.list(f, "allow", Self::allowance),
            langs,
            id: id.unwrap_or_else(|| Str::new(String::new(), f.span)),
            title: title.unwrap_or_else(|| nothing(f.span)),
        };
        fields.done();
        Some(flow)
    }

    /// False for a format to come, of which nothing else can be said.
    fn is_known_schema(&mut self, fields: &mut Fields<'_>) -> bool {
        let version = self.get(fields, "schema", |reader, slot| {
            let integer = slot.value.get_ref().as_integer()?;
            Some((integer.as_str().to_owned(), reader.span(slot.value.span())))
        });
        let Some((version, span)) = version.filter(|(version, _)| version != "1") else { return true };
        self.faults.clear();
        let message = format!("the format `{version}` isn't known here");
        self.bad("unsupported-schema", span, message, "this version reads `schema = 1`");
        false
    }

    fn langs(&mut self, fields: &mut Fields<'_>) -> Vec<Str> {
        let langs = self.list(fields, "lang", Self::tag);
        for (index, lang) in langs.iter().enumerate() {
            if let Some(first) = langs[..index].iter().find(|first| first.value == lang.value) {
                let fault = Diagnostic::error("bad-value", lang.span, format!("`{}` is named twice", lang.value))
                    .context(first.span, "first named here")
                    .help("name each language once");
                self.fault(fault);
            }
        }
        self.langs = langs.iter().map(|lang| lang.value.clone()).collect();
        langs
    }

    fn value(&mut self, name: Str, slot: Slot<'_>) -> Option<ValueDecl> {
        let (slot, is_long) = self.form(slot);
        if !is_long {
            return Some(ValueDecl { name, label: self.text(slot)?, example: Vec::new(), each: None });
        }
        let mut fields = self.table(slot)?;
        let label = self.get(&mut fields, "label", Self::text);
        let example = self.list(&mut fields, "example", Self::line);
        let each = self.get(&mut fields, "each", Self::id);
        fields.done();
        Some(ValueDecl { name, label: label.unwrap_or_else(|| nothing(fields.span)), example, each })
    }

    fn role(&mut self, slot: Slot<'_>) -> Option<RoleDecl> {
        let mut fields = self.table(slot)?;
        let prepare = self.list(&mut fields, "prepare", Self::item);
        let handover = self.get(&mut fields, "handover", Self::text);
        fields.done();
        Some(RoleDecl { prepare, handover })
    }

    fn decision(&mut self, slot: Slot<'_>) -> Option<Decision> {
        let mut fields = self.table(slot)?;
        let decider = self.get(&mut fields, "decider", Self::line);
        let when = self.list(&mut fields, "when", Self::text);
        let window_end = self.get(&mut fields, "window-end", Self::time);
        fields.done();
        Some(Decision { decider: decider?, when, window_end })
    }

    fn contact_id(&mut self, id: &str, span: Span) -> Option<Str> {
        if tables::ROLES.contains(&id) {
            let message = format!("a contact can't be called `{id}`: that is one of the two people");
            self.bad("bad-id", span, message, "choose another id");
            return None;
        }
        self.check_id(id, span)
    }

    fn contact(&mut self, id: Str, slot: Slot<'_>) -> Option<ContactDecl> {
        let mut fields = self.table(slot)?;
        let name = self.get(&mut fields, "name", Self::text);
        let email = self.list(&mut fields, "email", Self::mail);
        let phone = self.get(&mut fields, "phone", Self::line);
        fields.done();
        Some(ContactDecl { id, name: name.unwrap_or_else(|| nothing(fields.span)), email, phone })
    }

    fn reading(&mut self, id: Str, slot: Slot<'_>) -> Option<ReadingDecl> {
        let mut fields = self.table(slot)?;
        let title = self.get(&mut fields, "title", Self::text);
        let rows = self.list(&mut fields, "rows", Self::row);
        fields.done();
        Some(ReadingDecl { id, title: title.unwrap_or_else(|| nothing(fields.span)), rows })
    }

    fn row(&mut self, slot: Slot<'_>) -> Option<ReadingRow> {
        const RECORDS: [(&str, RecordKind); 3] =
            [("number", RecordKind::Number), ("text", RecordKind::Text), ("list", RecordKind::List)];
        let (slot, is_long) = self.form(slot);
        if !is_long {
            let item = self.text(slot)?;
            return Some(ReadingRow { item, record: RecordKind::Text, unit: None, relation: Relation::Same });
        }
        let mut fields = self.table(slot)?;
        let item = self.get(&mut fields, "item", Self::text);
        let record = self.get(&mut fields, "record", |reader, slot| reader.word(slot, &RECORDS));
        let unit = self.get(&mut fields, "unit", Self::text);
        let relation = self.get(&mut fields, "relation", Self::relation);
        fields.done();
        Some(ReadingRow {
            item: item?,
            record: record.map_or(RecordKind::Text, |record| record.value),
            unit,
            relation: relation.unwrap_or(Relation::Same),
        })
    }

    fn check(&mut self, id: Str, slot: Slot<'_>) -> Option<CheckDecl> {
        let mut fields = self.table(slot)?;
        let title = self.get(&mut fields, "title", Self::text);
        let items = self.list(&mut fields, "items", Self::item);
        fields.done();
        Some(CheckDecl { id, title: title.unwrap_or_else(|| nothing(fields.span)), items })
    }

    /// A sub-item in its short form, a text, or its long one.
    pub(super) fn item(&mut self, slot: Slot<'_>) -> Option<Item> {
        let (slot, is_long) = self.form(slot);
        if !is_long {
            return Some(Item { action: self.text(slot)?, expect: None });
        }
        let mut fields = self.table(slot)?;
        let action = self.get(&mut fields, "do", Self::text);
        let expect = self.get(&mut fields, "expect", Self::text);
        fields.done();
        Some(Item { action: action?, expect })
    }

    fn task(&mut self, slot: Slot<'_>) -> Option<Task> {
        let mut fields = self.table(slot)?;
        let is_cold = *fields.kind == tables::COLD;
        let lead = self.get(&mut fields, if is_cold { "lead" } else { "lag" }, Self::lead);
        let step = self.step(&mut fields);
        let (notify, impact, ask) = if is_cold {
            (
                self.list(&mut fields, "notify", Self::line),
                self.get(&mut fields, "impact", Self::text),
                self.get(&mut fields, "ask", Self::text),
            )
        } else {
            (Vec::new(), None, None)
        };
        fields.done();
        let lead = lead.unwrap_or_else(|| Spanned::new(Lead::Days(0), fields.span));
        Some(Task { lead, step: step?, notify, impact, ask })
    }

    fn block(&mut self, slot: Slot<'_>) -> Option<Block> {
        let mut fields = self.table(slot)?;
        let f = &mut fields;
        let title = self.get(f, "title", Self::text);
        let block = Block {
            id: self.get(f, "id", Self::step_id),
            atomic: self.flag(f, "atomic"),
            on_failure: self.get(f, "on-failure", Self::route),
            each: self.get(f, "each", Self::line),
            gate: self.list(f, "gate", Self::item),
            note: self.get(f, "note", Self::text),
            caution: self.get(f, "caution", Self::text),
            warning: self.get(f, "warning", Self::text),
            allow: self.list(f, "allow", Self::allowance),
            valid_until: if f.knows("valid-until") { self.get(f, "valid-until", Self::line) } else { None },
            steps: self.list(f, "step", Self::block_step),
            span: f.span,
            title: title.unwrap_or_else(|| nothing(f.span)),
        };
        fields.done();
        if !fields.has("each") {
            self.only_with(fields.table, "gate", "each");
        }
        // A plan's blocks have steps, also where the flow has faults.
        Some(block).filter(|block| !block.steps.is_empty())
    }

    /// The configuration that holds for all flows in a folder.
    pub(super) fn config(&mut self, mut fields: Fields<'_>) -> Config {
        let config = Config { lints: self.lints(&mut fields) };
        fields.done();
        config
    }

    /// Levels of rules. Whether there are such rules is asked where rules are known.
    fn lints(&mut self, fields: &mut Fields<'_>) -> Vec<(Str, Spanned<LintLevel>)> {
        const LEVELS: [(&str, LintLevel); 4] = [
            ("allow", LintLevel::Allow),
            ("note", LintLevel::Note),
            ("warning", LintLevel::Warning),
            ("error", LintLevel::Error),
        ];
        let read = |reader: &mut Self, name, slot: Slot<'_>| Some((name, reader.word(slot, &LEVELS)?));
        self.map(fields, "lints", Self::check_id, read)
    }

    /// A rule that is broken on purpose.
    pub(super) fn allowance(&mut self, slot: Slot<'_>) -> Option<Allowance> {
        let mut fields = self.table(slot)?;
        let rule = self.get(&mut fields, "rule", Self::line);
        let reason = self.get(&mut fields, "reason", Self::text);
        fields.done();
        Some(Allowance { rule: rule?, reason: reason? })
    }

    /// Reports a key that means nothing without another.
    pub(super) fn only_with(&mut self, table: &DeTable<'_>, name: &str, other: &str) {
        if let Some((key, _)) = table.get_key_value(name) {
            let span = self.span(key.span());
            let message = format!("`{name}` means nothing without `{other}`");
            self.bad("misplaced-key", span, message, format!("add `{other}`, or leave `{name}` out"));
        }
    }

    /// Counts a step; false once there are too many.
    pub(super) fn count_step(&mut self, span: Span) -> bool {
        self.steps += 1;
        if self.steps == MAX_STEPS + 1 {
            let message = format!("more than {MAX_STEPS} steps in one flow");
            self.bad("too-many-steps", span, message, "split the procedure into several flows");
        }
        self.steps <= MAX_STEPS
    }
}
