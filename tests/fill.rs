//! Paper isn't wasted: how far pages are filled, on our examples and on generated flows.

use crate::support::fill::{self, Fill, PageFill};
use crate::support::{self, EXAMPLES, FONTS, PAPERS, usual};
use runsheet::page::layout;
use runsheet::text::typeset::Typesetter;
use runsheet::view::checklist::{self, ListOptions};
use runsheet::view::labels::Labels;

/// Number of generated flows.
const FLOWS: u64 = 300;

#[test]
fn the_pages_of_every_example_are_filled() {
    let (mut all, mut told) = (Vec::new(), Vec::new());
    for case in EXAMPLES.iter() {
        let pages = fill::pages(&case.view, &case.document);
        let least = pages.iter().min_by(|a, b| a.filled.total_cmp(&b.filled)).map(|page| page.page + 1);
        told.push(format!("{}: {} (page {least:?})", case.name, Fill::of(&pages)));
        all.extend(pages);
    }
    let (fill, told) = (Fill::of(&all), told.join("\n"));
    println!("{told}\nall examples: {fill}");
    assert!(fill.mean >= 0.85 && fill.half_empty == 0, "{told}\n{fill}");
}

/// The fill of the pages of one generated flow. Its number decides on its language and its paper.
fn generated(number: u64) -> Vec<PageFill> {
    let written = usual::flow(number);
    let plans =
        support::plans(&written.flow, &written.release).unwrap_or_else(|fault| panic!("{fault}\n{}", written.flow));
    let view = checklist::checklist(&plans[0], &Labels::of(&plans[0].lang), &ListOptions::default());
    let paper = PAPERS[(number / 2 % 2) as usize];
    let document = layout::checklist(&view, &mut Typesetter::new(&FONTS), paper);
    fill::pages(&view, &document.unwrap_or_else(|tall| panic!("{tall:?}\n{}", written.flow)))
}

#[test]
fn the_pages_of_generated_flows_are_filled() {
    let flows: Vec<(u64, Vec<PageFill>)> = (0..FLOWS).map(|number| (number, generated(number))).collect();
    let all: Vec<PageFill> = flows.iter().flat_map(|(_, pages)| pages).copied().collect();
    let fill = Fill::of(&all);
    let half = flows.iter().filter(|(_, pages)| Fill::of(pages).half_empty > 0);
    let half: Vec<String> = half.map(|(number, pages)| format!("flow {number}: {pages:?}")).collect();
    println!("{FLOWS} generated flows: {fill}");
    assert!(fill.mean >= 0.85, "{fill}");
    assert!(half.is_empty(), "{}", half.join("\n"));
}
