//! What can happen in a step: something written down, decided, awaited, chosen, told.

use std::collections::BTreeSet;
use std::ops::{Deref, Range};

use super::super::declare::table;
use super::super::keys::ValueShape;
use super::super::named::{FileUse, NamedFiles};
use super::super::reader::{FromToml, Reader, TableFields, TextAt, TextKey, Texts, ValueSlot};
use super::super::types::{AtLeast, FlowText, Id, LineText, Minutes, Name, OneOrMore, OrDefault, Str, TextPath};
use super::condition::{ConditionDecl, conditional};
use super::declared::ContactDecl;
use super::route::Route;
use super::text_file::{is_said_once, text_of};
use crate::diagnostic::{Diagnostic, FileId, Sources, Span};
use crate::limits::{MESSAGE_CHARACTERS, MESSAGE_LINES};

/// A step that can't be taken back.
#[derive(Debug, Clone)]
pub struct Irreversible {
    /// Why, when the author says it.
    pub why: Option<FlowText>,
    /// Where the key's value stands.
    pub span: Span,
}

impl Texts for Irreversible {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.why.texts(key, see);
    }
}

impl FromToml for Irreversible {
    const SHAPE: ValueShape = ValueShape::Either(&bool::SHAPE, &FlowText::SHAPE);

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let span = reader.span(slot.value.span());
        match slot.value.get_ref().as_bool() {
            Some(is_set) => is_set.then_some(Self { why: None, span }),
            None => Some(Self { why: Some(reader.text(slot)?), span }),
        }
    }
}

table! {
    /// A value that is written down.
    pub struct RecordDecl "record" {
        RECORD "`record`" "a value that is written down and used later";
    }
    keys {
        /// its name in `{{ name }}` of later steps
        name: Id,
        /// its label; the name by default
        label: Option<LineText>,
        /// its unit
        unit: Option<LineText>,
    }
    short "name" Id;
}

table! {
    /// A point where somebody decides.
    pub struct HoldDecl "hold" {
        HOLD "`hold`" "somebody decides before the procedure goes on";
    }
    keys {
        /// the question
        ask: FlowText,
        /// `operator`, `checker` or a contact; the checker by default
        decider: Decider,
        /// longest time to wait for the answer
        at_most: Option<Minutes>,
        /// what a "no" leads to
        no: Option<Route>,
    }
}

/// Who decides at a hold; the checker by default.
#[derive(Debug, Clone)]
pub struct Decider(Name<ContactDecl>);

impl Deref for Decider {
    type Target = Name<ContactDecl>;

    fn deref(&self) -> &Name<ContactDecl> {
        &self.0
    }
}

impl Texts for Decider {}

impl FromToml for Decider {
    const SHAPE: ValueShape = Name::<ContactDecl>::SHAPE;
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        Name::read(reader, slot).map(Self)
    }

    fn missing(at: Span) -> Option<Self> {
        Some(Self(Str::new("checker".to_owned(), at).into()))
    }
}

table! {
    /// Something that must come true.
    pub struct WaitDecl "wait" {
        WAIT "`wait`" "something must come true before the procedure goes on";
    }
    keys {
        /// what must come true
        condition "for": FlowText,
        /// how often to look
        every: Option<Minutes>,
        /// longest time to wait
        at_most: Option<Minutes>,
        /// what happens then
        otherwise: Option<Route>,
    }
}

table! {
    /// A decision with several ways out.
    pub struct ChooseDecl "choose" {
        CHOOSE "`choose`" "one of several ways to go on";
    }
    keys {
        /// the question
        ask: FlowText,
        /// its answers, at least two
        options: AtLeast<OptionDecl, 2>,
    }
}

table! {
    /// One answer.
    pub struct OptionDecl "option" {
        OPTION "an option" "one answer of a choice";
    }
    keys {
        /// the condition
        condition "if": FlowText,
        /// where it leads
        then: Route,
        /// it applies only if the release is this: words of values with `choices`
        only: Option<ConditionDecl>,
        /// it doesn't apply if the release is this
        unless: Option<ConditionDecl>,
    }
}

conditional! {
    OptionDecl at condition.span;
}

table! {
    /// A message, ready to paste.
    pub struct TellDecl "tell" {
        TELL "`tell`" "a message to a group, ready to paste";
    }
    keys {
        /// who is told: one contact or several
        to: OrDefault<OneOrMore<Name<ContactDecl>>>,
        /// its subject
        subject: Option<LineText>,
        /// the message
        message: Option<FlowText>,
        /// the text file that says it, in place of `message`
        file: Option<TextPath>,
    }
    short "message" FlowText;
    needs MESSAGE;
    settle says_a_message;
}

/// Keys that say what is told.
const MESSAGE: [&str; 2] = ["message", "file"];

impl TellDecl {
    /// Takes what its file says for its message, as far as that can be read. Files that are known to be longer than a message
    /// are `too_long`.
    pub(super) fn take_text(
        &mut self,
        files: &NamedFiles,
        sources: &Sources,
        too_long: &mut BTreeSet<FileId>,
        faults: &mut Vec<Diagnostic>,
    ) {
        let Some(paths) = &self.file else { return };
        let named = || paths.entries.iter().filter_map(|(_, path)| files.source(FileUse::Text, &path.value));
        for file in named() {
            if !too_long.contains(&file)
                && let text = &*sources.file(file).text
                && let Some(fault) = is_document(text, |range| Span::new(file, range.start, range.end))
            {
                too_long.insert(file);
                faults.push(fault);
            }
        }
        if !named().any(|file| too_long.contains(&file)) {
            self.message = text_of(paths, files, sources, faults);
        }
    }
}

/// Reports a message that is given twice or not at all, and one that is too long.
fn says_a_message(tell: TellDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> TellDecl {
    let help = "write `message = \"…\"`, or name a text file: `file = \"message.txt\"`";
    is_said_once(reader, fields, MESSAGE, "`tell` has no message", help);
    for (_, words) in tell.message.iter().flat_map(|message| &message.entries) {
        if let Some(fault) = is_document(&words.value, |_| words.span) {
            reader.fault(fault);
        }
    }
    tell
}

/// The fault of a message that would take more than about three pages. `place` finds the place of some bytes of it.
fn is_document(message: &str, place: impl Fn(Range<usize>) -> Span) -> Option<Diagnostic> {
    // The end of a file's last line is no part of the message; other blank lines count, as they take time and room.
    let words = message.strip_suffix('\n').unwrap_or(message);
    let (lines, characters) = (words.lines().count(), words.chars().count());
    if lines <= MESSAGE_LINES && characters <= MESSAGE_CHARACTERS {
        return None;
    }
    // From the first that is too much to the end of its line.
    let by_characters = words.char_indices().nth(MESSAGE_CHARACTERS).map_or(words.len(), |(at, _)| at);
    let by_lines = words.match_indices('\n').nth(MESSAGE_LINES - 1).map_or(words.len(), |(at, _)| at + 1);
    let from = by_characters.min(by_lines);
    let line = words[from..].lines().next().map_or(0, str::len);
    let said = format!(
        "a message of {lines} lines and {characters} characters; {MESSAGE_LINES} and {MESSAGE_CHARACTERS} are allowed"
    );
    Some(
        Diagnostic::error("too-long", place(from..from + line), said)
            .help("say what is new, and where the rest can be read"),
    )
}
