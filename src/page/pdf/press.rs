//! Streams are deflated beside everything else: it takes as long as all of it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Dictionary, ObjectId, Stream};

use super::object::name;

/// Streams that may wait: enough that nobody waits for them, few enough that memory stays small.
const WAITING: usize = 64;

/// What a stream is to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// An object.
    Object(ObjectId),
    /// The object stream of this index.
    Packed(usize),
    /// The font program of the face of this index.
    Program(usize),
}

/// Streams that wait to be deflated. One thread works on them while they are made; at the end the maker helps.
pub(super) struct Press {
    state: Mutex<State>,
    changed: Condvar,
}

/// What a press gives.
pub(super) struct Pressed {
    /// The streams, in order.
    pub streams: Vec<(Slot, Stream)>,
    /// What deflated them, for one more.
    pub deflater: Deflater,
}

struct State {
    waiting: VecDeque<(Slot, Stream)>,
    done: Vec<(Slot, Stream)>,
    closed: bool,
    /// The maker's own, for when it has to help.
    spare: Option<Deflater>,
}

impl Press {
    /// Runs `make`, which puts streams in, and returns what it gave with all of them deflated.
    pub(super) fn run<T>(make: impl FnOnce(&Self) -> T) -> (T, Pressed) {
        let state = State { waiting: VecDeque::new(), done: Vec::new(), closed: false, spare: None };
        let press = Self { state: Mutex::new(state), changed: Condvar::new() };
        let result = std::thread::scope(|scope| {
            scope.spawn(|| press.work());
            // Dropped at the end or by a panic, so that the other thread never waits for ever.
            let _close = Close(&press);
            make(&press)
        });
        let State { mut done, spare, .. } = press.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(slot, _)| *slot);
        (result, Pressed { streams: done, deflater: spare.unwrap_or_else(Deflater::new) })
    }

    /// A stream to deflate.
    pub(super) fn put(&self, slot: Slot, stream: Stream) {
        let mut state = self.lock();
        state.waiting.push_back((slot, stream));
        self.changed.notify_one();
        if state.waiting.len() > WAITING {
            self.help(state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deflates until nothing is left to come.
    fn work(&self) {
        let mut deflater = Deflater::new();
        let mut state = self.lock();
        loop {
            state = if !state.waiting.is_empty() {
                self.deflate(state, &mut deflater)
            } else if state.closed {
                return;
            } else {
                self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
            };
        }
    }

    /// Does the maker's part: one stream.
    fn help(&self, mut state: MutexGuard<'_, State>) {
        let mut deflater = state.spare.take().unwrap_or_else(Deflater::new);
        let mut state = self.deflate(state, &mut deflater);
        state.spare = Some(deflater);
    }

    /// Deflates the stream that has waited longest, without keeping others from the state meanwhile.
    fn deflate<'s>(&'s self, mut state: MutexGuard<'s, State>, deflater: &mut Deflater) -> MutexGuard<'s, State> {
        let Some((slot, stream)) = state.waiting.pop_front() else { return state };
        drop(state);
        let packed = deflater.stream(stream.dict, &stream.content);
        let mut state = self.lock();
        state.done.push((slot, packed));
        state
    }
}

/// Nothing more is coming: the maker helps with what still waits.
struct Close<'p>(&'p Press);

impl Drop for Close<'_> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
        loop {
            let state = self.0.lock();
            if state.waiting.is_empty() || std::thread::panicking() {
                return;
            }
            self.0.help(state);
        }
    }
}

/// What deflates streams. One for all: its state is a third of a megabyte, and a new one for each stream would leave
/// holes of that size in memory.
pub(super) struct Deflater {
    state: Compress,
    deflated: Vec<u8>,
}

impl Deflater {
    /// With a fresh state.
    pub(super) fn new() -> Self {
        Self { state: Compress::new(Compression::new(2), true), deflated: Vec::new() }
    }

    /// A deflated stream.
    pub(super) fn stream(&mut self, mut dict: Dictionary, content: &[u8]) -> Stream {
        self.state.reset();
        self.deflated.clear();
        loop {
            let rest = content.get(self.state.total_in() as usize..).unwrap_or_default();
            self.deflated.reserve(rest.len() / 2 + 1024);
            match self.state.compress_vec(rest, &mut self.deflated, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => break,
                Ok(Status::Ok | Status::BufError) => {}
                // Deflating can't fail; were it to, the stream goes in as it is.
                Err(_) => return Stream::new(dict, content.to_vec()).with_compression(false),
            }
        }
        dict.set("Filter", name("FlateDecode"));
        // A copy of the right size; the buffer is used again.
        Stream::new(dict, self.deflated.clone()).with_compression(false)
    }
}
