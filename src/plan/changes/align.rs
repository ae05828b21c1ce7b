//! Finds for each line of a list which line of the older list it was, in time near linear in the number of lines.

use std::collections::{BTreeMap, VecDeque};

use similar::{Algorithm, DiffOp, capture_diff_slices_by_key};

/// What a line of a list (a step, an item, a contact) is recognised by.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineKey<'l> {
    /// Its name in the flow.
    pub(super) id: Option<&'l str>,
    /// Its action, by which a changed line without a name is recognised.
    pub(super) action: &'l str,
    /// Everything that is printed of it.
    pub(super) content: &'l str,
}

/// What a line was in the older list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    /// The same line, in the same order.
    Same,
    /// A line with another content, or in another order.
    Other {
        /// Index into the older list.
        old: usize,
        /// True when the order has changed.
        moved: bool,
    },
    /// The line is new.
    New,
}

/// How two lists correspond.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Aligned {
    /// For each line of the new list, what it was.
    pub(super) was: Vec<Was>,
    /// The lines of the older list that are gone, in order.
    pub(super) removed: Vec<usize>,
}

/// Matches the lines of two lists: first those that are the same and in the same order, then those with the same name,
/// then, between two matched lines, those with the same action.
pub(super) fn align(old: &[LineKey<'_>], new: &[LineKey<'_>]) -> Aligned {
    let mut was = vec![Was::New; new.len()];
    // For each unmatched old line, the number of the gap between matched lines that it lies in.
    let mut left: Vec<Option<usize>> = vec![None; old.len()];
    let mut gaps = Vec::new();
    for op in capture_diff_slices_by_key(Algorithm::Myers, old, new, |line| line.content) {
        if let DiffOp::Equal { new_index, len, .. } = op {
            was[new_index..new_index + len].fill(Was::Same);
        } else {
            left[op.old_range()].fill(Some(gaps.len()));
            gaps.push((op.old_range(), op.new_range()));
        }
    }

    let named: BTreeMap<&str, usize> = (0..old.len())
        .filter(|index| left[*index].is_some())
        .filter_map(|index| Some((old[index].id?, index)))
        .collect();
    for (gap, (_, range)) in gaps.iter().enumerate() {
        for index in range.clone() {
            let Some(known) = new[index].id.and_then(|id| named.get(id)) else { continue };
            if let Some(from) = left[*known].take() {
                was[index] = Was::Other { old: *known, moved: from != gap };
            }
        }
    }
    for (old_range, new_range) in gaps {
        let mut actions: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for index in old_range.filter(|index| left[*index].is_some()) {
            actions.entry(old[index].action).or_default().push_back(index);
        }
        for index in new_range {
            if was[index] != Was::New {
                continue;
            }
            if let Some(old) = actions.get_mut(new[index].action).and_then(VecDeque::pop_front) {
                left[old] = None;
                was[index] = Was::Other { old, moved: false };
            }
        }
    }
    let removed = left.iter().enumerate().filter_map(|(index, gap)| gap.map(|_| index)).collect();
    Aligned { was, removed }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of `id:action content`, the id often empty.
    fn aligned(old: &str, new: &str) -> Aligned {
        fn lines(words: &str) -> Vec<LineKey<'_>> {
            let line = |word| {
                let (id, content): (&str, &str) = str::split_once(word, ':').unwrap_or(("", word));
                let action = content.trim_end_matches(|c: char| c.is_ascii_digit());
                LineKey { id: Some(id).filter(|id| !id.is_empty()), action, content }
            };
            words.split(' ').map(line).collect()
        }
        align(&lines(old), &lines(new))
    }

    #[test]
    fn a_line_is_known_by_its_place_then_its_name_then_its_action() {
        let other = |old, moved| Was::Other { old, moved };
        assert_eq!(aligned("a b c", "a x b c").was, [Was::Same, Was::New, Was::Same, Was::Same]);
        assert_eq!(aligned("a b c", "a c"), Aligned { was: vec![Was::Same; 2], removed: vec![1] });
        assert_eq!(
            aligned("a k:b c", "a k:x c"),
            Aligned { was: vec![Was::Same, other(1, false), Was::Same], removed: vec![] }
        );
        assert_eq!(aligned("a b1 c", "a b2 c").was[1], other(1, false));
        assert_eq!(aligned("k:a b c d", "b c d k:a").was[3], other(0, true));
        // Another list's line with the same action, on the far side of a line that stays, is another line.
        assert_eq!(aligned("a1 b", "b a2"), Aligned { was: vec![Was::Same, Was::New], removed: vec![0] });
    }

    #[test]
    fn ten_thousand_lines_are_aligned() {
        fn lines(words: &[String]) -> Vec<LineKey<'_>> {
            words.iter().map(|word| LineKey { id: None, action: word, content: word }).collect()
        }
        let words: Vec<String> = (0..10_000).map(|n| (n * 7919 % 10_007).to_string()).collect();
        let mut mixed = words.clone();
        mixed.sort();
        let reversed: Vec<String> = words.iter().rev().cloned().collect();
        let same: Vec<String> = (0..10_000).map(|n| (n % 3).to_string()).collect();
        for other in [mixed, reversed, same] {
            assert_eq!(align(&lines(&words), &lines(&other)).was.len(), 10_000);
        }
    }
}
