//! Works on several flows in parallel. This is the only place where threads share the work.

use rayon::prelude::*;

/// Does `work` with each flow, and returns the results in the order of the flows. For a single flow no thread is
/// started.
pub(super) fn each<T: Send, R: Send>(flows: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if flows.len() < 2 {
        return flows.into_iter().map(work).collect();
    }
    flows.into_par_iter().map(work).collect()
}
