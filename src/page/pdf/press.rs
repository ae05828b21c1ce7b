//! Streams are deflated beside everything else: it takes as long as all of it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use lopdf::{Dictionary, ObjectId, Stream};
use miniz_oxide::DataFormat;
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};

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
    state: CompressorOxide,
    /// Room for what is deflated, used again.
    room: Vec<u8>,
}

impl Deflater {
    /// With a fresh state. Level 1 takes half the time of the next one, and a file is a tenth larger.
    pub(super) fn new() -> Self {
        let flags = create_comp_flags_from_zip_params(1, DataFormat::Zlib.to_window_bits(), 0);
        Self { state: CompressorOxide::new(flags), room: Vec::new() }
    }

    /// A deflated stream.
    pub(super) fn stream(&mut self, mut dict: Dictionary, content: &[u8]) -> Stream {
        self.state.reset();
        let (mut read, mut written) = (0, 0);
        // Where nothing can be made smaller, a little is added.
        let most = content.len() + content.len() / 8 + 256;
        loop {
            if self.room.len() < written + most {
                self.room.resize(written + most, 0);
            }
            let (status, taken, given) =
                compress(&mut self.state, &content[read..], &mut self.room[written..], TDEFLFlush::Finish);
            (read, written) = (read + taken, written + given);
            match status {
                TDEFLStatus::Done => break,
                TDEFLStatus::Okay => {}
                // Deflating can't fail; were it to, the stream goes in as it is.
                TDEFLStatus::BadParam | TDEFLStatus::PutBufFailed => {
                    return Stream::new(dict, content.to_vec()).with_compression(false);
                }
            }
        }
        dict.set("Filter", name("FlateDecode"));
        // A copy of the right size.
        Stream::new(dict, self.room[..written].to_vec()).with_compression(false)
    }
}
