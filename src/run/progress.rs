//! The progress bar of a long run, on standard error.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that is shorter than this shows no progress bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Does `work`, which calls its argument after each of `count` parts. When a progress bar is `wanted` and the work
/// takes long, it counts the parts.
pub fn watched<T>(wanted: bool, count: usize, work: impl FnOnce(&(dyn Fn() + Sync)) -> T) -> T {
    if !wanted {
        return work(&|| {});
    }
    let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{spinner} building {pos}/{len}") {
        bar.set_style(style);
    }
    let show = |watch: &Receiver<()>| {
        if watch.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            while watch.recv_timeout(PATIENCE / 4) == Err(RecvTimeoutError::Timeout) {
                bar.tick();
            }
        }
    };
    let result = beside(show, || work(&|| bar.inc(1)));
    bar.finish_and_clear();
    result
}

/// Does `work`, and meanwhile `watch` in a thread of its own, whose receiver is cut off when the work is done. Where the
/// system starts no thread, the work is done without being watched.
fn beside<T>(watch: impl FnOnce(&Receiver<()>) + Send, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (finished, receiver) = channel();
        let _ = thread::Builder::new().spawn_scoped(scope, move || watch(&receiver));
        let result = work();
        drop(finished);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_is_done_with_and_without_a_watcher() {
        for wanted in [false, true] {
            let sum = watched(wanted, 3, |tick| (1..=3).inspect(|_| tick()).sum::<i32>());
            assert_eq!(sum, 6);
        }
    }
}
