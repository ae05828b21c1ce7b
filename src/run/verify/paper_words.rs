//! What stands beside each field on paper, in the list's own words.

use std::collections::HashMap;

use serde::Serialize;

use crate::field::FieldName;
use crate::page::FormField;

/// What parts the words of a tooltip.
const BETWEEN: &str = " · ";

/// What stands beside a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Beside {
    /// The row or table that the field stands in: `6.2 Restart the queue`.
    pub row: String,
    /// The field's own words there: `Operator`.
    pub words: String,
}

/// The words beside every field of a list.
pub(super) struct PaperWords {
    fields: HashMap<FieldName, Beside>,
    /// The answers of each question, in order.
    answers: HashMap<String, Vec<FieldName>>,
}

impl PaperWords {
    /// Of the fields of a list, which a tooltip describes as `6.2 Restart the queue · Operator`.
    pub(super) fn new(fields: &[FormField]) -> Self {
        let mut rows: HashMap<String, &str> = HashMap::new();
        for field in fields {
            if let Some((row, _)) = field.tooltip.rsplit_once(BETWEEN) {
                let known = rows.entry(field.name.row()).or_insert(row);
                // Lines of a row name its number alone: its boxes say what is done there.
                if field.name.field.box_of().is_some() && row.len() > known.len() {
                    *known = row;
                }
            }
        }
        let mut words = Self { fields: HashMap::new(), answers: HashMap::new() };
        for field in fields {
            let row = rows.get(&field.name.row()).copied().unwrap_or_default();
            let in_row = field.tooltip.strip_prefix(row).filter(|_| !row.is_empty());
            let own = in_row.and_then(|rest| rest.strip_prefix(BETWEEN)).or_else(|| {
                // `6 · wait begun ____` in the row `6 Wait`.
                let (number, own) = field.tooltip.split_once(BETWEEN)?;
                row.strip_prefix(number)?.starts_with(' ').then_some(own)
            });
            let own = own.unwrap_or(&field.tooltip);
            let beside = Beside { row: row.to_owned(), words: own.to_owned() };
            if words.fields.insert(field.name.clone(), beside).is_none() {
                words.answers.entry(field.name.question()).or_default().push(field.name.clone());
            }
        }
        words
    }

    /// What stands beside a field; its name, where the list has no such field.
    pub(super) fn of(&self, name: &FieldName) -> Beside {
        let known = self.fields.get(name).cloned();
        known.unwrap_or_else(|| Beside { row: String::new(), words: name.to_string() })
    }

    /// What stands beside the boxes that answer a question, given one of them.
    pub(super) fn of_question(&self, name: &FieldName) -> Beside {
        let beside = self.of(name);
        let answers = self.answers.get(&name.question()).map_or(&[][..], Vec::as_slice);
        if answers.len() < 2 {
            return beside;
        }
        let words: Vec<String> = answers.iter().map(|name| self.of(name).words).collect();
        Beside { words: words.join(" / "), ..beside }
    }
}
