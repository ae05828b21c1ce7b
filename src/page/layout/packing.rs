//! Decides where the pages of a list end. Rows are tightened where that saves a page, and no row stands alone on the
//! last page.

use std::collections::{BTreeMap, BTreeSet};

use super::strip::Strip;
use crate::geometry::Pt;

/// The measures of a chain: strips that stay together on a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// Height, with the space above the first strip.
    height: Pt,
    /// Space above the first strip, which is dropped at the top of a page.
    before: Pt,
    /// By how much the height may be tightened.
    slack: Pt,
    /// Index of the list that the first strip belongs to.
    list: Option<usize>,
    /// Number of rows; a step and each of its items is one.
    rows: usize,
}

impl Size {
    /// Measures a chain.
    pub fn of(chain: &[Strip]) -> Self {
        Self {
            height: chain.iter().map(|strip| strip.height + strip.before).sum(),
            before: chain.first().map_or(Pt::ZERO, |strip| strip.before),
            slack: chain.iter().map(|strip| strip.slack).sum(),
            list: chain.first().and_then(|strip| strip.list),
            rows: match chain.iter().filter(|strip| strip.step.is_some()).count() {
                0 => usize::from(chain.iter().any(|strip| strip.list.is_some())),
                rows => rows,
            },
        }
    }
}

/// Lists whose head is printed already, each with the number of its last printed step.
pub(super) type Begun = BTreeMap<usize, Option<String>>;

/// The room on pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room<'h> {
    /// Height that is left on the first page, and whether that page is still empty.
    pub first: (Pt, bool),
    /// Height of a whole page.
    pub whole: Pt,
    /// Height of the head that each list repeats where it goes on.
    pub heads: &'h BTreeMap<usize, Pt>,
}

/// Returns the index of the first chain on each page after the first one. `begun` holds the lists whose head is
/// printed already.
pub(super) fn pages(sizes: &[Size], room: Room<'_>, begun: &Begun) -> Vec<usize> {
    let natural = packed(sizes, room, begun, false);
    let mut starts = natural;
    if !starts.is_empty() {
        let tight = packed(sizes, room, begun, true);
        if tight.len() < starts.len() {
            starts = tight;
        }
    }
    keep_company(sizes, room, &mut starts);
    starts
}

fn packed(sizes: &[Size], room: Room<'_>, begun: &Begun, tight: bool) -> Vec<usize> {
    let mut begun: BTreeSet<usize> = begun.keys().copied().collect();
    let (mut left, mut at_top) = room.first;
    let mut slack = Pt::ZERO;
    let mut starts = Vec::new();
    for (index, size) in sizes.iter().enumerate() {
        let height = if at_top { size.height - size.before } else { size.height };
        let give = if tight { slack + size.slack } else { Pt::ZERO };
        if height > left + give && (index > 0 || !room.first.1) {
            starts.push(index);
            let head = size.list.filter(|list| begun.contains(list)).and_then(|list| room.heads.get(&list));
            left = room.whole - head.copied().unwrap_or_default() - size.height;
            left += if head.is_none() { size.before } else { Pt::ZERO };
            slack = size.slack;
        } else {
            left -= height;
            slack += size.slack;
        }
        at_top = false;
        begun.extend(size.list);
    }
    starts
}

/// Moves one more row to the last page if a single row stands there, because a lone row looks like a mistake and is
/// easily lost. It is moved only where it fits and the page before keeps at least two rows.
fn keep_company(sizes: &[Size], room: Room<'_>, starts: &mut [usize]) {
    let Some(last) = starts.last().copied() else { return };
    let before = starts.len().checked_sub(2).map_or(0, |index| starts[index]);
    let rows = |chains: &[Size]| chains.iter().map(|size| size.rows).sum::<usize>();
    if rows(&sizes[last..]) != 1 || rows(&sizes[before..last]) < 3 || sizes[last - 1].rows == 0 {
        return;
    }
    let head = room.heads.values().copied().max().unwrap_or_default();
    let height: Pt = sizes[last - 1..].iter().map(|size| size.height).sum();
    if height + head <= room.whole
        && let Some(start) = starts.last_mut()
    {
        *start -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(height: i32, slack: i32) -> Size {
        Size { height: Pt(height), before: Pt::ZERO, slack: Pt(slack), list: Some(0), rows: 1 }
    }

    fn starts(sizes: &[Size], first: i32) -> Vec<usize> {
        let heads = BTreeMap::from([(0, Pt(10))]);
        pages(sizes, Room { first: (Pt(first), first == 100), whole: Pt(100), heads: &heads }, &Begun::new())
    }

    #[test]
    fn a_row_too_many_is_taken_in_by_tightening() {
        assert_eq!(starts(&[size(26, 2); 4], 100), Vec::<usize>::new());
        assert_eq!(starts(&[size(26, 0); 4], 100), [2]);
    }

    #[test]
    fn tightening_that_saves_no_page_is_left() {
        // A page holds three rows as they are and four tightened: both ways take two pages.
        assert_eq!(starts(&[size(26, 2); 6], 100), [3]);
    }

    #[test]
    fn a_row_alone_on_the_last_page_gets_company() {
        assert_eq!(starts(&[size(25, 0); 5], 100), [3]);
        assert_eq!(starts(&[size(25, 0); 6], 100), [4]);
        // No row is moved where the page before would keep only one, or where there is no room.
        assert_eq!(starts(&[size(50, 0); 3], 100), [2]);
        assert_eq!(starts(&[size(30, 0), size(30, 0), size(30, 0), size(70, 0)], 100), [3]);
    }

    #[test]
    fn what_has_no_room_on_a_page_that_is_begun_starts_the_next() {
        assert_eq!(starts(&[size(60, 0), size(20, 0)], 30), [0]);
    }
}
