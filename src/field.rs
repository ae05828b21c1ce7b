//! What can be filled in on a check list: every box, line and signature, as plain data.
//!
//! A field says what is written there and where that stands in the procedure. It doesn't know the list's language, its
//! pages or the order of other fields, so its name stays the same when something is added elsewhere. [`mod@name`] turns
//! a field into the name that a PDF carries, and back.

pub mod name;
#[cfg(test)]
mod tests;

use std::fmt;

pub use name::FieldName;

/// Declares an enum whose variants each have a word in the names of fields.
macro_rules! worded {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every variant, in the order in which a list prints them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The words of all, in the same order.
            pub const WORDS: &[&'static str] = &[$($word),+];

            /// The word for it in the names of fields.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The variant that has this word in the names of fields.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

/// A step's number as it is printed: `4`, `4/host-1`, `R2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepNumber {
    /// The letter of a rollback (`R`, `S`, …), `C` for a cold step, `A` for one after the release, none for a hot step.
    pub letter: Option<char>,
    /// Counted from 1 across blocks.
    pub number: u32,
    /// In a block that repeats, the element.
    pub instance: Option<String>,
}

impl StepNumber {
    /// The number without the element, which all copies of a step share.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { instance: None, ..self.clone() }
    }
}

impl fmt::Display for StepNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(letter) = self.letter {
            write!(f, "{letter}")?;
        }
        write!(f, "{}", self.number)?;
        match &self.instance {
            Some(instance) => write!(f, "/{instance}"),
            None => Ok(()),
        }
    }
}

worded! {
    /// The two people who fill the list in.
    pub enum Party {
        /// The one who acts.
        Operator = "operator",
        /// The one who watches and compares.
        Checker = "checker",
    }
}

worded! {
    /// How the release went.
    pub enum Outcome {
        /// It went to its end.
        Executed = "executed",
        /// It wasn't begun.
        NotExecuted = "not-executed",
        /// It ended early, without a rollback.
        Aborted = "aborted",
        /// It was rolled back.
        RolledBack = "rolled-back",
        /// The list is void: it was printed but doesn't count.
        Void = "void",
    }
}

worded! {
    /// The lines in the foot of a page.
    pub enum FootLine {
        /// The last step done.
        LastStep = "last-step",
        /// The operator's initials.
        Operator = "operator",
        /// The checker's initials.
        Checker = "checker",
    }
}

worded! {
    /// What is known of the operator or the checker.
    pub enum Personal {
        /// Printed name.
        Name = "name",
        /// Telephone number.
        Phone = "phone",
        /// The initials that they sign steps with.
        Initials = "initials",
    }
}

worded! {
    /// The planned times.
    pub enum Planned {
        /// When it starts.
        Start = "start",
        /// When it ends.
        End = "end",
        /// The latest time to decide on a rollback.
        Decision = "decision",
    }
}

worded! {
    /// The notices that are ticked.
    pub enum Severity {
        /// Something may be damaged.
        Caution = "caution",
        /// Something may be lost for good.
        Warning = "warning",
    }
}

worded! {
    /// The answers of whoever decides at a hold.
    pub enum Answer {
        /// Go on.
        Yes = "yes",
        /// Don't go on.
        No = "no",
    }
}

worded! {
    /// The lines of a signature.
    pub enum Signing {
        /// Printed name.
        Name = "name",
        /// The signature itself.
        Signature = "signature",
        /// Date and time.
        Time = "time",
    }
}

worded! {
    /// What is filled in for an approval.
    pub enum Approving {
        /// Printed name.
        Name = "name",
        /// What they say of the change.
        Opinion = "opinion",
        /// The signature itself.
        Signature = "signature",
        /// The date.
        Date = "date",
    }
}

worded! {
    /// The times of an atomic block.
    pub enum AtomicTime {
        /// When it began.
        Begun = "begun",
        /// When it ended.
        Ended = "ended",
    }
}

worded! {
    /// How a rollback was entered.
    pub enum Entered {
        /// The step from which it was entered.
        Step = "step",
        /// Who decided that.
        Decider = "decider",
        /// When that was.
        Time = "time",
        /// Why it was entered.
        Reason = "reason",
    }
}

worded! {
    /// What is written into a cell of a reading.
    pub enum Measured {
        /// A number or a text.
        Value = "value",
        /// How many entries a list has.
        Count = "count",
        /// Where the list is kept.
        Evidence = "evidence",
        /// Which entries are missing.
        Missing = "missing",
        /// Who accepted that.
        Accepted = "accepted",
    }
}

worded! {
    /// What the checker finds when a reading is compared.
    pub enum Compared {
        /// All of it is as expected.
        Match = "match",
        /// Some of it isn't.
        NoMatch = "no-match",
    }
}

worded! {
    /// What the main list says of the cold list, which was printed and signed before it.
    pub enum ColdEntry {
        /// Its list digest.
        List = "list",
        /// When it was signed.
        Signed = "signed",
        /// Which of its items are still open.
        Open = "open",
    }
}

worded! {
    /// What is recorded when one person takes over from another.
    pub enum Handover {
        /// When that was.
        Time = "time",
        /// At which step.
        Step = "step",
        /// The state of the system, and until when it is safe.
        State = "state",
        /// That no atomic block is under way, since it has ended.
        BlockOver = "block-over",
        /// What an atomic block had changed is restored.
        Restored = "restored",
        /// A rollback is possible.
        RollbackPossible = "rollback-possible",
        /// Who hands over.
        From = "from",
        /// Who takes over.
        To = "to",
        /// Who checks from now on.
        Checker = "checker",
    }
}

worded! {
    /// What is recorded of a deviation.
    pub enum Deviation {
        /// At which step.
        Step = "step",
        /// When it was noticed.
        Time = "time",
        /// What happened.
        What = "what",
        /// Why, and what was done.
        Why = "why",
        /// The operator's initials.
        Operator = "operator",
        /// The checker's initials.
        Checker = "checker",
    }
}

worded! {
    /// The gaps in our own labels.
    pub enum LabelGap {
        /// Number of the run.
        Number = "number",
        /// When the list was printed.
        Printed = "printed",
        /// From which step.
        From = "from",
        /// To which step.
        To = "to",
        /// In whose place.
        As = "as",
        /// The value that a step records.
        Record = "record",
        /// Who reported that work was done.
        ReportedBy = "reported-by",
        /// When they reported it.
        ReportedAt = "reported-at",
        /// When a wait began.
        WaitBegun = "wait-begun",
        /// When it must end.
        WaitUntil = "wait-until",
        /// Who signed a decision.
        Signed = "signed",
        /// When they signed it.
        SignedAt = "signed-at",
        /// Who accepted that it goes on.
        Accepted = "accepted",
    }
}

/// What is to be written into a gap in a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// The value or the record of this name in the flow.
    Value(String),
    /// The telephone number of the contact of this name in the flow.
    Phone(String),
    /// What our own label around the gap asks for.
    Label(LabelGap),
}

/// A row with boxes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowId {
    /// A step, or one of its items, numbered from 1.
    Step(StepNumber, Option<u32>),
    /// What is made ready before the start, numbered from 1.
    Prepare(u32),
    /// The gate of the block that begins with a step, or one of the gate's items, numbered from 1.
    Gate(StepNumber, Option<u32>),
}

/// What is filled in on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowPart {
    /// The box of one of the two people.
    Box(Party),
    /// What was found.
    Actual,
    /// When it was done.
    Time,
    /// The answer to a hold.
    Hold(Answer),
    /// An option of a choice, numbered from 1.
    Option(u32),
    /// That this command is the one that was used, numbered from 1.
    Command(u32),
    /// That this one of several was told, numbered from 1.
    Told(u32),
}

/// What is signed for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signed {
    /// The cold steps, done before the release.
    Cold,
    /// The start: that both people are ready.
    Start,
    /// The block that begins with a step.
    Block(StepNumber),
    /// The steps after the release.
    After,
    /// The list as a whole.
    Final,
}

/// A table of readings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadingId {
    /// The reading's name in the flow.
    pub reading: String,
    /// The step that takes the reading. A block that repeats takes it once for each element, into tables of their own.
    pub take: Option<StepNumber>,
}

/// A row of a reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadingRowId {
    /// Its table.
    pub table: ReadingId,
    /// Counted from 1.
    pub row: u32,
}

/// A column of a reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The values that are recorded first.
    Before,
    /// The values that a step compares with those.
    Step(StepNumber),
}

/// Where a text or a notice stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// The head of every page.
    Head,
    /// The outcome, on the first page.
    Outcome,
    /// The sheet before the start.
    Start,
    /// How one of the two people hands over, on the same sheet.
    HandingOver(Party),
    /// A row with boxes.
    Row(RowId),
    /// The block that begins with a step.
    Block(StepNumber),
    /// A rollback, by its letter.
    Rollback(char),
    /// The title of a reading.
    ReadingTitle(ReadingId),
    /// A row of a reading.
    Reading(ReadingRowId),
    /// The place where one of the two people signs.
    Signature(Signed, Party),
    /// The place where whoever took over signs, in the block that begins with a step.
    Successor(StepNumber),
}

/// Something to fill in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// A line in the foot of a page, numbered from 1.
    Foot(u32, FootLine),
    /// How the release went: one of the boxes.
    Outcome(Outcome),
    /// Why it didn't go as planned.
    Reason,
    /// What is known of the operator or the checker.
    Person(Party, Personal),
    /// A planned time.
    Planned(Planned),
    /// A value of the release, by its name in the flow.
    Value(String),
    /// Who is on call for a contact, with their number; by the contact's name in the flow.
    Contact(String),
    /// A box or a line of a row.
    Row(RowId, RowPart),
    /// That a caution or a warning was read.
    Notice(Where, Severity, Party),
    /// That a row or a block doesn't apply to this release, which left that open when the list was printed.
    NotApplicable(Where),
    /// A line of a signature.
    Signature(Signed, Party, Signing),
    /// The same for whoever took over, in the block that begins with a step.
    Successor(StepNumber, Signing),
    /// Part of an approval, by its name in the flow.
    Approval(String, Approving),
    /// When the atomic block that begins with a step began or ended.
    Atomic(StepNumber, AtomicTime),
    /// Part of a cell of a reading.
    Reading(ReadingRowId, Column, Measured),
    /// What the checker finds when a step compares a reading.
    Verdict(ReadingId, StepNumber, Compared),
    /// How the rollback of a letter was entered.
    Rollback(char, Entered),
    /// What the main list says of the cold list.
    ColdList(ColdEntry),
    /// A line of the table of handovers, numbered from 1.
    Handover(u32, Handover),
    /// A line of the table of deviations, numbered from 1.
    Deviation(u32, Deviation),
    /// A gap in a text: where it stands, what belongs there, and which of several alike it is, counted from 1.
    Gap(Where, Wanted, u32),
}

impl Field {
    /// True where somebody signs: with a pen, or on a screen with a key of their own.
    #[must_use]
    pub const fn is_signature(&self) -> bool {
        matches!(
            self,
            Self::Signature(_, _, Signing::Signature)
                | Self::Successor(_, Signing::Signature)
                | Self::Approval(_, Approving::Signature)
        )
    }

    /// Whose box it is, for a box that one of the two people ticks by their role; `None` for every other field.
    #[must_use]
    pub const fn box_of(&self) -> Option<Party> {
        match self {
            Self::Row(_, RowPart::Box(party)) | Self::Notice(_, _, party) => Some(*party),
            Self::Verdict(..) => Some(Party::Checker),
            _ => None,
        }
    }
}
