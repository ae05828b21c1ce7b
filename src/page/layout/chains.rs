//! Chains: strips that stay together on a page, with what it costs that a page ends before each.

use std::collections::BTreeMap;

use super::RunningList;
use super::packing::{Size, price};
use super::strip::{Keep, Strip};
use crate::geometry::Pt;

/// Strips that stay together on a page.
pub(super) struct Chain {
    pub strips: Vec<Strip>,
    pub size: Size,
    /// The list that goes on with it, where a page begins with it.
    pub again: Option<Again>,
}

/// A list that goes on.
#[derive(Debug, Clone)]
pub(super) struct Again {
    /// Its index.
    pub list: usize,
    /// The last step before it.
    pub step: Option<String>,
    /// Whether that step itself goes on, or else a note.
    pub within: bool,
}

/// The chains of groups of strips: a page's end rather stands before a group than inside. `whole` is the height of a page.
pub(super) fn chains(groups: Vec<Vec<Strip>>, lists: &[RunningList], whole: Pt) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    // Lists whose head is printed by then, each with the number of its last step.
    let mut begun: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for strips in groups {
        let is_short = tightest(&strips) <= whole;
        let inside = if is_short { price::INSIDE_BLOCK } else { price::INSIDE_LONG_BLOCK };
        let first = chains.len();
        for strips in joined(strips) {
            // What no page holds is divided all the same, as high as a page holds: so a caution stays with its step even if the
            // step's items don't.
            for (piece, strips) in filled(strips, whole).into_iter().enumerate() {
                let mut price = if chains.len() > first { inside } else { 0 };
                if piece > 0 {
                    price += price::TORN;
                }
                let list = strips[0].list;
                let again = list.and_then(|list| {
                    let step = begun.get(&list)?.clone();
                    let within = strips[0].within;
                    // What goes on is said of a step's text, and not of a note that stands before a step.
                    Some(Again { list, step: step.filter(|_| !within || strips[0].step.is_some()), within })
                });
                for strip in &strips {
                    if let Some(list) = strip.list {
                        let step = begun.entry(list).or_default();
                        if strip.step.is_some() {
                            step.clone_from(&strip.step);
                        }
                    }
                }
                let size = Size {
                    height: height(&strips, false),
                    before: strips[0].before,
                    slack: slack(&strips),
                    price,
                    ..Size::default()
                };
                chains.push(Chain { strips, size, again });
            }
        }
    }
    wishes(&mut chains, lists, whole);
    singles(&mut chains);
    chains
}

/// Prices page ends behind strips that wish to stay with the next, and inside atomic blocks.
fn wishes(chains: &mut [Chain], lists: &[RunningList], whole: Pt) {
    let bar = |strip: &Strip| strip.list.filter(|list| lists[*list].is_atomic);
    // Heights of the atomic blocks, with what stands over their first row on its page.
    let mut blocks: BTreeMap<usize, Pt> = BTreeMap::new();
    for chain in &*chains {
        if let Some(block) = chain.strips.iter().find_map(bar) {
            *blocks.entry(block).or_default() += chain.size.height - chain.size.slack;
        }
    }
    let is_long =
        |block: Option<usize>| block.and_then(|block| blocks.get(&block)).is_some_and(|height| *height > whole);
    for index in 1..chains.len() {
        let (before, after) = (&chains[index - 1].strips, &chains[index].strips);
        let Some((last, first)) = before.last().zip(after.first()) else { continue };
        let block = bar(last).or_else(|| bar(first));
        let price = match last.keep {
            Keep::Free | Keep::Must => 0,
            Keep::Wish => price::INSIDE_STEP,
            Keep::Bond if is_long(block) => price::LONG_BOND,
            Keep::Bond => price::BOND,
        };
        let inside = match bar(last) {
            block if block.is_none() || block != bar(first) => 0,
            block if is_long(block) => price::LONG_ATOMIC,
            _ => price::ATOMIC,
        };
        chains[index].size.price += price + inside;
    }
}

/// Prices page ends that part a single row from the others of its list. One that signatures or a closing call go with is no
/// single row.
fn singles(chains: &mut [Chain]) {
    let mut from = 0;
    while from < chains.len() {
        let list = list_of(&chains[from]);
        let same = chains[from..].iter().take_while(|chain| list_of(chain) == list);
        let rows: Vec<usize> = same.map(rows_of).collect();
        let end = from + rows.len();
        if list.is_some() && rows.len() > 1 {
            if rows[0] == 1 {
                chains[from + 1].size.price += price::SINGLE;
            }
            let ends_list = chains[end - 1].strips.last().is_some_and(|strip| strip.list == list);
            if rows[rows.len() - 1] == 1 && ends_list {
                chains[end - 1].size.price += price::SINGLE;
            }
            if ends_list && rows.iter().sum::<usize>() > 3 {
                for (chain, _) in chains[from..end].iter_mut().zip(&rows).rev().take(2).filter(|(_, rows)| **rows == 1)
                {
                    chain.size.is_tail = true;
                }
            }
        }
        from = end;
    }
}

/// The list of a chain's first row.
fn list_of(chain: &Chain) -> Option<usize> {
    chain.strips.iter().find_map(|strip| strip.list)
}

/// Number of rows in a chain; a step and each of its items is one.
fn rows_of(chain: &Chain) -> usize {
    let begins = |strip: &&Strip| strip.step.is_some() && !strip.within;
    match chain.strips.iter().filter(begins).count() {
        0 => usize::from(chain.strips.iter().any(|strip| strip.list.is_some())),
        rows => rows,
    }
}

/// Divides strips behind each one that doesn't have to stay with the next.
fn joined(strips: Vec<Strip>) -> Vec<Vec<Strip>> {
    let mut chains: Vec<Vec<Strip>> = Vec::new();
    let mut is_open = false;
    for strip in strips {
        let keep = strip.keep;
        match chains.last_mut() {
            Some(chain) if is_open => chain.push(strip),
            _ => chains.push(vec![strip]),
        }
        is_open = keep == Keep::Must;
    }
    chains
}

/// Divides strips that no page holds into pieces as high as a page holds. A page that can't hold all that stands before the
/// first row (its heading, cautions and notes) with the row is filled from the row backwards: so what stands nearest to it stays
/// with it.
fn filled(strips: Vec<Strip>, whole: Pt) -> Vec<Vec<Strip>> {
    if tightest(&strips) <= whole {
        return vec![strips];
    }
    let row = strips.iter().position(|strip| strip.step.is_some()).unwrap_or(0);
    let mut rest = strips.into_iter();
    let lead: Vec<Strip> = rest.by_ref().take(row + 1).collect();
    let mut pieces = if tightest(&lead) <= whole { vec![lead] } else { backwards(lead, whole) };
    let mut used = pieces.last().map_or(Pt::ZERO, |piece| tightest(piece));
    for strip in rest {
        let more = strip.before + strip.height - strip.slack;
        match pieces.last_mut() {
            Some(piece) if used + more <= whole => {
                used += more;
                piece.push(strip);
            }
            _ => {
                used = more - strip.before;
                pieces.push(vec![strip]);
            }
        }
    }
    pieces
}

/// Divides strips into pieces, filled from the last strip to the first.
fn backwards(strips: Vec<Strip>, whole: Pt) -> Vec<Vec<Strip>> {
    let mut pieces: Vec<Vec<Strip>> = Vec::new();
    // Height of the piece with the space over its first strip, which it needs as soon as another one stands before it.
    let mut used = Pt::ZERO;
    for strip in strips.into_iter().rev() {
        let own = strip.height - strip.slack;
        let before = strip.before;
        match pieces.last_mut() {
            Some(piece) if used + own <= whole => {
                used += own + before;
                piece.push(strip);
            }
            _ => {
                used = own + before;
                pieces.push(vec![strip]);
            }
        }
    }
    pieces.reverse();
    for piece in &mut pieces {
        piece.reverse();
    }
    not_alone(&mut pieces, whole);
    pieces
}

/// Moves a strip to a heading that would stand on a page of its own, unless that strip is a row.
fn not_alone(pieces: &mut [Vec<Strip>], whole: Pt) {
    let [first, second, ..] = pieces else { return };
    let ([heading], [next, _, ..]) = (&first[..], &second[..]) else { return };
    let both = heading.height - heading.slack + next.before + next.height - next.slack;
    if next.step.is_none() && both <= whole {
        first.push(second.remove(0));
    }
}

/// Height of strips that stand one under another.
pub(super) fn height(strips: &[Strip], at_top: bool) -> Pt {
    let sum: Pt = strips.iter().map(|strip| strip.height + strip.before).sum();
    match strips.first() {
        Some(first) if at_top => sum - first.before,
        _ => sum,
    }
}

/// Height of strips at the top of a page, tightened as far as they may be.
pub(super) fn tightest(strips: &[Strip]) -> Pt {
    height(strips, true) - slack(strips)
}

/// By how much strips may be tightened.
pub(super) fn slack(strips: &[Strip]) -> Pt {
    strips.iter().map(|strip| strip.slack).sum()
}
