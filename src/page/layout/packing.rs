//! Decides where the pages of a list end: on as few pages as can be, each as full as can be, at places that disturb least.
//!
//! A page may end before each chain, at a price. The cheapest way to all ends is found in one go, chain by chain: what comes
//! before a page makes no difference to what comes after it. A page holds only so many chains, so the time grows with their number.

use crate::geometry::Pt;

/// What each thing costs that speaks against a page's end.
pub(super) mod price {
    /// The end lies inside an atomic block that a page holds.
    pub const ATOMIC: i64 = 1_000_000_000_000;
    /// What must stay together is more than a page holds.
    pub const TORN: i64 = 100_000_000_000;
    /// An atomic block that a page holds is parted from its gate, its signatures or the way into it.
    pub const BOND: i64 = 1_000_000_000;
    /// One more page.
    pub const PAGE: i64 = 1_000_000;
    /// The end lies inside an atomic block that no page holds.
    pub const LONG_ATOMIC: i64 = 600_000;
    /// Such a block is parted from what belongs to it.
    pub const LONG_BOND: i64 = 100_000;
    /// The end lies inside a step: between its items, or between the lines of its message.
    pub const INSIDE_STEP: i64 = 2_000;
    /// The end lies inside a block that a page could hold.
    pub const INSIDE_BLOCK: i64 = 200;
    /// The end lies inside a longer block.
    pub const INSIDE_LONG_BLOCK: i64 = 50;
    /// A single row is parted from the others of its list.
    pub const SINGLE: i64 = 400;
    /// One or two rows of a longer list are all that stands on a page.
    pub const ALONE: i64 = 5_000;
    /// The rows of a page are tightened.
    pub const TIGHT: i64 = 250;
    /// Less than half of a page is used.
    pub const HALF_EMPTY: i64 = 6_000;
    /// An empty page; less emptiness costs the square of its share.
    pub const EMPTY: i64 = 10_000;
}

/// The measures of a chain: strips that stay together on a page.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    /// Height, with the space above the first strip.
    pub height: Pt,
    /// Space above the first strip, which is dropped at the top of a page.
    pub before: Pt,
    /// By how much the height may be tightened.
    pub slack: Pt,
    /// Height of the head that is repeated above it where a page begins with it.
    pub head: Pt,
    /// Height of the line that says at the end of the page before that what stands there goes on here.
    pub goes_on: Pt,
    /// What it costs that a page ends before it.
    pub price: i64,
    /// Whether it is one of the last two rows of its list, which nothing follows that belongs to them.
    pub is_tail: bool,
}

/// The cheapest way to begin a page with each chain, found so far.
struct Ways<'s> {
    sizes: &'s [Size],
    whole: Pt,
    /// What it costs to begin a page with the chain of this index, and with which chain the page before begins.
    best: Vec<(i64, usize)>,
}

/// Returns the index of the first chain on each page after the first one. `whole` is the height of a page.
pub(super) fn pages(sizes: &[Size], whole: Pt) -> Vec<usize> {
    let mut ways = Ways { sizes, whole, best: vec![(i64::MAX, 0); sizes.len() + 1] };
    ways.best[0].0 = 0;
    for start in 0..sizes.len() {
        ways.fill(start);
    }
    let mut starts = Vec::new();
    let mut at = ways.best[sizes.len()].1;
    while at != 0 {
        starts.push(at);
        at = ways.best[at].1;
    }
    starts.reverse();
    starts
}

impl Ways<'_> {
    /// Tries every end of the page that begins with a chain.
    fn fill(&mut self, start: usize) {
        let first = self.sizes[start];
        // The space above the first chain is dropped, unless a head is repeated over it.
        let room = self.whole - first.head + if first.head == Pt::ZERO { first.before } else { Pt::ZERO };
        let (mut height, mut slack) = (Pt::ZERO, Pt::ZERO);
        for index in start..self.sizes.len() {
            let size = self.sizes[index];
            height += size.height;
            slack += size.slack;
            // What no page holds stands on a page of its own.
            let is_only = index == start;
            if height - slack > room && !is_only {
                break;
            }
            let next = index + 1;
            let needed = height + self.sizes.get(next).map_or(Pt::ZERO, |size| size.goes_on);
            if needed - slack > room && !is_only {
                continue;
            }
            let mut price = 0;
            if needed > room && !is_only {
                price += price::TIGHT;
            }
            let is_tail = size.is_tail && first.is_tail && index < start + 2;
            if is_tail && start > 0 {
                price += price::ALONE;
            }
            self.offer((start, price), next, room - needed);
        }
    }

    /// Notes a way to end a page before a chain, with so much left of it, if none was cheaper. The page costs `price` by itself.
    fn offer(&mut self, (page, price): (usize, i64), next: usize, left: Pt) {
        let end = self.sizes.get(next).map_or(0, |size| price::PAGE + size.price + self.emptiness(left));
        let paid = self.best[page].0 + price + end;
        if paid < self.best[next].0 {
            self.best[next] = (paid, page);
        }
    }

    /// What it costs that so much of a page stays empty.
    fn emptiness(&self, left: Pt) -> i64 {
        let (left, whole) = (i64::from(left.0.max(0)), i64::from(self.whole.0.max(1)));
        let square = price::EMPTY * left / whole * left / whole;
        if left * 2 > whole { square + price::HALF_EMPTY } else { square }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(height: i32, slack: i32) -> Size {
        Size { height: Pt(height), slack: Pt(slack), ..Size::default() }
    }

    /// Where pages of 100 begin after the first one.
    fn starts(sizes: &[Size]) -> Vec<usize> {
        pages(sizes, Pt(100))
    }

    #[test]
    fn a_row_too_many_is_taken_in_by_tightening() {
        assert_eq!(starts(&[size(26, 2); 4]), Vec::<usize>::new());
        assert_eq!(starts(&[size(26, 0); 4]), [3]);
    }

    #[test]
    fn tightening_that_saves_no_page_and_little_paper_is_left() {
        // A page holds three rows as they are and four tightened: both ways take two pages.
        assert_eq!(starts(&[size(29, 5); 6]), [3]);
    }

    #[test]
    fn a_row_that_nothing_follows_is_not_alone_on_a_page() {
        let tail = Size { is_tail: true, ..size(25, 0) };
        let rows = |count: usize| [vec![size(25, 0); count - 1], vec![tail]].concat();
        assert_eq!(starts(&rows(5)), [3]);
        assert_eq!(starts(&rows(6)), [4]);
        // It is where the row before it has no room beside it.
        assert_eq!(starts(&[size(30, 0), size(30, 0), size(80, 0), tail]), [2, 3]);
    }

    #[test]
    fn an_atomic_block_is_torn_as_seldom_as_can_be() {
        let inside = |height| Size { price: price::ATOMIC, ..size(height, 0) };
        // It begins a page of its own where what stands before it would divide it.
        assert_eq!(starts(&[size(50, 0), size(30, 0), inside(30)]), [1]);
        // One that no page holds begins where it stands, if it is divided no more often for that.
        assert_eq!(starts(&[size(60, 0), size(30, 0), inside(40), inside(40)]), [2]);
        assert_eq!(starts(&[size(60, 0), size(30, 0), inside(40), inside(70)]), [1, 3]);
    }

    #[test]
    fn a_page_is_filled_unless_the_end_disturbs_more() {
        let block = |heights: [i32; 3], price| {
            let within = |height| Size { price, ..size(height, 0) };
            vec![size(60, 0), size(heights[0], 0), within(heights[1]), within(heights[2])]
        };
        // A third of the page is more than a block in one piece is worth, a tenth isn't.
        assert_eq!(starts(&block([20, 20, 30], price::INSIDE_BLOCK)), [3]);
        assert_eq!(starts(&[size(90, 0), size(10, 0), Size { price: price::INSIDE_BLOCK, ..size(30, 0) }]), [1]);
        // A step is divided only where more than two fifths would stay empty.
        assert_eq!(starts(&block([20, 20, 30], price::INSIDE_STEP)), [1]);
    }

    #[test]
    fn what_is_taller_than_a_page_stands_on_one_of_its_own() {
        assert_eq!(starts(&[size(10, 0), size(120, 0), size(10, 0)]), [1, 2]);
    }

    #[test]
    fn the_line_that_says_that_it_goes_on_has_room() {
        let piece = Size { goes_on: Pt(15), ..size(30, 0) };
        assert_eq!(starts(&[size(30, 0), piece, piece, piece]), [2]);
    }
}
