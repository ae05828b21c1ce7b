//! What is printed of a flow as it is written, without numbers, times and pages: what two revisions are compared by.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::align::LineKey;
use crate::diagnostic::Span;
use crate::plan::lookup::pick;
use crate::plan::steps::{checks, first_said};
use crate::plan::unroll::LETTERS;
use crate::source::digest;
use crate::source::flow::{
    AppendixDecl, BlockDecl, BlockSigning, CheckDecl, Conditional, Ending, Flow, FlowText, ItemDecl, KeyText, Op,
    Route, RouteTarget, StepDecl, Str, TaskDecl, TaskList, texts,
};
use crate::source::types::{ChoiceWord, Named};
use crate::text::Lang;

/// What the declarations call a step.
const STEP: &str = <StepDecl as Named>::WORD;
/// What they call a command of a step.
const COMMAND: &str = "command";
/// Texts of a step that are compared otherwise: `do` may be another key's words, a point of no return counts without a
/// reason, notices are marked on their own, and states aren't printed.
const ELSEWHERE: [&str; 6] = ["do", "irreversible", "note", "caution", "warning", "sets"];

/// The longest name of a contact that is copied into what each step says, in bytes.
const LONGEST_NAME: usize = 64;

/// One of two revisions, with what its names stand for.
pub(super) struct Side<'a> {
    /// The flow.
    pub(super) flow: &'a Flow,
    lang: &'a Lang,
    /// By what each contact is known: its name, or the digest of a long one, since many routes may say it.
    contacts: BTreeMap<&'a str, Cow<'a, str>>,
    checks: BTreeMap<&'a str, &'a CheckDecl>,
    /// By what each way back is known, and the last hot step from which it may be entered. One without a name is known by the
    /// digest of its title: every route that leads there says it, and a title may be long.
    rollbacks: Vec<(Cow<'a, str>, Option<usize>)>,
    hot_steps: usize,
}

/// A step or a block.
pub(super) struct Unit<'a> {
    /// Its name in the flow.
    pub(super) id: Option<&'a str>,
    /// Its number; a block has those of its steps.
    pub(super) number: String,
    /// Its action or title.
    pub(super) words: Option<&'a Str>,
    /// Where it is written.
    pub(super) span: Span,
    /// Everything on its row or in its heading.
    pub(super) head: String,
    /// For a block, the way out that its steps share, as it stands under the heading.
    pub(super) way_out: String,
    /// For a way back, the last step from which it may be entered.
    pub(super) valid_until: Option<&'a str>,
    /// Warning, caution and note.
    pub(super) notices: [Option<&'a Str>; 3],
    /// Sub-items, or a block's gate.
    pub(super) items: Vec<PlainRow<'a>>,
    whole: String,
}

impl Unit<'_> {
    /// What it is known again by in its list.
    pub(super) fn key(&self) -> LineKey<'_> {
        LineKey { id: self.id, action: self.words.map_or("", |words| &words.value), content: &self.whole }
    }

    fn finish(mut self) -> Self {
        let mut whole = NamedWords(format!("{}\n{}\n", self.head, self.way_out));
        whole.maybe("until", self.valid_until);
        for (name, words) in ["warning", "caution", "note"].into_iter().zip(self.notices) {
            whole.maybe(name, words.map(|words| &*words.value));
        }
        for item in &self.items {
            whole.say("item", &item.content);
        }
        self.whole = whole.0;
        self
    }
}

/// A row of a plain list: an item, a contact, a row of a reading.
pub(super) struct PlainRow<'a> {
    /// Its name in the flow.
    pub(super) id: Option<&'a str>,
    /// What it says first.
    pub(super) words: Option<&'a Str>,
    /// Everything that is printed of it.
    pub(super) content: String,
}

impl PlainRow<'_> {
    /// What it is known again by in its list.
    pub(super) fn key(&self) -> LineKey<'_> {
        LineKey { id: self.id, action: self.words.map_or("", |words| &words.value), content: &self.content }
    }
}

/// Named words one after another.
struct NamedWords(String);

impl NamedWords {
    fn say(&mut self, name: &str, words: &str) {
        // The length keeps words apart from the names between them.
        let _ = writeln!(self.0, "{name} {} {words}", words.len());
    }

    fn maybe(&mut self, name: &str, words: Option<&str>) {
        if let Some(words) = words {
            self.say(name, words);
        }
    }

    /// What it depends on. The order of values and of their words doesn't matter.
    fn conditions(&mut self, part: &impl Conditional) {
        for (key, condition) in [("only", part.only()), ("unless", part.unless())] {
            let Some(condition) = condition else { continue };
            let words = |words: &[ChoiceWord]| words.iter().map(|word| word.value.clone()).collect::<BTreeSet<_>>();
            let values: BTreeMap<&str, BTreeSet<String>> =
                condition.values.iter().map(|(name, of)| (&*name.value, words(of))).collect();
            self.say(key, &format!("{values:?}"));
        }
    }
}

/// What a flow says of the line for an actual value.
fn written_down(actual: Option<bool>) -> Option<&'static str> {
    actual.map(|actual| if actual { "true" } else { "false" })
}

impl<'a> Side<'a> {
    /// A flow in one language.
    pub(super) fn new(flow: &'a Flow, lang: &'a Lang) -> Self {
        let words = |text| pick(text, lang).map_or("", |words| &*words.value);
        let known = |words: &'a str| {
            if words.len() > LONGEST_NAME { Cow::Owned(digest(words.as_bytes())) } else { Cow::Borrowed(words) }
        };
        let hot = || flow.hot.iter().flat_map(|block| &block.steps);
        let positions: BTreeMap<&str, usize> =
            hot().enumerate().filter_map(|(index, step)| Some((&*step.id.as_ref()?.value, index))).collect();
        let limit = |block: &BlockDecl| block.valid_until.as_ref().and_then(|id| positions.get(&*id.value).copied());
        let name = |block: &'a BlockDecl| match &block.id {
            Some(id) => Cow::Borrowed(&*id.value),
            None => Cow::Owned(digest(words(&block.title).as_bytes())),
        };
        Self {
            flow,
            lang,
            contacts: flow.contacts.iter().map(|contact| (&*contact.id.value, known(words(&contact.name)))).collect(),
            checks: checks(flow),
            // An older revision may have more than there are letters for.
            rollbacks: flow.rollback.iter().take(LETTERS.len()).map(|block| (name(block), limit(block))).collect(),
            hot_steps: hot().count(),
        }
    }

    /// The words of a text.
    pub(super) fn words(&self, text: &'a FlowText) -> Option<&'a Str> {
        pick(text, self.lang)
    }

    /// The characters of a text that may be missing.
    pub(super) fn chars(&self, text: Option<&'a FlowText>) -> Option<&'a str> {
        text.and_then(|text| self.words(text)).map(|words| &*words.value)
    }

    /// Who that is: one of the two, or a contact by its name on paper.
    pub(super) fn who<'s>(&'s self, id: &'s str) -> &'s str {
        self.contacts.get(id).map_or(id, |name| name)
    }

    /// Items as rows.
    pub(super) fn items(&self, items: &'a [ItemDecl]) -> Vec<PlainRow<'a>> {
        let item = |item: &'a ItemDecl| {
            let words = self.words(&item.action);
            let mut content = NamedWords(String::new());
            content.maybe("do", words.map(|words| &*words.value));
            content.maybe("expect", self.chars(item.expect.as_ref()));
            content.maybe("actual", written_down(item.actual));
            content.maybe("each", item.each.as_ref().map(|each| &*each.value));
            content.maybe("if", self.chars(item.condition.as_ref()));
            content.conditions(item);
            PlainRow { id: None, words, content: content.0 }
        };
        items.iter().map(item).collect()
    }

    /// The tasks before the release, or those after.
    pub(super) fn tasks(&self, tasks: &'a TaskList, letter: char) -> Vec<Unit<'a>> {
        // A task before the release leads to no way back; one after it has all steps behind it.
        let at = self.hot_steps.saturating_sub(1);
        let task = |(index, task): (usize, &'a TaskDecl)| {
            let mut unit = self.step(&task.step, format!("{letter}{}", index + 1), at, None);
            let mut more = NamedWords(unit.head);
            more.say("lead", &format!("{:?}", task.lead.value));
            if let Some((_, group)) = tasks.group_of(index) {
                more.maybe("group", self.chars(Some(&group.title)));
                more.conditions(group);
            }
            let said = tasks.endings(index);
            for outcome in said.iter().filter(|_| said != [Ending::Executed]) {
                more.say("outcome", outcome.outcome().word());
            }
            for who in &task.notify {
                more.say("notify", self.who(&who.value));
            }
            more.maybe("impact", self.chars(task.impact.as_ref()));
            more.maybe("ask", self.chars(task.ask.as_ref()));
            if let Some(mail) = &task.mail {
                more.maybe("subject", self.chars(mail.subject.as_deref()));
                for value in mail.mention.iter().flatten() {
                    more.say("mention", &value.value);
                }
            }
            unit.head = more.0;
            unit.finish()
        };
        tasks.iter().enumerate().map(task).collect()
    }

    /// The blocks of the day or the ways back, and then all their steps.
    pub(super) fn blocks(&self, blocks: &'a [BlockDecl], hot: bool) -> (Vec<Unit<'a>>, Vec<Unit<'a>>) {
        let (mut heads, mut steps) = (Vec::new(), Vec::new());
        let mut first = 1;
        for (index, block) in blocks.iter().enumerate() {
            let letter = if hot { None } else { LETTERS.get(index).copied().map(char::from) };
            let number = |n: usize| format!("{}{}", letter.map(String::from).unwrap_or_default(), n + first);
            let count = block.steps.len();
            let last = count.saturating_sub(1);
            let range = if count < 2 { number(0) } else { format!("{}–{}", number(0), number(last)) };
            heads.push(self.block(block, range, steps.len()));
            for (n, step) in block.steps.iter().enumerate() {
                let at = if hot { steps.len() } else { usize::MAX };
                steps.push(self.step(step, number(n), at, block.on_failure.as_ref()).finish());
            }
            first = if hot { first + count } else { 1 };
        }
        (heads, steps)
    }

    fn block(&self, block: &'a BlockDecl, number: String, at: usize) -> Unit<'a> {
        let words = self.words(&block.title);
        let mut head = NamedWords(String::new());
        head.maybe("title", words.map(|words| &*words.value));
        head.maybe("atomic", block.atomic.then_some(""));
        head.maybe("sign", (block.sign == BlockSigning::Once).then_some("once"));
        head.maybe("each", block.each.as_ref().map(|each| &*each.value));
        head.conditions(block);
        let mut way_out = NamedWords(String::new());
        // Only where something is to be tried first does the way out stand under the heading too.
        if let Some(route) = block.on_failure.as_ref().filter(|route| route.action.is_some()) {
            self.route(&mut way_out, "failure", route, at, true);
        }
        let notices = [&block.warning, &block.caution, &block.note];
        let unit = Unit {
            id: block.id.as_ref().map(|id| &*id.value),
            number,
            words,
            span: block.span,
            head: head.0,
            way_out: way_out.0,
            valid_until: block.valid_until.as_ref().map(|step| &*step.value),
            notices: notices.map(|text| text.as_ref().and_then(|text| self.words(text))),
            items: self.items(&block.gate),
            whole: String::new(),
        };
        unit.finish()
    }

    /// A step; `at` is how many hot steps are behind it.
    fn step(&self, step: &'a StepDecl, number: String, at: usize, inherited: Option<&'a Route>) -> Unit<'a> {
        let check = step.check.as_ref().and_then(|name| self.checks.get(&*name.value).copied());
        let words = first_said(step, check).and_then(|text| self.words(text));

        let mut head = NamedWords(String::new());
        self.own_texts(&mut head, step);
        let text = |text: Option<&'a FlowText>| self.chars(text);
        let name = |name: Option<&'a Str>| name.map(|name| &*name.value);
        head.maybe("op", step.op.as_ref().map(|op| if op.value == Op::Read { "read" } else { "write" }));
        head.maybe("do", words.map(|words| &*words.value));
        head.maybe("by", name(step.by.as_deref()).map(|by| self.who(by)));
        head.maybe("take", name(step.take.as_deref()));
        head.maybe("compare", name(step.compare.as_deref()));
        for command in &**step.commands {
            head.maybe("fill", step.fills(command).then_some(""));
        }
        head.maybe("pick", step.pick.map(|_| "one"));
        head.conditions(step);
        head.maybe("critical", step.critical.then_some(""));
        head.maybe("actual", written_down(step.actual));
        head.say("verify", &format!("{:?}", step.verify));
        if let Some(point) = &step.irreversible {
            head.say("irreversible", text(point.why.as_ref()).unwrap_or_default());
        }
        if let Some(record) = &step.record {
            head.say("record", text(record.label.as_deref()).unwrap_or(&record.name.value));
            head.maybe("unit", text(record.unit.as_deref()));
        }
        let minutes = |head: &mut NamedWords, name: &str, minutes: Option<u32>| {
            head.maybe(name, minutes.map(|minutes| minutes.to_string()).as_deref());
        };
        if let Some(hold) = &step.hold {
            head.maybe("hold", self.chars(Some(&hold.ask)));
            head.say("decider", self.who(&hold.decider.value));
            minutes(&mut head, "at-most", hold.at_most.as_ref().map(|minutes| minutes.value));
            if let Some(no) = &hold.no {
                self.route(&mut head, "no", no, at, true);
            }
        }
        if let Some(wait) = &step.wait {
            head.maybe("wait", self.chars(Some(&wait.condition)));
            minutes(&mut head, "every", wait.every.as_ref().map(|minutes| minutes.value));
            minutes(&mut head, "at-most", wait.at_most.as_ref().map(|minutes| minutes.value));
            if let Some(otherwise) = &wait.otherwise {
                self.route(&mut head, "timeout", otherwise, at, true);
            }
        }
        if let Some(choose) = &step.choose {
            head.maybe("choose", self.chars(Some(&choose.ask)));
            for option in &choose.options {
                head.maybe("if", self.chars(Some(&option.condition)));
                head.conditions(option);
                self.route(&mut head, "then", &option.then, at, true);
            }
        }
        if let Some(tell) = &step.tell {
            for to in &**tell.to {
                head.say("to", self.who(&to.value));
            }
            head.maybe("subject", text(tell.subject.as_deref()));
            head.maybe("tell", self.chars(tell.message.as_ref()));
        }
        match (&step.otherwise, inherited) {
            (Some(own), _) => self.route(&mut head, "otherwise", own, at, true),
            (None, Some(shared)) => self.route(&mut head, "failure", shared, at, false),
            (None, None) => {}
        }
        for from in step.from.iter() {
            head.say("from", &from.value);
        }
        let notices = [&step.warning, &step.caution, &step.note];
        let mut items = self.items(&step.items);
        items.extend(check.map_or_else(Vec::new, |check| self.items(&check.items)));
        Unit {
            id: name(step.id.as_deref()),
            number,
            words,
            span: step.span,
            head: head.0,
            way_out: String::new(),
            valid_until: None,
            notices: notices.map(|text| text.as_ref().and_then(|text| self.words(text))),
            items,
            whole: String::new(),
        }
    }

    /// What is printed of an appendix.
    pub(super) fn appendix(&self, appendix: &'a AppendixDecl) -> String {
        let mut content = NamedWords(String::new());
        content.maybe("title", self.chars(Some(&appendix.title)));
        content.maybe("markdown", self.chars(appendix.markdown.as_deref()));
        content.maybe("fill", appendix.fill.then_some(""));
        content.conditions(appendix);
        content.0
    }

    /// The texts that stand in a step's own keys and need no more than to be the same.
    fn own_texts(&self, content: &mut NamedWords, step: &'a StepDecl) {
        texts(step, &mut |text| {
            if [STEP, COMMAND].contains(&text.key.of) && !ELSEWHERE.contains(&text.key.name) {
                let words = match text.words {
                    KeyText::Text(text) | KeyText::LineText(text) | KeyText::Markdown(text) => self.chars(Some(text)),
                    KeyText::Line(words)
                    | KeyText::Code(words)
                    | KeyText::Output(words)
                    | KeyText::Link(words)
                    | KeyText::Mail(words) => Some(&*words.value),
                };
                content.maybe(text.key.name, words);
            }
        });
    }

    /// A way out, in full or as the rows of a block have the one that they share: what to try first stands at the
    /// block's head then, and whom to call too unless it leads into a rollback.
    fn route(&self, content: &mut NamedWords, name: &str, route: &'a Route, at: usize, in_full: bool) {
        content.say(name, "");
        if in_full {
            content.maybe("first", self.chars(route.action.as_ref()));
        }
        if in_full || route.action.is_none() || self.leads_back(route) {
            content.maybe("call", route.call.as_ref().map(|who| self.who(&who.value)));
            content.maybe("within", route.within.as_ref().map(|minutes| minutes.value.to_string()).as_deref());
        }
        content.maybe("max", route.max.as_ref().map(|max| max.value.to_string()).as_deref());
        match route.then.as_ref().map(|then| &then.value) {
            Some(RouteTarget::Name(name)) => content.say("then", name),
            Some(RouteTarget::Rollback) => {
                let valid = self.rollbacks.iter().find(|(_, limit)| limit.is_none_or(|limit| at <= limit));
                content.say("rollback", valid.map_or("", |(name, _)| name));
            }
            Some(then) => content.say("then", &format!("{then:?}")),
            None => {}
        }
        if let Some(last) = &route.last {
            self.route(content, "else", last, at, in_full);
        }
    }

    fn leads_back(&self, route: &Route) -> bool {
        let leads = route.then.as_ref().is_some_and(|then| match &then.value {
            RouteTarget::Rollback => true,
            RouteTarget::Name(name) => self.rollbacks.iter().any(|(known, _)| known == name),
            _ => false,
        });
        leads || route.last.as_ref().is_some_and(|last| self.leads_back(last))
    }
}
