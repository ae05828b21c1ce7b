//! Steps and the ways out of them.

use super::super::flow::{
    ChooseDecl, HoldDecl, Irreversible, Op, OptionDecl, RecordDecl, Route, Step, Str, Target, TellDecl, Verify,
    WaitDecl,
};
use super::super::keys::tables;
use super::text::nothing;
use super::{Fields, Reader, Slot};
use crate::diagnostic::{Diagnostic, Spanned};

const OPS: [(&str, Op); 2] = [("read", Op::Read), ("write", Op::Write)];
const VERIFY: [(&str, Verify); 4] =
    [("together", Verify::Together), ("call", Verify::Call), ("after", Verify::After), ("none", Verify::None)];
/// Keys that say what is done, so that `do` may be missing.
const SAYS: [&str; 5] = ["check", "tell", "hold", "wait", "choose"];
/// Keys that say whether a step changes something, so that `op` may be missing.
const IMPLIES: [(&str, Op); 7] = [
    ("check", Op::Read),
    ("take", Op::Read),
    ("compare", Op::Read),
    ("hold", Op::Read),
    ("wait", Op::Read),
    ("choose", Op::Read),
    ("tell", Op::Write),
];

impl Reader<'_> {
    /// A step of a block.
    pub(super) fn block_step(&mut self, slot: Slot<'_>) -> Option<Step> {
        let mut fields = self.table(slot)?;
        let step = self.step(&mut fields);
        fields.done();
        step
    }

    /// The keys that every step may have.
    pub(super) fn step(&mut self, f: &mut Fields<'_>) -> Option<Step> {
        let is_counted = self.count_step(f.span);
        let op = self.get(f, "op", |reader, slot| reader.word(slot, &OPS)).or_else(|| self.implied_op(f));
        let step = Step {
            id: self.get(f, "id", Self::step_id),
            op,
            action: self.get(f, "do", Self::text),
            by: self.get(f, "by", Self::line),
            expect: self.get(f, "expect", Self::text),
            items: self.list(f, "items", Self::item),
            check: self.get(f, "check", Self::line),
            take: self.get(f, "take", Self::line),
            compare: self.get(f, "compare", Self::line),
            command: self.get(f, "command", Self::code),
            fill: self.flag(f, "fill"),
            minutes: self.get(f, "minutes", Self::count),
            note: self.get(f, "note", Self::text),
            caution: self.get(f, "caution", Self::text),
            warning: self.get(f, "warning", Self::text),
            critical: self.flag(f, "critical"),
            verify: self
                .get(f, "verify", |reader, slot| reader.word(slot, &VERIFY))
                .map_or(Verify::Watch, |verify| verify.value),
            undo: self.get(f, "undo", Self::text),
            irreversible: self.get(f, "irreversible", Self::irreversible),
            record: self.get(f, "record", Self::record),
            hold: self.get(f, "hold", Self::hold),
            wait: self.get(f, "wait", Self::wait),
            choose: self.get(f, "choose", Self::choose),
            begins: self.get(f, "begins", Self::line),
            awaits: self.get(f, "awaits", Self::line),
            tell: self.get(f, "tell", Self::tell),
            link: self.get(f, "link", Self::address),
            otherwise: self.get(f, "otherwise", Self::route),
            from: if f.knows("from") { self.list(f, "from", Self::line) } else { Vec::new() },
            sets: self.map(
                f,
                "sets",
                |reader, name, span| reader.string(name, span, true),
                |reader, name, slot| Some((name, reader.line(slot)?)),
            ),
            allow: self.list(f, "allow", Self::allowance),
            span: f.span,
        };
        if !f.has("do") && !SAYS.iter().any(|key| f.has(key)) {
            let message = format!("{} doesn't say what is done", f.kind.name);
            self.bad("missing-key", f.span, message, "add `do`, or one of `check`, `tell`, `hold`, `wait`, `choose`");
        }
        if !f.has("command") {
            self.only_with(f.table, "fill", "command");
        }
        is_counted.then_some(step)
    }

    /// What the other keys say of a step that has no `op`; reports a step that needs one.
    fn implied_op(&mut self, f: &Fields<'_>) -> Option<Spanned<Op>> {
        if f.has("op") {
            return None;
        }
        let implied = IMPLIES.iter().find_map(|(name, op)| {
            let (key, _) = f.table.get_key_value(*name)?;
            Some(Spanned::new(*op, self.span(key.span())))
        });
        let needs_op = *f.kind == tables::HOT_STEP || *f.kind == tables::ROLLBACK_STEP;
        if implied.is_none() && needs_op {
            let message = "this step doesn't say whether it changes something";
            self.bad("missing-op", f.span, message, "add `op = \"read\"` or `op = \"write\"`");
        }
        implied
    }

    fn irreversible(&mut self, slot: Slot<'_>) -> Option<Irreversible> {
        let span = self.span(slot.value.span());
        let (slot, is_long) = self.form(slot);
        if is_long {
            return Some(Irreversible { why: Some(self.text(slot)?), span });
        }
        slot.value.get_ref().as_bool()?.then_some(Irreversible { why: None, span })
    }

    fn record(&mut self, slot: Slot<'_>) -> Option<RecordDecl> {
        let (slot, is_long) = self.form(slot);
        if !is_long {
            return Some(RecordDecl { name: self.id(slot)?, label: None, unit: None });
        }
        let mut fields = self.table(slot)?;
        let name = self.get(&mut fields, "name", Self::id);
        let label = self.get(&mut fields, "label", Self::text);
        let unit = self.get(&mut fields, "unit", Self::text);
        fields.done();
        Some(RecordDecl { name: name?, label, unit })
    }

    fn hold(&mut self, slot: Slot<'_>) -> Option<HoldDecl> {
        let mut fields = self.table(slot)?;
        let ask = self.get(&mut fields, "ask", Self::text);
        let decider = self.get(&mut fields, "decider", Self::line);
        let at_most = self.get(&mut fields, "at-most", Self::minutes);
        let no = self.get(&mut fields, "no", Self::route);
        fields.done();
        let decider = decider.unwrap_or_else(|| Str::new("checker".to_owned(), fields.span));
        Some(HoldDecl { ask: ask.unwrap_or_else(|| nothing(fields.span)), decider, at_most, no })
    }

    fn wait(&mut self, slot: Slot<'_>) -> Option<WaitDecl> {
        let mut fields = self.table(slot)?;
        let condition = self.get(&mut fields, "for", Self::text);
        let every = self.get(&mut fields, "every", Self::minutes);
        let at_most = self.get(&mut fields, "at-most", Self::minutes);
        let otherwise = self.get(&mut fields, "otherwise", Self::route);
        fields.done();
        Some(WaitDecl { condition: condition.unwrap_or_else(|| nothing(fields.span)), every, at_most, otherwise })
    }

    fn choose(&mut self, slot: Slot<'_>) -> Option<ChooseDecl> {
        let mut fields = self.table(slot)?;
        let ask = self.get(&mut fields, "ask", Self::text);
        let options = self.list(&mut fields, "options", Self::option);
        fields.done();
        Some(ChooseDecl { ask: ask.unwrap_or_else(|| nothing(fields.span)), options })
    }

    fn option(&mut self, slot: Slot<'_>) -> Option<OptionDecl> {
        let mut fields = self.table(slot)?;
        let condition = self.get(&mut fields, "if", Self::text);
        let then = self.get(&mut fields, "then", Self::route);
        fields.done();
        Some(OptionDecl { condition: condition.unwrap_or_else(|| nothing(fields.span)), then: then? })
    }

    fn tell(&mut self, slot: Slot<'_>) -> Option<TellDecl> {
        let (slot, is_long) = self.form(slot);
        if !is_long {
            return Some(TellDecl { to: None, message: self.text(slot)? });
        }
        let mut fields = self.table(slot)?;
        let to = self.get(&mut fields, "to", Self::line);
        let message = self.get(&mut fields, "message", Self::text);
        fields.done();
        Some(TellDecl { to, message: message.unwrap_or_else(|| nothing(fields.span)) })
    }

    /// A way out in its short form, where it leads, or its long one.
    pub(super) fn route(&mut self, slot: Slot<'_>) -> Option<Route> {
        let span = self.span(slot.value.span());
        let (slot, is_long) = self.form(slot);
        if !is_long {
            let then = Some(self.target(slot)?);
            return Some(Route { action: None, call: None, within: None, then, max: None, span });
        }
        let mut fields = self.table(slot)?;
        let route = Route {
            action: self.get(&mut fields, "do", Self::text),
            call: self.get(&mut fields, "call", Self::line),
            within: self.get(&mut fields, "within", Self::minutes),
            then: self.get(&mut fields, "then", Self::target),
            max: self.get(&mut fields, "max", Self::count),
            span,
        };
        fields.done();
        if !["do", "call", "then"].iter().any(|key| fields.has(key)) {
            self.bad("missing-key", span, "this route leads nowhere", "add `do`, `call` or `then`");
        }
        if let (Some(max), Some(then)) = (&route.max, &route.then)
            && then.value != Target::Retry
        {
            let fault = Diagnostic::error("misplaced-key", max.span, "`max` counts retries, and this route has none")
                .context(then.span, "leads here")
                .help("write `then = \"retry\"`, or leave `max` out");
            self.fault(fault);
        }
        Some(route)
    }
}
