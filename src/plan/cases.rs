//! Faults that a flow has in some cases only: for some of what a release may be.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Span};
use crate::select::{Selected, VariantSet, in_words, select, smallest};
use crate::source::release::ReleaseFile;

/// What tells one fault from another.
type FaultKey = (Option<Span>, &'static str, String);

fn key(fault: &Diagnostic) -> FaultKey {
    (fault.primary.as_ref().map(|label| label.span), fault.code, fault.message.clone())
}

/// Adds to the `faults` of a selection those of what it may still become, and says in which cases a fault is there.
/// `faults_of` finds the faults of one case.
pub(super) fn in_cases(
    selected: &Selected<'_>,
    release: &ReleaseFile,
    faults: Vec<Diagnostic>,
    faults_of: impl Fn(&Selected<'_>, &ReleaseFile) -> Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let flow = selected.whole();
    let found: BTreeSet<FaultKey> = faults.iter().map(key).collect();
    // A fault that is there whatever the release is doesn't name it.
    let always = if faults.is_empty() || selected.chosen().is_empty() {
        found.clone()
    } else {
        let open = selected.undecided(release);
        faults_of(&select(flow, &open), &open).iter().map(key).collect()
    };
    let of_release = in_words(flow, selected.chosen());
    let name = |fault: Diagnostic| if always.contains(&key(&fault)) { fault } else { named(fault, &of_release) };
    let mut faults: Vec<Diagnostic> = faults.into_iter().map(name).collect();
    let mut sometimes: BTreeMap<FaultKey, (VariantSet, Diagnostic)> = BTreeMap::new();
    for (index, variant) in selected.variants().iter().enumerate() {
        let release = variant.release(flow, release);
        for fault in faults_of(&select(flow, &release), &release) {
            let key = key(&fault);
            if !found.contains(&key) {
                sometimes.entry(key).or_insert_with(|| (VariantSet::default(), fault)).0.add(index);
            }
        }
    }
    for (at, fault) in sometimes.into_values() {
        faults.push(named(fault, &in_words(flow, &smallest(selected.variants(), at))));
    }
    faults.sort_by(|a, b| a.order().cmp(&b.order()));
    faults
}

/// A finding that says in which case it is there.
fn named(fault: Diagnostic, case: &str) -> Diagnostic {
    Diagnostic { message: format!("{}{case}", fault.message), ..fault }
}
