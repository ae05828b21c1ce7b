//! The names of fields: parts joined by dots, as PDF wants it. No field's name is the beginning of another's, because
//! in a PDF a name can't be both a field and a group of fields.

use std::fmt;
use std::str::FromStr;

use super::{
    Answer, Approving, AtomicTime, ColdEntry, Column, Compared, Deviation, Entered, Field, FootLine, Handover,
    LabelGap, Measured, Outcome, Party, Personal, Planned, ReadingId, ReadingRowId, RowId, RowPart, Severity, Signed,
    Signing, StepNumber, Wanted, Where,
};

/// A field of one copy of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldName {
    /// Number of the copy, from 1.
    pub copy: u32,
    /// The field.
    pub field: Field,
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", copy(self.copy), self.field)
    }
}

impl FieldName {
    /// The name of the question that the field answers, which several boxes may share: what is missing when none of
    /// them is filled in.
    #[must_use]
    pub fn question(&self) -> String {
        let question = match &self.field {
            Field::Outcome(_) => "outcome".to_owned(),
            Field::Row(row, RowPart::Hold(_)) => format!("{row}.{HOLD}"),
            Field::Row(row, RowPart::Option(_)) => format!("{row}.{OPTION}"),
            Field::Row(row, RowPart::Command(_)) => format!("{row}.{COMMAND}"),
            Field::Verdict(table, step, _) => format!("{table}.{VERDICT}.step-{}", NumberPart(step)),
            field => field.to_string(),
        };
        format!("{}{question}", copy(self.copy))
    }
}

impl FieldName {
    /// The beginning that the names of all fields of one row share: those that stand beside each other on paper.
    #[must_use]
    pub fn row(&self) -> String {
        let row = match &self.field {
            Field::Gap(place, ..) => return format!("{}{place}", copy(self.copy)),
            Field::Row(row, _) => return format!("{}{row}", copy(self.copy)),
            Field::Reading(row, column, _) => return format!("{}{row}.{column}", copy(self.copy)),
            _ => self.to_string(),
        };
        row.rsplit_once('.').map_or_else(String::new, |(row, _)| row.to_owned())
    }
}

/// The beginning of the names of a copy's fields.
fn copy(number: u32) -> String {
    if number == 1 { String::new() } else { format!("copy-{number}.") }
}

/// The error for a text that isn't the name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

impl FromStr for FieldName {
    type Err = Unknown;

    fn from_str(name: &str) -> Result<Self, Unknown> {
        let numbered = name.strip_prefix("copy-").and_then(|rest| rest.split_once('.'));
        let (copy, field) = match numbered {
            Some((number, field)) => (number.parse().map_err(|_| Unknown)?, field),
            None => (1, name),
        };
        let read = Self { copy, field: field.parse()? };
        if read.to_string() == name { Ok(read) } else { Err(Unknown) }
    }
}

const NOT_APPLICABLE: &str = "not-applicable";
const HOLD: &str = "hold";
const OPTION: &str = "option";
const COMMAND: &str = "command";
const TOLD: &str = "told";
const VERDICT: &str = "verdict";
const SUCCESSOR: &str = "successor";

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foot(page, line) => write!(f, "page-{page}.{}", line.word()),
            Self::Outcome(outcome) => write!(f, "outcome.{}", outcome.word()),
            Self::Reason => f.write_str("outcome.reason"),
            Self::Person(party, what) => write!(f, "people.{}.{}", party.word(), what.word()),
            Self::Planned(planned) => write!(f, "planned.{}", planned.word()),
            Self::Value(name) => write!(f, "value.{}", NamePart(name)),
            Self::Contact(name) => write!(f, "contact.{}", NamePart(name)),
            Self::Approval(name, what) => write!(f, "approval.{}.{}", NamePart(name), what.word()),
            Self::Row(row, entry) => write!(f, "{row}.{entry}"),
            Self::Notice(place, severity, party) => write!(f, "{place}.{}.{}", severity.word(), party.word()),
            Self::NotApplicable(place) => write!(f, "{place}.{NOT_APPLICABLE}"),
            Self::Signature(signed, party, line) => write!(f, "{signed}.{}.{}", party.word(), line.word()),
            Self::Successor(first, line) => write!(f, "block.{}.{SUCCESSOR}.{}", NumberPart(first), line.word()),
            Self::Atomic(first, moment) => write!(f, "block.{}.{}", NumberPart(first), moment.word()),
            Self::Verdict(table, step, verdict) => {
                write!(f, "{table}.{VERDICT}.step-{}.{}", NumberPart(step), verdict.word())
            }
            Self::Reading(row, column, what) => write!(f, "{row}.{column}.{}", what.word()),
            Self::Rollback(letter, what) => write!(f, "rollback.{letter}.{}", what.word()),
            Self::ColdList(what) => write!(f, "cold.{}", what.word()),
            Self::Handover(row, what) => write!(f, "handover.{row}.{}", what.word()),
            Self::Deviation(row, what) => write!(f, "deviation.{row}.{}", what.word()),
            Self::Gap(place, wanted, nth) => {
                let (kind, name) = match wanted {
                    Wanted::Value(name) => ("value", Some(name)),
                    Wanted::Phone(name) => ("phone", Some(name)),
                    Wanted::Label(gap) => (gap.word(), None),
                };
                write!(f, "{place}.{kind}")?;
                if *nth != 1 {
                    write!(f, "-{nth}")?;
                }
                name.map_or(Ok(()), |name| write!(f, ".{}", NamePart(name)))
            }
        }
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("release"),
            Self::Outcome => f.write_str("outcome"),
            Self::Start => f.write_str("start"),
            Self::HandingOver(party) => write!(f, "handing-over.{}", party.word()),
            Self::Row(row) => row.fmt(f),
            Self::Block(first) => write!(f, "block.{}", NumberPart(first)),
            Self::Rollback(letter) => write!(f, "rollback.{letter}"),
            Self::ReadingTitle(table) => table.fmt(f),
            Self::Reading(row) => row.fmt(f),
            Self::Signature(signed, party) => write!(f, "{signed}.{}", party.word()),
            Self::Successor(first) => write!(f, "block.{}.{SUCCESSOR}", NumberPart(first)),
        }
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = match self {
            Self::Step(number, item) => {
                write!(f, "step.{}", NumberPart(number))?;
                item
            }
            Self::Prepare(number) => return write!(f, "prepare.{number}"),
            Self::Gate(first, item) => {
                write!(f, "block.{}.gate", NumberPart(first))?;
                item
            }
        };
        item.map_or(Ok(()), |item| write!(f, ".{item}"))
    }
}

impl fmt::Display for RowPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Box(party) => f.write_str(party.word()),
            Self::Actual => f.write_str("actual"),
            Self::Time => f.write_str("time"),
            Self::Hold(answer) => write!(f, "{HOLD}.{}", answer.word()),
            Self::Option(number) => write!(f, "{OPTION}.{number}"),
            Self::Command(number) => write!(f, "{COMMAND}.{number}"),
            Self::Told(number) => write!(f, "{TOLD}.{number}"),
        }
    }
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cold => f.write_str("cold.signature"),
            Self::Start => f.write_str("start.signature"),
            Self::Block(first) => write!(f, "block.{}.signature", NumberPart(first)),
            Self::After => f.write_str("after.signature"),
            Self::Final => f.write_str("final.signature"),
        }
    }
}

impl fmt::Display for ReadingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading.{}", NamePart(&self.reading))?;
        if let Some(take) = &self.take {
            write!(f, ".step-{}", NumberPart(take))?;
        }
        Ok(())
    }
}

impl fmt::Display for ReadingRowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.row)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before => f.write_str("before"),
            Self::Step(number) => write!(f, "step-{}", NumberPart(number)),
        }
    }
}

/// A step's number as one part of a field's name: `R2`, `4-host1%2Eorg`.
struct NumberPart<'a>(&'a StepNumber);

impl fmt::Display for NumberPart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StepNumber { letter, number, instance } = self.0;
        if let Some(letter) = letter {
            write!(f, "{letter}")?;
        }
        write!(f, "{number}")?;
        instance.as_ref().map_or(Ok(()), |instance| write!(f, "-{}", NamePart(instance)))
    }
}

/// A name from the flow as one part of a field's name. Its dots are escaped, because a dot would begin another part.
struct NamePart<'a>(&'a str);

impl fmt::Display for NamePart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.0.split_inclusive(['.', '%']) {
            match (piece.strip_suffix('.'), piece.strip_suffix('%')) {
                (Some(before), _) => write!(f, "{before}%2E")?,
                (_, Some(before)) => write!(f, "{before}%25")?,
                _ => f.write_str(piece)?,
            }
        }
        Ok(())
    }
}

/// The name from the flow that a part of a field's name stands for.
fn unescaped(part: &str) -> String {
    part.replace("%2E", ".").replace("%25", "%")
}

impl FromStr for Field {
    type Err = Unknown;

    fn from_str(name: &str) -> Result<Self, Unknown> {
        let dotted: Vec<&str> = name.split('.').collect();
        // A text that could also be read as this field, such as `step.01.time`, isn't its name.
        read(&dotted).filter(|field| field.to_string() == name).ok_or(Unknown)
    }
}

fn read(dotted: &[&str]) -> Option<Field> {
    match *dotted {
        ["people", party, what] => return Some(Field::Person(Party::from_word(party)?, Personal::from_word(what)?)),
        ["planned", planned] => return Planned::from_word(planned).map(Field::Planned),
        ["value", name] => return Some(Field::Value(unescaped(name))),
        ["contact", name] => return Some(Field::Contact(unescaped(name))),
        ["approval", name, what] => return Some(Field::Approval(unescaped(name), Approving::from_word(what)?)),
        ["cold", what] => return ColdEntry::from_word(what).map(Field::ColdList),
        ["handover", row, what] => return Some(Field::Handover(row.parse().ok()?, Handover::from_word(what)?)),
        ["deviation", row, what] => return Some(Field::Deviation(row.parse().ok()?, Deviation::from_word(what)?)),
        [page, line] if page.starts_with("page-") => {
            return Some(Field::Foot(page.strip_prefix("page-")?.parse().ok()?, FootLine::from_word(line)?));
        }
        _ => {}
    }
    let (place, rest) = place(dotted)?;
    own(&place, rest).or_else(|| anywhere(place, rest))
}

/// The place of a field, from the first parts of its name, and the parts that follow.
fn place<'p, 'n>(dotted: &'p [&'n str]) -> Option<(Where, &'p [&'n str])> {
    let signature = |signed: Signed, party: &str, rest: &'p [&'n str]| {
        Some((Where::Signature(signed, Party::from_word(party)?), rest))
    };
    match dotted {
        ["release", rest @ ..] => Some((Where::Head, rest)),
        ["outcome", rest @ ..] => Some((Where::Outcome, rest)),
        ["cold", "signature", party, rest @ ..] => signature(Signed::Cold, party, rest),
        ["start", "signature", party, rest @ ..] => signature(Signed::Start, party, rest),
        ["after", "signature", party, rest @ ..] => signature(Signed::After, party, rest),
        ["final", "signature", party, rest @ ..] => signature(Signed::Final, party, rest),
        ["start", rest @ ..] => Some((Where::Start, rest)),
        ["handing-over", party, rest @ ..] => Some((Where::HandingOver(Party::from_word(party)?), rest)),
        ["step", number, rest @ ..] => {
            let (item, rest) = item(rest);
            Some((Where::Row(RowId::Step(step(number)?, item)), rest))
        }
        ["prepare", number, rest @ ..] => Some((Where::Row(RowId::Prepare(number.parse().ok()?)), rest)),
        ["block", first, "gate", rest @ ..] => {
            let (item, rest) = item(rest);
            Some((Where::Row(RowId::Gate(step(first)?, item)), rest))
        }
        ["block", first, "signature", party, rest @ ..] => signature(Signed::Block(step(first)?), party, rest),
        ["block", first, SUCCESSOR, rest @ ..] => Some((Where::Successor(step(first)?), rest)),
        ["block", first, rest @ ..] => Some((Where::Block(step(first)?), rest)),
        ["rollback", letter, rest @ ..] => Some((Where::Rollback(letter.parse().ok()?), rest)),
        ["reading", reading, rest @ ..] => {
            let (take, rest) = match rest {
                [take, rest @ ..] if take.starts_with("step-") => (Some(step(take.strip_prefix("step-")?)?), rest),
                _ => (None, rest),
            };
            let table = ReadingId { reading: unescaped(reading), take };
            Some(match item(rest) {
                (Some(row), rest) => (Where::Reading(ReadingRowId { table, row }), rest),
                (None, rest) => (Where::ReadingTitle(table), rest),
            })
        }
        _ => None,
    }
}

/// What only a place of this kind has.
fn own(place: &Where, rest: &[&str]) -> Option<Field> {
    match (place, rest) {
        (Where::Outcome, ["reason"]) => Some(Field::Reason),
        (Where::Outcome, [outcome]) => Outcome::from_word(outcome).map(Field::Outcome),
        (Where::Row(row), entry) => {
            let entry = match entry {
                ["actual"] => RowPart::Actual,
                ["time"] => RowPart::Time,
                [HOLD, answer] => RowPart::Hold(Answer::from_word(answer)?),
                [OPTION, number] => RowPart::Option(number.parse().ok()?),
                [COMMAND, number] => RowPart::Command(number.parse().ok()?),
                [TOLD, number] => RowPart::Told(number.parse().ok()?),
                [party] => RowPart::Box(Party::from_word(party)?),
                _ => return None,
            };
            Some(Field::Row(row.clone(), entry))
        }
        (Where::Signature(signed, party), [line]) => {
            Some(Field::Signature(signed.clone(), *party, Signing::from_word(line)?))
        }
        (Where::Successor(first), [line]) => Some(Field::Successor(first.clone(), Signing::from_word(line)?)),
        (Where::Block(first), [moment]) => Some(Field::Atomic(first.clone(), AtomicTime::from_word(moment)?)),
        (Where::Rollback(letter), [what]) => Some(Field::Rollback(*letter, Entered::from_word(what)?)),
        (Where::ReadingTitle(table), [VERDICT, compared, verdict]) => {
            let compared = step(compared.strip_prefix("step-")?)?;
            Some(Field::Verdict(table.clone(), compared, Compared::from_word(verdict)?))
        }
        (Where::Reading(row), [column, what]) => {
            let column = match column.strip_prefix("step-") {
                Some(number) => Column::Step(step(number)?),
                None if *column == "before" => Column::Before,
                None => return None,
            };
            Some(Field::Reading(row.clone(), column, Measured::from_word(what)?))
        }
        _ => None,
    }
}

/// Reads the fields that every place may have: notices to tick, and gaps in its texts.
fn anywhere(place: Where, rest: &[&str]) -> Option<Field> {
    if rest == [NOT_APPLICABLE] {
        return Some(Field::NotApplicable(place));
    }
    let (kind, name) = rest.split_first()?;
    if let (Some(severity), [party]) = (Severity::from_word(kind), name) {
        return Some(Field::Notice(place, severity, Party::from_word(party)?));
    }
    let numbered = kind.rsplit_once('-').and_then(|(kind, nth)| Some((kind, nth.parse().ok()?)));
    let (kind, nth) = numbered.unwrap_or((kind, 1));
    let wanted = match (kind, name) {
        ("value", [name]) => Wanted::Value(unescaped(name)),
        ("phone", [name]) => Wanted::Phone(unescaped(name)),
        (label, []) => Wanted::Label(LabelGap::from_word(label)?),
        _ => return None,
    };
    Some(Field::Gap(place, wanted, nth))
}

fn step(part: &str) -> Option<StepNumber> {
    let (number, instance) = match part.split_once('-') {
        Some((number, instance)) => (number, Some(unescaped(instance))),
        None => (part, None),
    };
    let letter = number.chars().next().filter(|letter| !letter.is_ascii_digit());
    let number = number.get(letter.map_or(0, char::len_utf8)..)?.parse().ok()?;
    Some(StepNumber { letter, number, instance })
}

/// The number of an item, if the parts begin with one, and the parts that follow.
fn item<'p, 'n>(dotted: &'p [&'n str]) -> (Option<u32>, &'p [&'n str]) {
    match dotted {
        [number, rest @ ..] if number.parse::<u32>().is_ok() => (number.parse().ok(), rest),
        _ => (None, dotted),
    }
}
