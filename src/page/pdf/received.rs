//! Reads what is in a check list that somebody hands in, and finds where its pages differ from those that were made.

pub use super::read::Fault;
pub use super::read::fields::{FieldContent, FilledField};
use super::read::pages::{self, PageDigests};
use super::read::{Dict, PdfValue, ReceivedFile, fields};
use super::save;

/// Greatest number of nodes in the tree of attachments.
const MOST_NODES: usize = 1000;

/// A file that can be read.
pub struct Received<'b> {
    file: ReceivedFile<'b>,
    catalog: Dict,
}

/// Its pages, for [`differences`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPages {
    list: Vec<PageDigests>,
    acts: [u8; 32],
    /// What is filled in, in reading order.
    pub filled: Vec<FilledField>,
}

impl ReceivedPages {
    /// Number of pages.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// What lies over the pages besides links and fields, such as drawings and notes: the number of its page, counted
    /// from 1, and what it is, as in "annotation `Ink`". No build makes any.
    pub fn additions(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.list.iter().enumerate();
        let all = numbered.flat_map(|(index, page)| page.annotations.iter().map(move |(name, _)| (index + 1, &**name)));
        // The window of a note is an annotation too.
        all.filter(|(_, name)| {
            name.starts_with("annotation ") && !matches!(*name, "annotation `Link`" | "annotation `Popup`")
        })
    }
}

/// True for the bytes of a check list as a build wrote them, of any version: nothing was changed in them or added.
#[must_use]
pub fn is_as_saved(list: &[u8]) -> bool {
    save::is_as_saved(list)
}

/// A difference from the list that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Number of its page, counted from 1; `None` for the file as a whole.
    pub page: Option<usize>,
    /// What differs.
    pub what: String,
}

impl<'b> Received<'b> {
    /// Reads as much as is needed to find the rest.
    ///
    /// # Errors
    /// What can't be read.
    pub fn open(bytes: &'b [u8]) -> Result<Self, Fault> {
        let file = ReceivedFile::open(bytes)?;
        let PdfValue::Table(catalog) = file.get(file.trailer(), "Root")? else {
            return Err(Fault::Damaged("it has no catalog"));
        };
        Ok(Self { file, catalog })
    }

    /// An attachment by its name.
    ///
    /// # Errors
    /// What can't be read.
    pub fn attachment(&self, wanted: &str) -> Result<Option<Vec<u8>>, Fault> {
        let file = &self.file;
        let names = file.get(&self.catalog, "Names")?;
        let Some(names) = names.table() else { return Ok(None) };
        let mut open = vec![names.get(&b"EmbeddedFiles"[..]).cloned().unwrap_or_default()];
        let mut nodes = 0;
        while let Some(node) = open.pop() {
            nodes += 1;
            if nodes > MOST_NODES {
                return Err(Fault::Damaged("its attachments lead in a circle"));
            }
            let node = file.follow(&node)?;
            let Some(node) = node.table() else { continue };
            if let PdfValue::List(kids) = file.get(node, "Kids")? {
                open.extend(kids.into_iter().take(MOST_NODES));
            }
            let PdfValue::List(names) = file.get(node, "Names")? else { continue };
            for pair in names.chunks_exact(2) {
                if fields::text(&file.follow(&pair[0])?) == wanted {
                    return self.embedded(&pair[1]);
                }
            }
        }
        Ok(None)
    }

    fn embedded(&self, specification: &PdfValue) -> Result<Option<Vec<u8>>, Fault> {
        let specification = self.file.follow(specification)?;
        let Some(specification) = specification.table() else { return Ok(None) };
        let files = self.file.get(specification, "EF")?;
        let Some(files) = files.table() else { return Ok(None) };
        match self.file.get(files, "F")? {
            stream @ PdfValue::Stream(..) => self.file.unpack(&stream).map(Some),
            _ => Ok(None),
        }
    }

    /// Its pages and what is filled in on them.
    ///
    /// # Errors
    /// What can't be read.
    pub fn pages(&self) -> Result<ReceivedPages, Fault> {
        let (pages, filled, acts) = pages::pages(&self.file, &self.catalog)?;
        Ok(ReceivedPages { list: pages, acts, filled })
    }
}

/// Finds where pages differ from those that were made, leaving out what is filled in.
#[must_use]
pub fn differences(found: &ReceivedPages, made: &ReceivedPages) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut differ = |page: Option<usize>, what: String| differences.push(Difference { page, what });
    if found.list.len() != made.list.len() {
        differ(None, format!("there are {} pages, and there were {}", found.list.len(), made.list.len()));
    }
    if found.acts != made.acts {
        differ(None, "it runs or hides something that it didn't".to_owned());
    }
    for (index, (found, made)) in found.list.iter().zip(&made.list).enumerate() {
        let number = Some(index + 1);
        let parts = [
            (found.drawing != made.drawing, "what is drawn on it was changed"),
            (found.resources != made.resources, "its fonts or other resources were changed"),
            (found.size != made.size, "its size was changed, or it was turned"),
            (found.rest != made.rest, "something was added to it or taken away"),
        ];
        for (_, what) in parts.iter().filter(|(differs, _)| *differs) {
            differ(number, (*what).to_owned());
        }
        for (name, _) in surplus(&found.annotations, &made.annotations) {
            differ(number, format!("the {name} was added or changed"));
        }
        for (name, _) in surplus(&made.annotations, &found.annotations) {
            if !found.annotations.iter().any(|(other, _)| other == name) {
                differ(number, format!("the {name} was removed"));
            }
        }
    }
    // Several differences of one kind on a page are reported once.
    differences.dedup();
    differences
}

/// What stands in the first list more often than in the second.
fn surplus<'l, T: Ord>(first: &'l [T], second: &[T]) -> Vec<&'l T> {
    let mut left: Vec<&T> = second.iter().collect();
    left.sort();
    let mut sorted: Vec<&T> = first.iter().collect();
    sorted.sort();
    let mut others = left.into_iter().peekable();
    let mut surplus = Vec::new();
    for item in sorted {
        while others.peek().is_some_and(|other| *other < item) {
            others.next();
        }
        if others.peek() == Some(&item) {
            others.next();
        } else {
            surplus.push(item);
        }
    }
    surplus
}
