//! The progress bar of a long run, on standard error.

use std::sync::mpsc::{RecvTimeoutError, channel};
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
    let result = thread::scope(|scope| {
        let (finished, watch) = channel::<()>();
        scope.spawn(|| {
            let watch = watch;
            if watch.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(PATIENCE / 4);
            }
        });
        let result = work(&|| bar.inc(1));
        drop(finished);
        result
    });
    bar.finish_and_clear();
    result
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
