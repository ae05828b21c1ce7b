//! Streams are deflated beside everything else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lopdf::{Dictionary, ObjectId, Stream};
use rayon::ScopeFifo;
use sirocco::Format;
use sirocco::deflate::{Encoder, Flush, Level, Progress, compress_bound};

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

/// Streams that wait to be deflated: whichever thread has nothing else to do takes the next one. The first come first, so
/// that a large font program isn't left for the end.
pub(super) struct Press<'p, 's> {
    scope: &'p ScopeFifo<'s>,
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
    let result = rayon::scope_fifo(|scope| make(&Press { scope, shared: &shared }));
    let deflater = shared.deflater();
    let mut streams = shared.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    streams.sort_by_key(|(slot, _)| *slot);
    (result, Pressed { streams, deflater })
}

impl Press<'_, '_> {
    /// A stream that goes into the file as it is.
    pub(super) fn store(&self, slot: Slot, stream: Stream) {
        lock(&self.shared.done).push((slot, stream.with_compression(false)));
    }

    /// A stream to deflate.
    pub(super) fn put(&self, slot: Slot, stream: Stream) {
        let shared = self.shared;
        if shared.waiting.fetch_add(1, Ordering::Relaxed) < WAITING {
            self.scope.spawn_fifo(move |_| shared.deflate(slot, stream));
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

/// What deflates streams. Used again and again: its tables are a third of a megabyte, and new ones for each stream
/// would leave holes of that size in memory.
pub(super) struct Deflater {
    encoder: Encoder,
    /// Room for what is deflated, used again.
    room: Vec<u8>,
}

impl Deflater {
    /// Level 1 takes half the time of zlib's level 2 and gives files of the same size. The encoder does the same on
    /// every processor, so its bytes are the same everywhere.
    pub(super) fn new() -> Self {
        Self { encoder: Encoder::new(Format::Zlib, Level::FASTEST), room: Vec::new() }
    }

    /// A deflated stream.
    pub(super) fn stream(&mut self, mut dict: Dictionary, content: &[u8]) -> Stream {
        let most = compress_bound(Format::Zlib, content.len());
        if self.room.len() < most {
            self.room.resize(most, 0);
        }
        let Progress { output, done, .. } = self.encoder.compress(content, &mut self.room, Flush::Finish);
        assert!(done, "there is as much room as the library asks for");
        dict.set("Filter", name("FlateDecode"));
        // A copy of the right size.
        Stream::new(dict, output.to_vec()).with_compression(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_deflated_is_the_same_again(
            streams in proptest::collection::vec(proptest::collection::vec(0_u8..20, 0..30_000), 1..4)
        ) {
            let mut deflater = Deflater::new();
            for content in streams {
                let stream = deflater.stream(Dictionary::new(), &content);
                // Which deflater a stream gets depends on who has time for it.
                let fresh = Deflater::new().stream(Dictionary::new(), &content);
                proptest::prop_assert_eq!(&stream.content, &fresh.content);
                let again = stream.decompressed_content().expect("a stream that can be read");
                proptest::prop_assert_eq!(again, content);
            }
        }
    }
}
