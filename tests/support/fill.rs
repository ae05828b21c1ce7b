//! How much of the paper is used: measured from the laid-out pages.

use std::collections::BTreeSet;

use runsheet::geometry::Pt;
use runsheet::page::{Destination, Document, Item, ItemKind, Page, PathSegment};
use runsheet::view::checklist::{Checklist, SheetPart};

/// How far one page is filled.
#[derive(Debug, Clone, Copy)]
pub struct PageFill {
    /// Index of the page.
    pub page: usize,
    /// The lowest ink between head and foot by the height of that room, from 0 to 1. What strikes out the empty rest of a page
    /// doesn't count.
    pub filled: f64,
    /// Whether the next page begins with an atomic block, which would be torn if it began on this one.
    pub makes_room: bool,
}

/// The mean and the least fill of pages, and how many are under half full although no atomic block begins behind them.
#[derive(Debug, Default)]
pub struct Fill {
    pub pages: usize,
    pub mean: f64,
    pub least: f64,
    pub half_empty: usize,
}

impl Fill {
    /// Sums pages up.
    pub fn of(pages: &[PageFill]) -> Self {
        let count = pages.len();
        let sum: f64 = pages.iter().map(|page| page.filled).sum();
        Self {
            pages: count,
            mean: if count == 0 { 1.0 } else { sum / count as f64 },
            least: pages.iter().map(|page| page.filled).fold(1.0, f64::min),
            half_empty: pages.iter().filter(|page| page.filled < 0.5 && !page.makes_room).count(),
        }
    }
}

impl std::fmt::Display for Fill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { pages, mean, least, half_empty } = self;
        write!(
            f,
            "{pages} pages, mean {:.1} %, least {:.1} %, {half_empty} under half full",
            mean * 100.0,
            least * 100.0
        )
    }
}

/// How far each page is filled. The last page before a sheet that begins a page of its own is left out, and so is the very
/// last: whatever is over stands there.
pub fn pages(view: &Checklist, document: &Document) -> Vec<PageFill> {
    let bottoms = document.pages.iter().map(|page| lowest(&page.items[..page.head]).unwrap_or_default());
    let (Some(top), Some(bottom)) = (bottoms.max(), document.pages.iter().filter_map(foot).min()) else {
        return Vec::new();
    };
    let stands = |page: usize, anchors: &BTreeSet<&str>| {
        let at_top = |place: &&Destination| place.page == page && place.y <= top + Pt::points(12);
        document.destinations.iter().filter(at_top).any(|place| anchors.contains(&*place.name))
    };
    let sheets = view.sheets.iter().map(|sheet| &*sheet.anchor).collect();
    let atomic = view.sheets.iter().flat_map(|sheet| atomic(&sheet.parts)).collect();
    let begins = |page: usize| stands(page, &sheets);
    let counted = (0..document.pages.len().saturating_sub(1)).filter(|page| !begins(page + 1));
    let fill = |page: usize| {
        let lowest = used(view, &document.pages[page]).unwrap_or(top).max(top);
        let filled = f64::from((lowest - top).0) / f64::from((bottom - top).0);
        PageFill { page, filled, makes_room: stands(page + 1, &atomic) }
    };
    counted.map(fill).collect()
}

/// The anchors of the atomic blocks among the parts of a sheet.
fn atomic(parts: &[SheetPart]) -> Vec<&str> {
    let (mut heading, mut found) = (None, Vec::new());
    for part in parts {
        match part {
            SheetPart::Heading(view) => heading = view.anchor.as_deref(),
            SheetPart::Rows(rows) if rows.atomic.is_some() => found.extend(heading),
            _ => {}
        }
    }
    found
}

/// The lowest ink of a page's body.
fn used(view: &Checklist, page: &Page) -> Option<Pt> {
    let body = &page.items[page.head..page.foot];
    let ends = body[..struck(view, body).unwrap_or(body.len())].iter().filter(|item| !is_edge(page, item));
    ends.filter_map(end).max()
}

/// Where the words begin that strike out the empty rest of a page. They are the last ones of the body, and only the lines
/// through that rest follow.
fn struck(view: &Checklist, body: &[Item]) -> Option<usize> {
    let blank = view.foot.blank_rest.to_plain();
    let mut said = String::new();
    for (index, item) in body.iter().enumerate().rev() {
        if let ItemKind::Text(text) = &item.kind {
            said.insert_str(0, &text.text);
            if !blank.ends_with(&said) {
                return None;
            }
            if said == blank {
                return Some(index);
            }
        }
    }
    None
}

/// A stroke of the hatched edge of a rollback.
fn is_edge(page: &Page, item: &Item) -> bool {
    let right = page.width - Pt::points(21);
    matches!(&item.kind, ItemKind::Path(path) if path.segments.iter().filter_map(point).all(|(x, _)| x >= right))
}

/// The top of the foot.
fn foot(page: &Page) -> Option<Pt> {
    page.items[page.foot..].iter().filter_map(begin).min()
}

fn lowest(items: &[Item]) -> Option<Pt> {
    items.iter().filter_map(end).max()
}

const fn point(segment: &PathSegment) -> Option<(Pt, Pt)> {
    match segment {
        PathSegment::Move(x, y) | PathSegment::Line(x, y) | PathSegment::Curve(.., x, y) => Some((*x, *y)),
        PathSegment::Close => None,
    }
}

/// Where an item ends at the bottom.
fn end(item: &Item) -> Option<Pt> {
    match &item.kind {
        ItemKind::Text(text) => Some(text.y),
        ItemKind::Path(path) => path.segments.iter().filter_map(point).map(|(_, y)| y).max(),
        ItemKind::Tick(tick) => Some(tick.rect.y + tick.rect.height),
        ItemKind::Stamp(..) | ItemKind::Link(..) | ItemKind::Field(..) => None,
    }
}

/// Where an item begins at the top.
fn begin(item: &Item) -> Option<Pt> {
    match &item.kind {
        ItemKind::Path(path) => path.segments.iter().filter_map(point).map(|(_, y)| y).min(),
        _ => end(item),
    }
}
