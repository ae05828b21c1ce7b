//! Every field has a name of its own, and every name leads back to its field.

use proptest::prelude::*;
use proptest::sample::select;

use super::name::Unknown;
use super::*;

fn written() -> impl Strategy<Value = String> {
    // What authors call things, with what could be mistaken for part of a name.
    prop_oneof!["[a-z][a-z0-9-]{0,8}", "[a-z0-9./%-]{1,8}", "\\PC{1,6}", Just("%2E".to_owned()), Just("1".to_owned())]
}

fn step() -> impl Strategy<Value = StepNumber> {
    (proptest::option::of(proptest::char::range('A', 'Z')), 0..300_u32, proptest::option::of(written()))
        .prop_map(|(letter, number, instance)| StepNumber { letter, number, instance })
}

fn item() -> impl Strategy<Value = Option<u32>> {
    proptest::option::of(0..40_u32)
}

fn row() -> impl Strategy<Value = RowId> {
    prop_oneof![
        (step(), item()).prop_map(|(step, item)| RowId::Step(step, item)),
        (1..9_u32).prop_map(RowId::Prepare),
        (step(), item()).prop_map(|(step, item)| RowId::Gate(step, item)),
    ]
}

fn party() -> impl Strategy<Value = Party> {
    select(Party::ALL)
}

fn signed() -> impl Strategy<Value = Signed> {
    prop_oneof![
        Just(Signed::Cold),
        Just(Signed::Start),
        step().prop_map(Signed::Block),
        Just(Signed::After),
        Just(Signed::Final)
    ]
}

fn reading() -> impl Strategy<Value = ReadingId> {
    (written(), proptest::option::of(step())).prop_map(|(reading, take)| ReadingId { reading, take })
}

fn reading_row() -> impl Strategy<Value = ReadingRowId> {
    (reading(), 0..40_u32).prop_map(|(table, row)| ReadingRowId { table, row })
}

fn place() -> impl Strategy<Value = Where> {
    prop_oneof![
        select(&[Where::Head, Where::Outcome, Where::Start,][..]),
        party().prop_map(Where::HandingOver),
        row().prop_map(Where::Row),
        step().prop_map(Where::Block),
        proptest::char::range('A', 'Z').prop_map(Where::Rollback),
        reading().prop_map(Where::ReadingTitle),
        reading_row().prop_map(Where::Reading),
        (signed(), party()).prop_map(|(signed, party)| Where::Signature(signed, party)),
        step().prop_map(Where::Successor),
    ]
}

fn entry() -> impl Strategy<Value = RowPart> {
    prop_oneof![
        party().prop_map(RowPart::Box),
        Just(RowPart::Actual),
        Just(RowPart::Time),
        select(Answer::ALL).prop_map(RowPart::Hold),
        (1..9_u32).prop_map(RowPart::Option),
        (1..9_u32).prop_map(RowPart::Command),
        (1..9_u32).prop_map(RowPart::Told),
    ]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    prop_oneof![
        written().prop_map(Wanted::Value),
        written().prop_map(Wanted::Phone),
        select(LabelGap::ALL).prop_map(Wanted::Label),
    ]
}

fn field() -> impl Strategy<Value = Field> {
    let column = || prop_oneof![Just(Column::Before), step().prop_map(Column::Step)];
    prop_oneof![
        (1..99_u32, select(FootLine::ALL)).prop_map(|(page, line)| Field::Foot(page, line)),
        select(Outcome::ALL).prop_map(Field::Outcome),
        Just(Field::Reason),
        (party(), select(Personal::ALL)).prop_map(|(party, what)| Field::Person(party, what)),
        select(Planned::ALL).prop_map(Field::Planned),
        written().prop_map(Field::Value),
        written().prop_map(Field::Contact),
        select(ColdEntry::ALL).prop_map(Field::ColdList),
        (written(), select(Approving::ALL)).prop_map(|(name, what)| Field::Approval(name, what)),
        (row(), entry()).prop_map(|(row, entry)| Field::Row(row, entry)),
        (place(), select(Severity::ALL), party())
            .prop_map(|(place, severity, party)| Field::Notice(place, severity, party)),
        place().prop_map(Field::NotApplicable),
        (signed(), party(), select(Signing::ALL))
            .prop_map(|(signed, party, line)| Field::Signature(signed, party, line)),
        (step(), select(AtomicTime::ALL)).prop_map(|(first, moment)| Field::Atomic(first, moment)),
        (reading_row(), column(), select(Measured::ALL))
            .prop_map(|(row, column, what)| Field::Reading(row, column, what)),
        (reading(), step(), select(Compared::ALL))
            .prop_map(|(table, step, verdict)| Field::Verdict(table, step, verdict)),
        (proptest::char::range('A', 'Z'), select(Entered::ALL))
            .prop_map(|(letter, what)| Field::Rollback(letter, what)),
        (1..9_u32, select(Handover::ALL)).prop_map(|(row, what)| Field::Handover(row, what)),
        (1..9_u32, select(Deviation::ALL)).prop_map(|(row, what)| Field::Deviation(row, what)),
        (place(), wanted(), 1..4_u32).prop_map(|(place, wanted, nth)| Field::Gap(place, wanted, nth)),
    ]
}

proptest! {
    #[test]
    fn a_name_leads_back_to_its_field(field in field(), copy in 1..99_u32) {
        let name = field.to_string();
        prop_assert_eq!(name.parse::<Field>(), Ok(field.clone()), "{}", name);
        prop_assert!(name.split('.').all(|part| !part.is_empty()), "{}", name);
        let whole = FieldName { copy, field };
        prop_assert_eq!(whole.to_string().parse::<FieldName>(), Ok(whole));
    }

    #[test]
    fn what_reads_as_a_name_is_one(name in "(copy-[0-9]{1,2}\\.)?(step|block|reading|outcome|page-1|value)(\\.[a-z0-9%-]{1,8}){0,4}") {
        if let Ok(read) = name.parse::<FieldName>() {
            prop_assert_eq!(read.to_string(), name);
        }
    }
}

#[test]
fn names_are_read_without_their_list() {
    let at = |number| StepNumber { letter: None, number, instance: Some("db1.example.org".to_owned()) };
    let cases = [
        (Field::Outcome(Outcome::RolledBack), "outcome.rolled-back"),
        (
            Field::Row(RowId::Step(at(4), Some(2)), RowPart::Box(Party::Operator)),
            "step.4-db1%2Eexample%2Eorg.2.operator",
        ),
        (Field::Gap(Where::Outcome, Wanted::Label(LabelGap::From), 1), "outcome.from"),
        (
            Field::Gap(Where::Block(StepNumber { instance: None, ..at(1) }), Wanted::Value("version".to_owned()), 2),
            "block.1.value-2.version",
        ),
    ];
    for (field, name) in cases {
        assert_eq!(field.to_string(), name);
    }
    for other in
        ["", "step", "step.1", "step.01.time", "step.1.blank-1", "outcome.choice-1", "copy-1.outcome.void", "x.y"]
    {
        assert_eq!(other.parse::<FieldName>(), Err(Unknown), "{other}");
    }
}
