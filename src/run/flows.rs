//! Several flows are worked on side by side: the one place where threads share the work.

use rayon::prelude::*;

/// Does `work` with each flow; the results stand in the order of the flows. A single flow is done by this thread, so that
/// no other one is started.
pub(super) fn each<T: Send, R: Send>(flows: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if flows.len() < 2 {
        return flows.into_iter().map(work).collect();
    }
    flows.into_par_iter().map(work).collect()
}
