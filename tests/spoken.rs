//! What is read aloud of a check list: a heading says something new, a cell says its words and fields in one order, and a
//! box is described with its step.

use std::collections::BTreeMap;

use runsheet::field::{Field, RowPart};
use runsheet::page::{Document, ItemKind, TagId, TagRole};

use crate::support::EXAMPLES;

/// The words of each tag.
fn words(document: &Document) -> BTreeMap<u32, String> {
    let mut words: BTreeMap<u32, String> = BTreeMap::new();
    for item in document.pages.iter().flat_map(|page| &page.items) {
        if let (Some(TagId(tag)), ItemKind::Text(text)) = (item.tag, &item.kind) {
            words.entry(tag).or_default().push_str(&text.text);
        }
    }
    words
}

/// The headings that say what the one above them says, given each with its level.
fn repeated<'w>(headings: impl Iterator<Item = (u8, &'w str)>) -> Vec<&'w str> {
    let mut above: Vec<(u8, &str)> = Vec::new();
    let mut repeated = Vec::new();
    for (level, words) in headings {
        above.retain(|(other, _)| *other < level);
        if above.last().is_some_and(|(_, other)| *other == words) {
            repeated.push(words);
        }
        above.push((level, words));
    }
    repeated
}

#[test]
fn no_heading_repeats_the_one_above() {
    assert_eq!(repeated([(1, "a"), (2, "b"), (3, "b"), (2, "b"), (3, "a")].into_iter()), ["b"]);
    let mut levels = [0; 4];
    for case in EXAMPLES.iter() {
        let words = words(&case.document);
        let tags = case.document.tags.iter().zip(0..);
        let headings: Vec<(u8, &str)> = tags
            .filter_map(|(tag, id)| match tag.role {
                TagRole::Heading(level) => Some((level, words.get(&id).map_or("", String::as_str))),
                _ => None,
            })
            .collect();
        assert!(headings.iter().all(|(_, words)| !words.is_empty()), "{}: {headings:?}", case.name);
        assert_eq!(repeated(headings.iter().copied()), [""; 0], "{}", case.name);
        for (level, _) in headings {
            levels[usize::from(level.min(3))] += 1;
        }
    }
    assert!(levels[1] > 0 && levels[2] > levels[1] && levels[3] > levels[2], "{levels:?}");
}

/// The first word of what a field says of itself is the number of its step.
#[test]
fn the_boxes_of_a_hold_and_of_a_choice_are_described_with_their_step() {
    let mut described = 0;
    for case in EXAMPLES.iter() {
        let mut numbers: BTreeMap<String, &str> = BTreeMap::new();
        let row = |field: &Field| if let Field::Row(row, _) = field { Some(row.to_string()) } else { None };
        for field in &case.document.fields {
            if matches!(field.name.field, Field::Row(_, RowPart::Box(_))) {
                let number = field.tooltip.split(' ').next().unwrap_or_default();
                numbers.extend(row(&field.name.field).map(|row| (row, number)));
            }
        }
        for field in &case.document.fields {
            if let Field::Row(of, RowPart::Hold(_) | RowPart::Option(_)) = &field.name.field {
                let number = numbers.get(&of.to_string()).copied();
                let said = field.tooltip.split_once(" · ").map(|(number, _)| number);
                assert!(number.is_some() && said == number, "{}: {} of {number:?}", case.name, field.tooltip);
                described += 1;
            }
        }
    }
    assert!(described > 20, "{described}");
}

/// What a cell of a reading holds, in the order in which it is read: words, and fields.
#[test]
fn the_cells_of_a_reading_say_words_and_fields_in_turn() {
    let is_in_turn = |cell: &str| {
        let pairs = cell.as_bytes().chunks(2).collect::<Vec<_>>();
        matches!(cell, "" | "w" | "f")
            || pairs.iter().all(|pair| (**pair == *b"wf" || **pair == *b"fw") && *pair == pairs[0])
    };
    assert!(is_in_turn("wfwfwf") && is_in_turn("fwfw") && !is_in_turn("wffw") && !is_in_turn("wfw"));
    let mut several = 0;
    for case in EXAMPLES.iter() {
        let document = &case.document;
        let role = |TagId(tag): TagId| document.tags[tag as usize].role;
        let parent = |TagId(tag): TagId| document.tags[tag as usize].parent;
        let is_reading = |field: &Field| matches!(field, Field::Reading(..) | Field::Verdict(..));
        let mut cells: BTreeMap<u32, String> = BTreeMap::new();
        for field in document.fields.iter().filter(|field| is_reading(&field.name.field)) {
            let cell = parent(field.tag).filter(|cell| role(*cell) == TagRole::TableCell);
            let TagId(cell) = cell.unwrap_or_else(|| panic!("{}: {} is in no cell", case.name, field.tooltip));
            cells.entry(cell).or_default();
        }
        for item in document.pages.iter().flat_map(|page| &page.items) {
            let (mark, tag) = match (&item.kind, item.tag) {
                (ItemKind::Text(_), Some(tag)) => ("w", tag),
                (ItemKind::Field(_) | ItemKind::Tick(_), Some(tag)) => ("f", parent(tag).unwrap_or(tag)),
                _ => continue,
            };
            // Words on several lines are one after the other.
            if let Some(cell) = cells.get_mut(&tag.0)
                && !(mark == "w" && cell.ends_with(mark))
            {
                cell.push_str(mark);
            }
        }
        for cell in cells.values() {
            assert!(is_in_turn(cell), "{}: {cell}", case.name);
            several += usize::from(cell.len() > 2);
        }
    }
    assert!(several > 10, "{several}");
}
