//! Streams are deflated beside everything else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lopdf::{Dictionary, ObjectId, Stream};
use miniz_oxide::DataFormat;
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};
use rayon::Scope;

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
    /// The content of the page of this index.
    Page(usize),
}

/// Streams that wait to be deflated: whichever thread has nothing else to do takes the next one.
pub(super) struct Press<'p, 's> {
    scope: &'p Scope<'s>,
    shared: &'s Shared,
}

/// What the threads share.
#[derive(Default)]
struct Shared {
    waiting: AtomicUsize,
    done: Mutex<Vec<(Slot, Stream)>>,
    /// Deflaters that nobody uses now.
    spare: Mutex<Vec<Box<Deflater>>>,
}

/// What a press gives.
pub(super) struct Pressed {
    /// The streams, in order.
    pub streams: Vec<(Slot, Stream)>,
    /// What deflated them, for one more.
    pub deflater: Box<Deflater>,
}

/// Runs `make`, which puts streams in, and returns what it gave with all of them deflated.
pub(super) fn pressed<T: Send>(make: impl FnOnce(&Press<'_, '_>) -> T + Send) -> (T, Pressed) {
    let shared = Shared::default();
    let result = rayon::scope(|scope| make(&Press { scope, shared: &shared }));
    let deflater = shared.deflater();
    let mut streams = shared.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    streams.sort_by_key(|(slot, _)| *slot);
    (result, Pressed { streams, deflater })
}

impl Press<'_, '_> {
    /// A stream to deflate.
    pub(super) fn put(&self, slot: Slot, stream: Stream) {
        let shared = self.shared;
        if shared.waiting.fetch_add(1, Ordering::Relaxed) < WAITING {
            self.scope.spawn(move |_| shared.deflate(slot, stream));
        } else {
            shared.deflate(slot, stream);
        }
    }
}

impl Shared {
    fn deflate(&self, slot: Slot, stream: Stream) {
        let mut deflater = self.deflater();
        let packed = deflater.stream(stream.dict, &stream.content);
        lock(&self.spare).push(deflater);
        lock(&self.done).push((slot, packed));
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    fn deflater(&self) -> Box<Deflater> {
        let spare = lock(&self.spare).pop();
        spare.unwrap_or_else(|| Box::new(Deflater::new()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
