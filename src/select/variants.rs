//! What a release may be: the combinations of the words of values with `choices`.

use super::ChosenWord;
use crate::diagnostic::Diagnostic;
use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;

/// The most combinations of a flow: more of them nobody can review.
pub const MOST_VARIANTS: usize = 64;

/// One combination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant<'f> {
    /// A word for each value that was open, in the author's order of the values.
    pub words: Vec<ChosenWord<'f>>,
}

impl Variant<'_> {
    /// The release that gives these words too.
    #[must_use]
    pub fn release(&self, flow: &Flow, release: &ReleaseFile) -> ReleaseFile {
        let mut release = release.clone();
        for ChosenWord { value, word } in &self.words {
            let name = &flow.values[*value].name;
            release.values.retain(|(known, _)| known.value != name.value);
            release.values.push((name.clone(), vec![(*word).clone().into()].into()));
        }
        release
    }
}

/// Some of up to [`MOST_VARIANTS`] combinations, by their indices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantSet(u64);

impl VariantSet {
    /// The first `count` of them.
    #[must_use]
    pub const fn all(count: usize) -> Self {
        if count >= MOST_VARIANTS { Self(u64::MAX) } else { Self((1 << count) - 1) }
    }

    /// Adds one.
    pub const fn add(&mut self, index: usize) {
        self.0 |= 1 << index;
    }

    /// Whether one is among them.
    #[must_use]
    pub const fn has(self, index: usize) -> bool {
        self.0 & (1 << index) != 0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Those that are among the others too.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Those that aren't among the others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }
}

/// Every combination of the words of the `open` values. It is a fault when all the values that are `asked` for have more
/// than [`MOST_VARIANTS`].
pub(super) fn all<'f>(flow: &'f Flow, asked: &[usize], open: &[usize]) -> Result<Vec<Variant<'f>>, Diagnostic> {
    let mut count = 1_usize;
    for value in asked.iter().map(|value| &flow.values[*value]) {
        count = count.saturating_mul(value.choices.len());
        if count > MOST_VARIANTS {
            let message = format!("with this value the flow has {count} variants, and it can have {MOST_VARIANTS}");
            return Err(Diagnostic::error("too-many-variants", value.name.span, message)
                .help("nobody can review so many: split the flow, or let conditions name fewer values"));
        }
    }
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let mut all = vec![Variant { words: Vec::new() }];
    for value in open.iter().copied() {
        let words = || flow.values[value].choices.iter().map(|word| ChosenWord { value, word });
        let with =
            |variant: &Variant<'f>, word| Variant { words: variant.words.iter().copied().chain([word]).collect() };
        all = all.iter().flat_map(|variant| words().map(|word| with(variant, word)).collect::<Vec<_>>()).collect();
    }
    Ok(all)
}

/// The fewest words that every variant outside of `found` contradicts: whatever is so is in `found`. The first such words
/// in the order of the variants; none when all variants are in `found`.
#[must_use]
pub fn smallest<'f>(variants: &[Variant<'f>], found: VariantSet) -> Vec<ChosenWord<'f>> {
    let values = variants.first().map_or(0, |variant| variant.words.len());
    // Which of the values are named, as bits; few before many, and the first values before the others.
    let mut subsets: Vec<u32> = (0..1_u32 << values).collect();
    subsets.sort_by_key(|subset| subset.count_ones());
    for subset in subsets {
        for (_, variant) in variants.iter().enumerate().filter(|(index, _)| found.has(*index)) {
            let named = |other: &Variant<'f>| -> Vec<ChosenWord<'f>> {
                let words = other.words.iter().enumerate().filter(|(index, _)| subset & (1 << index) != 0);
                words.map(|(_, word)| *word).collect()
            };
            let words = named(variant);
            let same = variants.iter().enumerate().filter(|(_, other)| named(other) == words);
            if same.into_iter().all(|(index, _)| found.has(index)) {
                return words;
            }
        }
    }
    Vec::new()
}

/// Words as a condition in a message: `` where `kind` is `regular` ``; empty for none.
#[must_use]
pub fn in_words(flow: &Flow, words: &[ChosenWord<'_>]) -> String {
    let one = |one: &ChosenWord<'_>| format!("`{}` is `{}`", flow.values[one.value].name.value, one.word.value);
    let all: Vec<String> = words.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!(", where {}", all.join(" and ")) }
}
