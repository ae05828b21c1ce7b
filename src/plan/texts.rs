//! Every text of a plan, with what it is for and where it is written: the one list that the glyph check, the search for
//! what fills a page and the tests go through.

use std::borrow::Cow;

use super::{Block, Plain, Plan};
use crate::text::{Lang, Text};

/// What a text of a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextRole {
    /// What is released.
    Title,
    /// What the procedure is for.
    About,
    /// Who owns the flow.
    Owner,
    /// Whose document it is, or who may read it.
    Look,
    /// The flow's revision.
    Revision,
    /// Where the runbook is published.
    Runbook,
    /// Whom mails come from.
    Sender,
    /// The number of the run.
    Number,
    /// The name of a person.
    Person,
    /// A number to call.
    Phone,
    /// A mail address.
    Mail,
    /// What a value is called.
    Label,
    /// An example of a value.
    Example,
    /// What the release gives for a value.
    Given,
    /// The name of a contact.
    Contact,
    /// The heading of a block or a reading.
    Heading,
    /// An element that a block repeats for, or what any one of them is called.
    Element,
    /// What is done.
    Action,
    /// What shows that it worked.
    Expect,
    /// What a command is for.
    CommandTitle,
    /// What is pasted.
    Command,
    /// What comes out of a command.
    Output,
    /// The unit of a number.
    Unit,
    /// How two values must relate.
    Relation,
    /// A remark.
    Note,
    /// What may be damaged.
    Caution,
    /// What may not come back.
    Warning,
    /// How a step is undone by hand.
    Undo,
    /// Why nothing is undone any more.
    NoReturn,
    /// What somebody is asked, or what an answer says.
    Question,
    /// What must come true, or on what something depends.
    Condition,
    /// A fact of the change.
    Fact,
    /// A measure that calls for a rollback.
    Measure,
    /// What the operator or the checker is called.
    Role,
    /// How the operator or the checker hands over.
    Handover,
    /// What somebody is told.
    Message,
    /// The subject of a mail.
    Subject,
    /// What the release means for those who are told.
    Impact,
    /// What those who are told are asked to do.
    Request,
    /// Work that goes on beside the steps.
    Work,
    /// Where to look.
    Link,
    /// A state that is left behind.
    State,
    /// Why a rule is broken on purpose.
    Reason,
    /// What an appendix says.
    Prose,
    /// What an older revision said.
    Removed,
}

impl TextRole {
    /// Whether it is set in the fonts of the check list and the chart. The other ones are for runbook and mails alone.
    #[must_use]
    pub const fn is_set(self) -> bool {
        !matches!(self, Self::About | Self::Sender | Self::Mail | Self::Reason)
    }

    /// Whether it is pasted, or compared with what comes out: a gap in it is a name.
    #[must_use]
    pub const fn is_pasted(self) -> bool {
        matches!(self, Self::Command | Self::Output | Self::Message)
    }
}

/// The words of a text.
#[derive(Debug, Clone, Copy)]
pub enum TextWords<'a> {
    /// Runs with markup and values.
    Rich(&'a Text),
    /// A string without markup.
    Plain(&'a Plain),
    /// The same, where nobody wrote it down as it stands.
    Made(&'a str),
}

impl<'a> TextWords<'a> {
    /// The words as a text that knows its place.
    #[must_use]
    pub fn text(self, lang: &Lang) -> Cow<'a, Text> {
        let (words, origin) = match self {
            Self::Rich(text) => return Cow::Borrowed(text),
            Self::Plain(plain) => (&*plain.words, plain.origin),
            Self::Made(words) => (words, None),
        };
        let mut text = Text::plain(lang, words);
        text.runs.iter_mut().for_each(|run| run.origin = origin);
        Cow::Owned(text)
    }
}

/// What a visitor is shown: a text and what it is for.
pub(super) type See<'s, 'a> = dyn FnMut(TextRole, TextWords<'a>) + 's;

impl Plan {
    /// Shows every text to `see`, in the order of the parts.
    pub fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::Title, [&self.title]);
        rich(see, TextRole::About, &self.about);
        rich(see, TextRole::Owner, &self.owner);
        rich(see, TextRole::Look, self.look.words().into_iter().flatten());
        plain(see, TextRole::Revision, &self.revision);
        plain(see, TextRole::Revision, self.parts.iter().flat_map(|part| [&part.part, &part.revision]));
        plain(see, TextRole::Runbook, &self.runbook);
        plain(see, TextRole::Sender, &self.mail_from);
        plain(see, TextRole::Number, &self.release.number);
        for person in [&self.release.operator, &self.release.checker] {
            plain(see, TextRole::Person, &person.name);
            plain(see, TextRole::Phone, &person.phone);
        }
        for value in &self.values {
            rich(see, TextRole::Label, [&value.label]);
            plain(see, TextRole::Example, &value.example);
            match &value.made {
                Some(made) => rich(see, TextRole::Given, [made]),
                None => plain(see, TextRole::Given, value.given.iter().flatten().chain(&value.choices)),
            }
        }
        for contact in &self.contacts {
            rich(see, TextRole::Contact, [&contact.name]);
            plain(see, TextRole::Person, &contact.person);
            plain(see, TextRole::Mail, &contact.email);
            plain(see, TextRole::Phone, &contact.phone);
        }
        self.prepare.iter().flatten().for_each(|item| item.texts(see));
        plain(see, TextRole::Role, self.called.iter().flatten());
        rich(see, TextRole::Handover, self.handover.iter().flatten());
        for fact in &self.facts {
            rich(see, TextRole::Label, [&fact.label]);
            rich(see, TextRole::Fact, [&fact.text]);
        }
        for approval in &self.approvals {
            rich(see, TextRole::Contact, &approval.role);
            rich(see, TextRole::Label, &approval.what);
            if let Some(given) = &approval.given {
                plain(see, TextRole::Person, [&given.name]);
                plain(see, TextRole::Number, &given.ticket);
            }
        }
        for measure in self.decision.iter().flat_map(|decision| &decision.when) {
            rich(
                see,
                TextRole::Measure,
                [&measure.measure].into_iter().chain(&measure.place).chain(&measure.threshold),
            );
        }
        for reading in &self.readings {
            rich(see, TextRole::Heading, [&reading.title]);
            for row in &reading.rows {
                rich(see, TextRole::Action, [&row.item]);
                rich(see, TextRole::Unit, &row.unit);
                if let super::Relation::Within(tolerance) = &row.relation {
                    see(TextRole::Relation, TextWords::Made(tolerance));
                }
            }
        }
        self.cold.iter().for_each(|task| task.texts(see));
        self.hot.iter().for_each(|block| block.texts(see));
        self.rollback.iter().for_each(|block| block.texts(see));
        self.steps.iter().for_each(|step| step.texts(see));
        self.after.iter().for_each(|task| task.texts(see));
        self.appendices.iter().for_each(|appendix| appendix.texts(see));
        rich(see, TextRole::Reason, self.allowed.iter().map(|allowed| &allowed.reason));
    }
}

impl Block {
    /// Shows its own texts, without those of its steps.
    fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::Heading, [&self.title]);
        if let Some(instance) = &self.instance {
            plain(see, TextRole::Element, [&instance.name]);
            see(TextRole::Element, TextWords::Made(&instance.each));
        }
        rich(see, TextRole::Note, &self.note);
        rich(see, TextRole::Caution, &self.caution);
        rich(see, TextRole::Warning, &self.warning);
        self.gate.iter().for_each(|item| item.texts(see));
        self.gate_way_out.iter().for_each(|way_out| way_out.texts(see));
    }
}

/// Shows texts with markup.
pub(super) fn rich<'a>(see: &mut See<'_, 'a>, role: TextRole, texts: impl IntoIterator<Item = &'a Text>) {
    texts.into_iter().for_each(|text| see(role, TextWords::Rich(text)));
}

/// Shows strings without markup.
pub(super) fn plain<'a>(see: &mut See<'_, 'a>, role: TextRole, words: impl IntoIterator<Item = &'a Plain>) {
    words.into_iter().for_each(|words| see(role, TextWords::Plain(words)));
}
