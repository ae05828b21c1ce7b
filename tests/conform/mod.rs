//! Checks those clauses of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) that a file of ours could break. Each
//! check gives findings, which begin with the number of the clause.

pub mod breaks;
mod content;
mod file;
mod fonts;
mod forms;
mod tree;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lopdf::{Dictionary, Document, Object, ObjectId};

pub use self::content::Marks;

/// A file that is checked.
pub struct File<'f> {
    /// The objects of the file.
    pub pdf: &'f Document,
    /// Its pages, in order.
    pub pages: Vec<ObjectId>,
    /// What is marked on each page.
    pub marks: Vec<Marks>,
}

/// Everything that is wrong with a file.
pub fn findings(pdf: &Document) -> Vec<String> {
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    let mut findings = Vec::new();
    let marks = pages.iter().enumerate().map(|(page, id)| content::read(pdf, page, *id, &mut findings)).collect();
    let file = File { pdf, pages, marks };
    findings.extend(file::findings(&file));
    findings.extend(fonts::findings(&file));
    findings.extend(forms::findings(&file));
    findings.extend(tree::findings(&file));
    findings
}

impl File<'_> {
    /// The catalog.
    pub fn catalog(&self) -> &Dictionary {
        static NONE: LazyLock<Dictionary> = LazyLock::new(Dictionary::new);
        self.pdf.catalog().unwrap_or(&NONE)
    }

    /// The value of a key, its reference followed.
    pub fn get<'d>(&'d self, dictionary: &'d Dictionary, key: &str) -> Option<&'d Object> {
        follow(self.pdf, dictionary.get(key.as_bytes()).ok()?)
    }

    /// The dictionary of a key.
    pub fn dict<'d>(&'d self, dictionary: &'d Dictionary, key: &str) -> Option<&'d Dictionary> {
        self.get(dictionary, key)?.as_dict().ok()
    }

    /// The array of a key.
    pub fn array<'d>(&'d self, dictionary: &'d Dictionary, key: &str) -> &'d [Object] {
        self.get(dictionary, key).and_then(|object| object.as_array().ok()).map_or(&[], Vec::as_slice)
    }

    /// The annotations of a page with the numbers of their objects.
    pub fn annotations(&self, page: ObjectId) -> Vec<(ObjectId, &Dictionary)> {
        let Ok(page) = self.pdf.get_dictionary(page) else { return Vec::new() };
        let listed = self.array(page, "Annots").iter();
        listed
            .filter_map(|entry| Some((entry.as_reference().ok()?, follow(self.pdf, entry)?.as_dict().ok()?)))
            .collect()
    }

    /// The parent tree: the object of each key.
    pub fn parents(&self) -> BTreeMap<i64, &Object> {
        let Some(tree) = self.dict(self.catalog(), "StructTreeRoot").and_then(|root| self.dict(root, "ParentTree"))
        else {
            return BTreeMap::new();
        };
        let pairs = self.array(tree, "Nums").chunks_exact(2);
        pairs.filter_map(|pair| Some((pair[0].as_i64().ok()?, &pair[1]))).collect()
    }
}

/// The object behind a reference; any other object itself.
pub fn follow<'p>(pdf: &'p Document, object: &'p Object) -> Option<&'p Object> {
    pdf.dereference(object).ok().map(|(_, object)| object)
}

/// A name's text.
pub fn name_of(dictionary: &Dictionary, key: &str) -> String {
    let name = dictionary.get(key.as_bytes()).and_then(Object::as_name);
    name.map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default()
}

/// A text string, decoded.
pub fn text_of(dictionary: &Dictionary, key: &str) -> String {
    dictionary.get(key.as_bytes()).and_then(Object::as_str).map(crate::support::file::text_string).unwrap_or_default()
}
