//! Deflates streams (ISO 32000-1, 7.4.4).

use sirocco::Format;
use sirocco::deflate::{Encoder, Flush, Level, Progress, compress_bound};

use super::object::{Dictionary, Stream, name};

/// The compressor. It is used for all streams, because its tables take a third of a megabyte and new ones for each
/// stream would fragment the memory.
pub(super) struct Deflater {
    encoder: Encoder,
    /// Buffer for the deflated bytes, used again.
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
        // A copy takes only as much memory as it needs.
        Stream::new(dict, output.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_deflated_is_the_same_again(
            streams in proptest::collection::vec(proptest::collection::vec(0_u8..20, 0..30_000), 1..4)
        ) {
            let mut deflater = Deflater::new();
            for content in streams {
                let stream = deflater.stream(Dictionary::new(), &content);
                // Streams deflated before make no difference.
                let fresh = Deflater::new().stream(Dictionary::new(), &content);
                proptest::prop_assert_eq!(&stream.content, &fresh.content);
                let mut again = Vec::new();
                ZlibDecoder::new(&stream.content[..]).read_to_end(&mut again).expect("a stream that can be read");
                proptest::prop_assert_eq!(again, content);
            }
        }
    }
}
