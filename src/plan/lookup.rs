//! What every part of this stage looks up: the language, the names, and the room that is left for text.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use jiff::Zoned;

use super::derived::{self, START_NAMES};
use super::faults::Faults;
use super::fill::{self, FilledPieces};
use super::lists::Lists;
use super::place::{FlowRecords, Scope};
use super::references::References;
use super::step::is_written_down;
use super::{Condition, ContactIx, LeftOut, Plain, StartWords, SubItem, Who, Wording, left_out};
use crate::diagnostic::{Diagnostic, Origin, Sources, Span};
use crate::limits::{TEXT, Tally};
use crate::select::Selected;
use crate::source::flow::{self, Conditional, FlowText, LabelSet, ROLES, Str};
use crate::source::locate;
use crate::source::release::PersonDecl;
use crate::source::types::Line;
use crate::text::{Content, Gap, Lang, Run, Style, Text, in_angles, markup};

/// What each piece of a text counts beside its characters, in bytes.
const PIECE: usize = 16;

/// What a name between braces stands for.
#[derive(Debug)]
enum NameMeaning<'a> {
    Value {
        label: String,
        given: Option<&'a [Line]>,
    },
    Each {
        list: &'a str,
    },
    Record {
        label: String,
    },
    /// What follows from other values; without `pieces` one of them isn't known.
    Made {
        label: String,
        pieces: Option<FilledPieces>,
    },
    /// The planned start, by its index in [`START_NAMES`].
    Start(usize),
}

/// The planned start, and how it is written in the plan's language.
pub(super) struct PlannedStart<'a> {
    /// When it is, if it is known.
    pub(super) at: Option<Zoned>,
    wording: &'a dyn Wording,
    set: LabelSet,
    /// The words, once a text needs them.
    written: OnceCell<[StartWords; 2]>,
}

impl<'a> PlannedStart<'a> {
    /// A start, which `wording` puts into words.
    pub(super) fn new(at: Option<Zoned>, wording: &'a dyn Wording, set: LabelSet) -> Self {
        Self { at, wording, set, written: OnceCell::new() }
    }

    fn words(&self, index: usize, lang: &Lang) -> &StartWords {
        &self.written.get_or_init(|| self.wording.start(lang, self.set, self.at.as_ref()))[index]
    }
}

/// The names of a flow and of one release, and the faults found so far.
pub(super) struct Lookup<'a> {
    pub(super) sources: &'a Sources,
    /// What the release selects.
    pub(super) selected: &'a Selected<'a>,
    /// The language of the plan.
    pub(super) lang: Lang,
    names: BTreeMap<&'a str, (NameMeaning<'a>, Span)>,
    /// The planned start.
    pub(super) start: PlannedStart<'a>,
    /// The values that the release gives, and the elements of its lists.
    pub(super) lists: Lists<'a>,
    /// The contacts, each with the bytes that a mention of it prints: its name, who is on call, the number to call.
    contacts: BTreeMap<&'a str, (ContactIx, usize)>,
    /// The bytes that naming the decision's decider prints.
    decider: usize,
    /// What the steps make; set once they are laid out.
    pub(super) made: FlowRecords<'a>,
    /// Where the references in texts lead.
    pub(super) references: References<'a>,
    /// The faults found so far.
    pub(super) faults: Faults,
    /// The text so far, in bytes: a value is repeated wherever its name stands, and a block for each element.
    text: Tally,
}

impl<'a> Lookup<'a> {
    /// Gathers the names of a flow; `on_call` are the people for its contacts. What is made of other values isn't made yet.
    pub(super) fn new(
        selected: &'a Selected<'a>,
        on_call: &BTreeMap<&str, &PersonDecl>,
        (lists, start): (Lists<'a>, PlannedStart<'a>),
        lang: Lang,
        references: References<'a>,
        faults: Faults,
    ) -> Self {
        // What is left out keeps its name, so that a text which still needs it is told so.
        let flow = selected.whole();
        let contact = |(index, contact): (usize, &'a flow::ContactDecl)| {
            let id = &*contact.id.value;
            let person =
                on_call.get(id).map_or(0, |person| bytes(person.name.as_deref()) + bytes(person.phone.as_deref()));
            let names = contact.name.entries.iter().map(|(_, name)| name.value.len());
            (id, (ContactIx(index), names.max().unwrap_or(0) + bytes(contact.phone.as_deref()) + person))
        };
        let contacts: BTreeMap<_, _> = flow.contacts.iter().enumerate().map(contact).collect();
        let decider = flow.decision.as_ref().and_then(|decision| contacts.get(&*decision.decider.value));
        let mut lookup = Self {
            sources: references.sources,
            selected,
            lang,
            names: BTreeMap::new(),
            start,
            lists,
            decider: decider.map_or(0, |(_, bytes)| *bytes),
            contacts,
            made: FlowRecords::default(),
            references,
            faults,
            text: Tally::new(&TEXT),
        };
        for value in &flow.values {
            let label = lookup.label_or(value.label.as_deref(), &value.name);
            let meaning = match &value.is {
                Some(_) => NameMeaning::Made { label, pieces: None },
                None => NameMeaning::Value { label, given: lookup.lists.given.get(&*value.name.value).copied() },
            };
            lookup.name(&value.name, meaning);
        }
        for value in &flow.values {
            let given = lookup.lists.given.get(&*value.name.value).and_then(|given| given.first());
            let groups = value.pattern.iter().flat_map(|pattern| derived::groups(pattern, given.map(|given| &**given)));
            for (group, pieces) in groups {
                lookup.name(group, NameMeaning::Made { label: group.value.clone(), pieces });
            }
        }
        for value in &flow.values {
            if let Some(each) = &value.each {
                lookup.name(each, NameMeaning::Each { list: &value.name.value });
            }
        }
        let tasks = flow.cold.iter().chain(&flow.after).map(|task| &task.step);
        let blocks = flow.hot.iter().chain(&flow.rollback).flat_map(|block| &block.steps);
        for record in tasks.chain(blocks).filter_map(|step| step.record.as_ref()) {
            let known = lookup.names.get(&*record.name.value);
            if !matches!(known, Some((NameMeaning::Record { .. }, _))) {
                let label = lookup.label_or(record.label.as_deref(), &record.name);
                lookup.name(&record.name, NameMeaning::Record { label });
            }
        }
        for (index, name) in START_NAMES.into_iter().enumerate() {
            lookup.names.insert(name, (NameMeaning::Start(index), Span::default()));
        }
        lookup
    }

    fn name(&mut self, name: &'a Str, meaning: NameMeaning<'a>) {
        if START_NAMES.contains(&&*name.value) {
            let message = format!("`{{{{ {} }}}}` is the planned start, so nothing else can be called so", name.value);
            self.faults.push(Diagnostic::error("reserved-name", name.span, message).help("choose another name"));
            return;
        }
        match self.names.get(&*name.value) {
            Some((_, first)) => self.faults.push(
                Diagnostic::error("name-taken", name.span, format!("`{}` already stands for something", name.value))
                    .context(*first, "here")
                    .help("call one of them something else"),
            ),
            None => {
                self.names.insert(&name.value, (meaning, name.span));
            }
        }
    }

    /// A label as plain words, or the name where there is none. A value that the label names stands in it as the release gives it, or
    /// else by its name: a gap's label can't have a gap.
    fn label_or(&mut self, label: Option<&FlowText>, name: &Str) -> String {
        let Some(label) = label else { return name.value.clone() };
        let (names, text) = (&self.names, &mut self.text);
        let mut stands_for = |name: &str| match names.get(name) {
            Some((NameMeaning::Value { given: Some([given]), .. }, _))
                if count(text, given.value.len(), label.span) =>
            {
                given.value.clone()
            }
            _ => in_angles(name),
        };
        pick(label, &self.lang).map_or_else(String::new, |words| {
            let label = markup::parse(&words.value, &self.lang, words.span);
            let label = fill::fill(label, &mut |name, _, _| Some(vec![(Content::Chars(stands_for(name)), None)]));
            label.to_plain().replace('\n', " ")
        })
    }

    /// Sets what a value made of others has become.
    pub(super) fn set_made(&mut self, name: &str, made: Option<FilledPieces>) {
        if let Some((NameMeaning::Made { pieces, .. }, _)) = self.names.get_mut(name) {
            *pieces = made;
        }
    }

    /// What a value made of others has become, once all of them are known.
    pub(super) fn made(&self, name: &str) -> Option<Text> {
        let Some((NameMeaning::Made { pieces: Some(pieces), .. }, _)) = self.names.get(name) else { return None };
        let run = |(content, origin): &(Content, Option<Origin>)| Run {
            content: content.clone(),
            style: Style::default(),
            origin: *origin,
        };
        Some(Text { lang: self.lang.clone(), runs: pieces.iter().map(run).collect() })
    }

    /// A text in the plan's language, ready to print.
    pub(super) fn text(&mut self, text: &FlowText, scope: Scope<'a>) -> Text {
        match pick(text, &self.lang) {
            Some(words) if self.take(words.value.len(), words.span) => {
                let mut parsed = markup::parse(&words.value, &self.lang, words.span);
                let bytes = self.references.resolve(&mut parsed, scope.element, &mut self.faults);
                if bytes > 0 && !self.take(bytes, words.span) {
                    return Text::empty(self.lang.clone());
                }
                self.filled(parsed, scope)
            }
            _ => Text::empty(self.lang.clone()),
        }
    }

    /// A parsed text with its values, the elements of a list as a sentence has them.
    pub(super) fn filled(&mut self, text: Text, scope: Scope<'a>) -> Text {
        let between = if self.lang.is_chinese() { "、" } else { ", " };
        self.fill(text, scope, between)
    }

    /// The same as [`Lookup::text`] for a text of something that is left out.
    pub(super) fn text_left_out(&mut self, text: &FlowText, scope: Scope<'a>) -> Text {
        self.references.is_left_out = true;
        let text = self.text(text, scope);
        self.references.is_left_out = false;
        text
    }

    /// The same as [`Lookup::text`] for a text that may be missing.
    pub(super) fn maybe(&mut self, text: Option<&FlowText>, scope: Scope<'a>) -> Option<Text> {
        text.map(|text| self.text(text, scope))
    }

    /// On what something depends that is written at a place: on what the release leaves open, and on what its author says
    /// that shows on the spot.
    pub(super) fn condition(&mut self, at: Span, seen: Option<&FlowText>, scope: Scope<'a>) -> Option<Condition> {
        let open = left_out::condition(self.selected, at);
        match self.maybe(seen, scope) {
            Some(seen) => Some(Condition { seen: Some(seen), ..open.unwrap_or_default() }),
            None => open,
        }
    }

    /// Some sub-items, ready to print, and those that are left out: one for each element of the list where an item has
    /// one. `all` are those of the flow. So many `written` items come before them, and `number` is that of the first. What shows
    /// is `always` written down beside their expected values, unless the flow says otherwise.
    pub(super) fn items(
        &mut self,
        all: &'a [flow::ItemDecl],
        (written, number): (usize, u32),
        always: bool,
        scope: Scope<'a>,
    ) -> (Vec<SubItem>, Vec<LeftOut>) {
        let selected = self.selected;
        let (mut made, mut gaps) = (Vec::with_capacity(all.len()), Vec::new());
        let mut number = number;
        for (index, item) in all.iter().enumerate() {
            let place = item.place();
            if let Some(why) = selected.why(place) {
                let given = item.each.as_ref().and_then(|each| self.lists.given.get(&*each.value));
                let last = number + given.map_or(0, |given| given.len().saturating_sub(1)) as u32;
                let why = left_out::words(why);
                left_out::add(&mut gaps, LeftOut { before: made.len(), letter: None, first: number, last, why });
                number = last + 1;
                continue;
            }
            let elements = match &item.each {
                Some(each) => self.lists.elements(each, &mut self.faults).iter().copied().map(Some).collect(),
                None => vec![None],
            };
            for element in elements {
                let scope = Scope { item: element, ..scope };
                let expect = self.maybe(item.expect.as_ref(), scope);
                made.push(SubItem {
                    written: written + index,
                    number,
                    condition: self.condition(place, item.condition.as_ref(), scope),
                    action: self.text(&item.action, scope),
                    actual: is_written_down(item.actual, expect.as_ref(), always),
                    expect,
                });
                number += 1;
            }
        }
        (made, gaps)
    }

    /// A command to paste, or what comes out of one. Values are put in only if `fill` is set.
    pub(super) fn exact(&mut self, command: &Str, fill: bool, scope: Scope<'a>) -> Text {
        if !self.take(command.value.len(), command.span) {
            return Text::empty(self.lang.clone());
        }
        let exact = markup::exact(&command.value, &self.lang, command.span);
        // A shell takes the elements of a list one by one when spaces are between them.
        if fill { self.fill(exact, scope, " ") } else { exact }
    }

    /// Counts a piece of text that is about to be made, with what it takes beside its characters. Returns false when there is
    /// too much text; then it isn't made.
    pub(super) fn take(&mut self, bytes: usize, text: Span) -> bool {
        count(&mut self.text, bytes, text)
    }

    /// Counts the name of who decides how it goes on.
    pub(super) fn take_decider(&mut self, text: Span) -> bool {
        self.take(self.decider, text)
    }

    /// Every fault that was found.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if let Some(fault) = self.text.fault() {
            self.faults.push(fault);
        }
        self.faults.finish()
    }

    /// Words that are printed unchanged.
    pub(super) fn plain(&mut self, words: &Str) -> Plain {
        if self.take(words.value.len(), words.span) { Plain::from(words) } else { Plain::default() }
    }

    /// Puts values into a text; `between` stands between the elements of a list.
    fn fill(&mut self, text: Text, scope: Scope<'a>, between: &str) -> Text {
        fill::fill(text, &mut |name, origin, range| self.meaning(name, origin, range, scope, between))
    }

    /// What takes the place of a name, or a fault at the place where the name is written.
    pub(super) fn meaning(
        &mut self,
        name: &str,
        origin: Option<Origin>,
        range: std::ops::Range<usize>,
        scope: Scope<'a>,
        between: &str,
    ) -> Option<FilledPieces> {
        let place = origin.map_or(Span::default(), |origin| origin.literal);
        let fault = match self.names.get(name) {
            Some((NameMeaning::Value { given: Some(given), .. }, _)) => {
                let given = *given;
                let bytes = given.iter().map(|one| one.value.len() + 2 * PIECE).sum();
                return count(&mut self.text, bytes, place).then(|| joined(given, between));
            }
            Some((NameMeaning::Value { label, given: None }, _)) => {
                let is_room = count(&mut self.text, name.len() + label.len(), place);
                return is_room.then(|| gap(name, label));
            }
            Some((NameMeaning::Made { pieces: Some(pieces), .. }, _)) => {
                let length = |piece: &(Content, _)| if let Content::Chars(chars) = &piece.0 { chars.len() } else { 0 };
                let bytes = pieces.iter().map(|piece| length(piece) + PIECE).sum();
                return count(&mut self.text, bytes, place).then(|| pieces.clone());
            }
            Some((NameMeaning::Made { label, pieces: None }, _)) => {
                let is_room = count(&mut self.text, name.len() + label.len(), place);
                return is_room.then(|| gap(name, label));
            }
            Some((NameMeaning::Start(index), _)) => {
                let StartWords { label, given } = self.start.words(*index, &self.lang);
                let is_room = count(&mut self.text, name.len() + label.len(), place);
                let given = given.as_ref().map(|given| vec![(Content::Chars(given.clone()), None)]);
                return is_room.then(|| given.unwrap_or_else(|| gap(name, label)));
            }
            Some((NameMeaning::Each { list }, _)) => {
                let around = [scope.item, scope.element].into_iter().flatten();
                if let Some(element) = around.into_iter().find(|element| element.list == *list) {
                    let origin = Origin { literal: element.literal, offset: 0 };
                    let name = || vec![(Content::Chars(element.name.to_owned()), Some(origin))];
                    return count(&mut self.text, element.name.len(), place).then(name);
                }
                let message =
                    format!("`{name}` has a meaning only in a block or an item that repeats for each of `{list}`");
                let help = format!(
                    "write `{{{{ {list} }}}}` for all of them, or give the block or the item `each = \"{list}\"`"
                );
                ("element-outside", message, Some(help))
            }
            Some((NameMeaning::Record { label }, _)) => {
                let first = self.made.records.get(name);
                if scope.place.is_some_and(|place| first.is_some_and(|first| first.is_by(place))) {
                    let is_room = count(&mut self.text, name.len() + label.len(), place);
                    return is_room.then(|| gap(name, label));
                }
                let message = format!("`{name}` isn't recorded yet where this is read");
                ("value-before-record", message, Some("use it only after the step that records it".to_owned()))
            }
            None => ("unknown-value", String::new(), None),
        };
        let origin = origin?;
        let span = locate(self.sources, origin, range);
        match fault {
            (code, message, Some(help)) => self.faults.push(Diagnostic::error(code, span, message).help(help)),
            (code, _, None) => {
                let written = Str::new(name.to_owned(), span);
                self.faults.unknown(code, &written, "no value is called", self.names.keys().copied(), || {
                    format!("declare it under `[values]`: `{name} = \"…\"`")
                });
            }
        }
        None
    }

    /// A contact by its name; an unknown name is a fault.
    pub(super) fn contact(&mut self, name: &Str) -> Option<ContactIx> {
        let Some((contact, bytes)) = self.contacts.get(&*name.value).copied() else {
            self.unknown_contact(name, &[]);
            return None;
        };
        self.take(bytes, name.span).then_some(contact)
    }

    /// Reports a contact that isn't declared. The suggestion may also be one of `roles`.
    fn unknown_contact(&mut self, name: &Str, roles: &[&'static str]) {
        let known = self.contacts.keys().copied().chain(roles.iter().copied());
        self.faults.unknown("unknown-contact", name, "no contact is called", known, || match &*name.value {
            role if ROLES.contains(&role) => {
                format!("the {role} is one of the two people, whom each release names: name a contact of the flow, or leave this out")
            }
            id => format!("add `[contacts.{id}]` with a `name`"),
        });
    }

    /// `operator`, `checker` or a contact by its name; an unknown name is a fault.
    pub(super) fn who(&mut self, name: &Str) -> Option<Who> {
        match &*name.value {
            "operator" => Some(Who::Operator),
            "checker" => Some(Who::Checker),
            known if self.contacts.contains_key(known) => self.contact(name).map(Who::Contact),
            _ => {
                self.unknown_contact(name, &ROLES);
                None
            }
        }
    }
}

fn count(text: &mut Tally, bytes: usize, place: Span) -> bool {
    text.add(&[(bytes + PIECE, "bytes")], Some(place))
}

/// The bytes of a line that may be missing.
fn bytes(line: Option<&Str>) -> usize {
    line.map_or(0, |line| line.value.len())
}

/// The entry of a text in a language. An entry without a language serves for all.
pub(super) fn pick<'t>(text: &'t FlowText, lang: &Lang) -> Option<&'t Str> {
    let of = |wanted: Option<&str>| {
        text.entries.iter().find(|(tag, _)| tag.as_ref().map(|tag| &*tag.value) == wanted).map(|(_, words)| words)
    };
    of(Some(lang.tag())).or_else(|| of(None)).or_else(|| text.entries.first().map(|(_, words)| words))
}

/// A gap for a value or a record, by its name and its label.
fn gap(name: &str, label: &str) -> FilledPieces {
    vec![(Content::Blank(Box::new(Gap::value(name, label))), None)]
}

fn joined(given: &[Line], between: &str) -> FilledPieces {
    let mut pieces = Vec::with_capacity(given.len() * 2);
    for one in given {
        if !pieces.is_empty() {
            pieces.push((Content::Chars(between.to_owned()), None));
        }
        let origin = Origin { literal: one.span, offset: 0 };
        pieces.push((Content::Chars(one.value.clone()), Some(origin)));
    }
    pieces
}
