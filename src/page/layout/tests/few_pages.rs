//! A small flow stays small on paper.

use std::collections::BTreeSet;

use super::{fields, printed};
use crate::field::Field;
use crate::page::{Document, dump};
use crate::view::checklist::{ListOptions, SheetKind};

/// A flow of so many plain steps.
fn plain(steps: usize) -> String {
    let step = |n| format!("[[hot.step]]\nop = \"write\"\ndo = \"Change {n}\"\nexpect = \"`done {n}`\"\n");
    let steps: String = (1..=steps).map(step).collect();
    format!("schema = 1\nid = \"f\"\ntitle = \"T\"\nlang = \"en\"\n[[hot]]\ntitle = \"Do\"\n{steps}")
}

#[test]
fn a_small_flow_stays_on_few_pages_and_is_signed_once() {
    let place = |document: &Document, name: &str| document.destinations.iter().position(|place| place.name == name);
    let signed = |document: &Document| {
        let names = fields(document).into_iter().filter(|name| name.ends_with(".signature"));
        names.collect::<Vec<_>>()
    };
    let both = ["final.signature.operator.signature", "final.signature.checker.signature"];
    let ten = printed(&plain(10), None, ListOptions::default());
    assert_eq!((ten.pages.len(), signed(&ten)), (2, both.map(str::to_owned).into()));
    assert_eq!(place(&ten, "chart"), None);
    // The page with the start and the steps names both phases, and is struck out once, below the last of them.
    let told = dump::text(&ten);
    assert!(told.contains("Before the start – Hot operations"), "{told}");
    assert_eq!(told.matches("this space left blank").count(), 2, "{told}");
    // A page has room for the steps and the records where what is made ready fills one of its own.
    let prepared: Vec<String> = (1..=20).map(|n| format!("\"Ready {n}\"")).collect();
    let prepared = format!("[operator]\nprepare = [{}]\n[[hot]]", prepared.join(", "));
    let two = printed(&plain(2).replacen("[[hot]]", &prepared, 1), None, ListOptions::default());
    assert_eq!(two.pages.len(), 2);
    assert!(dump::text(&two).contains("Hot operations – Records"));
    // A longer block is signed for by itself, a sheet that is printed alone too, and who asks for the chart gets it.
    let more = printed(&plain(11), None, ListOptions::default());
    assert!(signed(&more).contains(&"block.1.signature.operator.signature".to_owned()));
    let of = |sheet| ListOptions { sheets: Some(vec![sheet]), ..ListOptions::default() };
    let alone = printed(&plain(2), None, of(SheetKind::Hot));
    assert!(signed(&alone).contains(&"block.1.signature.operator.signature".to_owned()));
    assert_eq!(printed(&plain(2), None, of(SheetKind::Chart)).pages.len(), 1);
}

/// A list of the hot sheet alone has the outcome on it, which must not take a page of its own before the steps.
#[test]
fn no_page_before_an_atomic_block_is_empty() {
    let mut behind = 0;
    for steps in 15..45 {
        let flow = plain(steps).replace("title = \"Do\"\n", "title = \"Do\"\natomic = true\n");
        let hot = printed(&flow, None, ListOptions { sheets: Some(vec![SheetKind::Hot]), ..ListOptions::default() });
        let page = |name: &str| hot.destinations.iter().find(|place| place.name == name).map(|place| place.page);
        assert_eq!(page("step-1"), Some(0), "{steps}");
        let outcome = hot.fields.iter().find(|field| matches!(field.name.field, Field::Outcome(_)));
        behind += usize::from(outcome.is_some_and(|field| field.page > 0));
    }
    assert!(behind > 0);
}

#[test]
fn only_a_page_with_steps_asks_for_the_last_one_done() {
    let flow =
        format!("{}[[rollback]]\ntitle = \"Back\"\n[[rollback.step]]\nop = \"write\"\ndo = \"Undo\"\n", plain(12));
    let document = printed(&flow, None, ListOptions::default());
    let steps: BTreeSet<usize> =
        document.destinations.iter().filter(|place| place.name.starts_with("step-")).map(|place| place.page).collect();
    let foot: BTreeSet<usize> = document
        .fields
        .iter()
        .filter(|field| matches!(field.name.field, Field::Foot(..)))
        .map(|field| field.page)
        .collect();
    assert!(steps == foot && foot.len() < document.pages.len(), "{steps:?} {foot:?}");
}
