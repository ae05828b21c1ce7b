//! What a long run shows on standard error: how far it has got, and what it waits for.

use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::chars::shown;

/// A run that is shorter than this shows no progress bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// A run that waits for another one for less than this doesn't say so.
const WAITING: Duration = Duration::from_secs(1);

/// How far a run has got.
pub struct Progress {
    /// The bar, when one is wanted. It is hidden at first.
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Says that one more part is done.
    pub fn tick(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Does `work`, which waits for what `holder` names, and says so when that takes long.
    pub fn wait(&self, holder: &str, work: &mut dyn FnMut()) {
        wait(WAITING, || self.say(&format!("note: waiting for {holder}\n")), work);
    }

    /// Writes words above the bar.
    fn say(&self, words: &str) {
        // If standard error is closed, nobody is there to be told.
        let write = || drop(io::stderr().write_all(shown::report(words).as_bytes()));
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

/// Does `work`. When a progress bar is `wanted` and the work takes long, it counts the work's `count` parts.
pub fn watched<T>(wanted: bool, count: usize, work: impl FnOnce(&Progress) -> T) -> T {
    if !wanted {
        return work(&Progress { bar: None });
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
    let progress = Progress { bar: Some(bar.clone()) };
    let result = beside(show, || work(&progress));
    bar.finish_and_clear();
    result
}

/// Does `work`, and calls `say` once when it takes longer than `patience`.
fn wait(patience: Duration, say: impl FnOnce() + Send, work: &mut dyn FnMut()) {
    let watch = |watch: &Receiver<()>| {
        if watch.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            say();
        }
    };
    beside(watch, work);
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
            let sum = watched(wanted, 3, |progress| (1..=3).inspect(|_| progress.tick()).sum::<i32>());
            assert_eq!(sum, 6);
        }
    }

    #[test]
    fn only_long_waiting_is_told() {
        let (tell, told) = channel();
        let mut worked = 0;
        // This work ends only after the word has been said.
        wait(Duration::ZERO, || tell.send(()).unwrap(), &mut || worked += told.iter().take(1).count());
        wait(Duration::MAX, || panic!("the work was short"), &mut || worked += 1);
        assert_eq!(worked, 2);
    }
}
