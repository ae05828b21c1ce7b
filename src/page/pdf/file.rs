//! A PDF file while it is made: objects that may still change, objects that are written already, and deflated
//! streams.

use std::collections::BTreeMap;
use std::io::Write as _;

use super::deflate::Deflater;
use super::object::{Dictionary, Id, Object, Stream, name, write_number, write_value};

/// Objects in one object stream.
const PER_STREAM: usize = 200;

/// About how many bytes they take; memory is reserved at once.
const STREAM_BYTES: usize = 28 << 10;

/// The objects of a file. Whatever makes one adds to it; at the end everything but the streams is packed into object streams,
/// since a long document has tens of thousands of small objects.
pub(super) struct FileObjects {
    /// Objects that others still change.
    objects: BTreeMap<Id, Object>,
    /// Streams, as they stand in the file.
    streams: BTreeMap<Id, Stream>,
    /// The last object number that is given out.
    last: u32,
    /// The catalog.
    root: Id,
    /// The document information.
    info: Option<Id>,
    /// Number and place of each object of the object stream that is being filled.
    heads: Vec<(Id, usize)>,
    body: Vec<u8>,
    /// Full object streams, each with the objects that it holds.
    packed: Vec<(Vec<Id>, Stream)>,
    small: SmallStreams,
    deflater: Deflater,
}

/// Small streams as they stand in the file: a fillable list has thousands, and each would take a kilobyte as an object.
#[derive(Default)]
pub(super) struct SmallStreams {
    /// Number and place of each.
    pub heads: Vec<(Id, usize)>,
    /// All of them.
    pub bytes: Vec<u8>,
}

/// A file that is complete except for its cross-reference table.
pub(super) struct FileParts {
    /// Streams, as they stand in the file.
    pub streams: BTreeMap<Id, Stream>,
    /// Object streams, each with the objects that it holds.
    pub packed: Vec<(Vec<Id>, Stream)>,
    /// Small streams.
    pub small: SmallStreams,
    /// The last object number that is given out.
    pub last: u32,
    /// The catalog.
    pub root: Id,
    /// The document information.
    pub info: Option<Id>,
    /// Compressor for the last stream, the cross-reference table.
    pub deflater: Deflater,
}

impl FileObjects {
    /// A file without any object: the numbers up to `last` are given away, `root` is that of the catalog, `info` that of the
    /// document information.
    pub(super) fn new(last: u32, root: Id, info: Option<Id>) -> Self {
        Self {
            objects: BTreeMap::new(),
            streams: BTreeMap::new(),
            last,
            root,
            info,
            heads: Vec::new(),
            body: Vec::new(),
            packed: Vec::new(),
            small: SmallStreams::default(),
            deflater: Deflater::new(),
        }
    }

    /// A number that no object has.
    pub(super) fn new_id(&mut self) -> Id {
        self.new_ids(1)
    }

    /// The first of `count` numbers in a row that no object has.
    pub(super) fn new_ids(&mut self, count: usize) -> Id {
        let first = self.last + 1;
        self.last += count as u32;
        Id(first)
    }

    /// Sets the object of a number.
    pub(super) fn set(&mut self, id: Id, object: impl Into<Object>) {
        self.objects.insert(id, object.into());
    }

    /// Adds an object.
    pub(super) fn add(&mut self, object: impl Into<Object>) -> Id {
        let id = self.new_id();
        self.set(id, object);
        id
    }

    /// Removes an object and returns it.
    pub(super) fn remove(&mut self, id: Id) {
        self.objects.remove(&id);
    }

    /// Sets a stream as it is.
    pub(super) fn store(&mut self, id: Id, stream: Stream) {
        self.streams.insert(id, stream);
    }

    /// Sets a stream, deflated.
    pub(super) fn deflate(&mut self, id: Id, stream: Stream) {
        let stream = self.deflater.stream(stream.dict, &stream.content);
        self.store(id, stream);
    }

    /// A dictionary, to be changed.
    pub(super) fn dictionary(&mut self, id: Id) -> Option<&mut Dictionary> {
        if let Object::Dictionary(dictionary) = self.objects.get_mut(&id)? { Some(dictionary) } else { None }
    }

    /// Every dictionary, to be changed.
    pub(super) fn dictionaries(&mut self) -> impl Iterator<Item = &mut Dictionary> {
        self.objects.values_mut().filter_map(|object| match object {
            Object::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        })
    }

    /// The catalog.
    ///
    /// # Errors
    ///
    /// Says that there is none.
    pub(super) fn catalog(&mut self) -> Result<&mut Dictionary, String> {
        self.dictionary(self.root).ok_or_else(|| "the PDF has no catalog".to_owned())
    }

    /// The number of the document information.
    pub(super) fn info(&mut self) -> Id {
        if let Some(id) = self.info {
            return id;
        }
        let id = self.new_id();
        self.info = Some(id);
        id
    }

    /// Begins the object of this number; what is appended is its text, up to the next object.
    pub(super) fn text(&mut self, id: Id) -> &mut Vec<u8> {
        if self.heads.len() == PER_STREAM {
            self.pack();
        }
        if self.body.is_empty() {
            self.body.reserve(STREAM_BYTES);
        } else {
            self.body.push(b'\n');
        }
        self.heads.push((id, self.body.len()));
        &mut self.body
    }

    /// Adds a small stream; `entries` are those of its dictionary.
    pub(super) fn small_stream(&mut self, id: Id, entries: &str, content: &[u8]) {
        let SmallStreams { heads, bytes } = &mut self.small;
        heads.push((id, bytes.len()));
        // Writing to memory can't fail.
        let _ = write!(bytes, "{} 0 obj\n<<{entries}/Length {}>>stream\n", id.0, content.len());
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Packs every object but the streams.
    pub(super) fn finish(mut self) -> FileParts {
        for (id, object) in std::mem::take(&mut self.objects) {
            write_value(self.text(id), &object);
        }
        self.pack();
        let Self { streams, last, root, info, packed, small, deflater, .. } = self;
        FileParts { streams, packed, small, last, root, info, deflater }
    }

    /// Ends an object stream.
    fn pack(&mut self) {
        if self.heads.is_empty() {
            return;
        }
        let mut head = Vec::new();
        for (id, at) in &self.heads {
            for number in [i64::from(id.0), *at as i64] {
                write_number(&mut head, number);
                head.push(b' ');
            }
        }
        let mut dict = Dictionary::new();
        dict.set("Type", name("ObjStm"));
        dict.set("N", self.heads.len() as i64);
        dict.set("First", head.len() as i64);
        head.append(&mut self.body);
        let Stream { dict, content } = Stream::new(dict, head);
        let stream = self.deflater.stream(dict, &content);
        self.packed.push((self.heads.drain(..).map(|(id, _)| id).collect(), stream));
    }
}
