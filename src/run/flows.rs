//! Works on several flows in parallel. This is the only place where threads share the work.

use std::sync::LazyLock;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The threads; `None` where the system starts no more of them.
static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| ThreadPoolBuilder::new().build().ok());

/// Does `work` with each flow, and returns the results in the order of the flows. For a single flow no thread is
/// started, and where none can be, this one does all the work.
pub(super) fn each<T: Send, R: Send>(flows: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if flows.len() > 1
        && let Some(threads) = &*THREADS
    {
        threads.install(|| flows.into_par_iter().map(work).collect())
    } else {
        flows.into_iter().map(work).collect()
    }
}
