//! Reads what is in a check list that somebody hands in, and finds where its pages differ from those that were made.

use std::collections::BTreeSet;

pub use super::read::Fault;
use super::read::beside::{self, Part};
pub use super::read::fields::{FieldContent, FilledField};
pub use super::read::look::FieldLook;
use super::read::pages::{self, Overlay, Overlays, PageDigests, ReadFile};
use super::read::{Dict, PdfValue, ReceivedFile, updates};
use super::save;

/// A file that can be read.
pub struct Received<'b> {
    file: ReceivedFile<'b>,
    catalog: Dict,
}

/// Its pages, for [`compare`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPages {
    list: Vec<PageDigests>,
    beside: Vec<(Part, [u8; 32])>,
    /// What lies over them.
    pub over: ReceivedOverlays,
}

impl ReceivedPages {
    /// Number of pages.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }
}

/// What lies over its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedOverlays {
    pages: Vec<Overlay>,
    /// What is filled in, in reading order.
    pub filled: Vec<FilledField>,
}

impl ReceivedOverlays {
    /// How many strokes of a pen are over each page that has any, by its number.
    pub fn pen_marks(&self) -> impl Iterator<Item = (usize, usize)> {
        let numbered = self.pages.iter().enumerate();
        numbered.filter(|(_, page)| page.pen_marks > 0).map(|(index, page)| (index + 1, page.pen_marks))
    }

    /// What lies over the pages besides links and fields, such as drawings and notes: the number of its page, counted
    /// from 1, and what it is, as in "annotation `Ink`". No build makes any.
    pub fn additions(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.pages.iter().enumerate();
        let all = numbered.flat_map(|(index, page)| page.annotations.iter().map(move |(name, _)| (index + 1, &**name)));
        // The window of a note is an annotation too.
        let others = all.filter(|(_, name)| {
            name.starts_with("annotation ") && !matches!(*name, "annotation `Link`" | "annotation `Popup`")
        });
        others.chain(self.pen_marks().map(|(page, _)| (page, "annotation `Ink`")))
    }
}

impl From<Overlays> for ReceivedOverlays {
    fn from(Overlays { pages, filled }: Overlays) -> Self {
        Self { pages, filled }
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
        let mut found = None;
        beside::attachments(file, names, &mut |name, specification| {
            let is_wanted = name == wanted;
            if is_wanted {
                found = self.embedded(specification)?;
            }
            Ok(is_wanted)
        })?;
        Ok(found)
    }

    fn embedded(&self, specification: &PdfValue) -> Result<Option<Vec<u8>>, Fault> {
        let Some(specification) = specification.table() else { return Ok(None) };
        match self.file.below(specification, &["EF", "F"])? {
            stream @ PdfValue::Stream(..) => self.file.unpack(&stream).map(Some),
            _ => Ok(None),
        }
    }

    /// Where each update ends that was appended to the first bytes of the file; `None` where what follows them isn't updates
    /// alone.
    #[must_use]
    pub fn updates(&self, first: usize) -> Option<Vec<usize>> {
        updates::ends(&self.file, first)
    }

    /// Its pages and what is filled in on them.
    ///
    /// # Errors
    /// What can't be read.
    pub fn pages(&self) -> Result<ReceivedPages, Fault> {
        let ReadFile { pages, over, beside } = pages::pages(&self.file, &self.catalog)?;
        Ok(ReceivedPages { list: pages, beside, over: over.into() })
    }

    /// What lies over its pages alone, which is all that filling in changes.
    ///
    /// # Errors
    /// What can't be read.
    pub fn overlays(&self) -> Result<ReceivedOverlays, Fault> {
        pages::overlays(&self.file, &self.catalog).map(Into::into)
    }

    /// Why viewers may show something else than was read so far, in words: what isn't written as the standard asks. All objects are
    /// looked at for that.
    ///
    /// # Errors
    /// That there is too much to read.
    pub fn doubts(&self) -> Result<Vec<&'static str>, Fault> {
        self.file.sweep()?;
        Ok(self.file.doubts())
    }
}

/// How pages compare with those that were made, whatever is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// Where they differ, if anywhere.
    Read(Vec<Difference>),
    /// Another program wrote anew how they are drawn, so nobody can tell what else is the same.
    WrittenAnew,
}

/// Compares pages with those that were made, leaving out what is filled in.
#[must_use]
pub fn compare(found: &ReceivedPages, made: &ReceivedPages) -> Comparison {
    if is_written_anew(found, made) {
        return Comparison::WrittenAnew;
    }
    let mut differences = Vec::new();
    let mut differ = |page: Option<usize>, what: String| differences.push(Difference { page, what });
    if found.list.len() != made.list.len() {
        differ(None, format!("there are {} pages, and there were {}", found.list.len(), made.list.len()));
    }
    for ((part, found), (_, made)) in found.beside.iter().zip(&made.beside) {
        if found != made {
            differ(None, changed(*part).to_owned());
        }
    }
    let over = found.over.pages.iter().zip(&made.over.pages);
    for (index, ((found, made), (over, over_made))) in found.list.iter().zip(&made.list).zip(over).enumerate() {
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
        for (name, _) in surplus(&over.annotations, &over_made.annotations) {
            differ(number, format!("the {name} was added or changed"));
        }
        let names: BTreeSet<&str> = over.annotations.iter().map(|(name, _)| &**name).collect();
        for (name, _) in surplus(&over_made.annotations, &over.annotations) {
            if !names.contains(&**name) {
                differ(number, format!("the {name} was removed"));
            }
        }
    }
    // Several differences of one kind on a page are reported once.
    differences.dedup();
    Comparison::Read(differences)
}

/// True when every page is drawn by other operators, and shows the same text or has other fonts: programs that print or
/// reduce a file write it so.
fn is_written_anew(found: &ReceivedPages, made: &ReceivedPages) -> bool {
    let mut pairs = found.list.iter().zip(&made.list);
    found.list.len() == made.list.len()
        && !made.list.is_empty()
        && pairs.all(|(found, made)| {
            let is_other = found.drawing.words == made.drawing.words || found.resources != made.resources;
            found.size == made.size && found.drawing.drawn != made.drawing.drawn && is_other
        })
}

/// What is said of a part beside the pages that isn't as it was.
const fn changed(part: Part) -> &'static str {
    match part {
        Part::Acts => "it runs or hides something that it didn't",
        Part::Outline => "its bookmarks were changed",
        Part::Tags => "its tags were changed, which are read aloud and copied",
        Part::Attached => "its attachments were changed",
        Part::Title => "its title or language was changed",
        Part::View => "how viewers show it, or where its links lead, was changed",
    }
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
