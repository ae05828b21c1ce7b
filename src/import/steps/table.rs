//! A table whose rows are steps.

use super::StepImporter;
use crate::import::document::{Inline, plain};
use crate::import::draft::{DraftCommand, DraftStep};
use crate::import::phrases::{self, ColumnKind};
use crate::import::words;

impl StepImporter<'_> {
    /// A table of steps, row by row.
    pub(super) fn table(&mut self, head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        let heads: Vec<String> = head.iter().map(|head| plain(head)).collect();
        self.comments.push(heads.join(" | "));
        let mut kinds: Vec<ColumnKind> = heads.iter().map(|head| phrases::column(head)).collect();
        let first = kinds.iter().position(|kind| *kind == ColumnKind::Action);
        for (index, kind) in kinds.iter_mut().enumerate() {
            if *kind == ColumnKind::Action && Some(index) != first {
                *kind = ColumnKind::Other;
            }
        }
        for row in rows {
            let mut step = DraftStep::default();
            let mut notes = Vec::new();
            for (index, cell) in row.iter().enumerate() {
                let text = words::text(cell, self.values, true);
                if text.is_empty() {
                    continue;
                }
                match kinds.get(index).copied().unwrap_or(ColumnKind::Other) {
                    ColumnKind::Action => {
                        let made = self.step(&text);
                        let (commands, expect) = (std::mem::take(&mut step.commands), std::mem::take(&mut step.expect));
                        step = DraftStep { commands, ..made };
                        if step.expect.is_empty() {
                            step.expect = expect;
                        } else if !expect.is_empty() {
                            notes.push(expect);
                        }
                    }
                    ColumnKind::Expect if step.expect.is_empty() => step.expect = text,
                    ColumnKind::Command => {
                        let (run, fill) = self.values.filled(&plain(cell), " ");
                        step.commands.push(DraftCommand { run, fill, ..DraftCommand::default() });
                    }
                    ColumnKind::Number => {}
                    _ => notes.push(format!("{}: {text}", heads.get(index).map(String::as_str).unwrap_or_default())),
                }
            }
            step.note.append(&mut notes);
            if step.action.is_empty() {
                let said = self.said("Run the command", "执行命令");
                step.action = step.note.first().filter(|_| step.commands.is_empty()).cloned().unwrap_or(said);
            }
            if step.commands.is_empty() && step.note.is_empty() && step.expect.is_empty() && step.action.is_empty() {
                continue;
            }
            self.push(step);
        }
        self.is_open = false;
    }
}
