//! Collects the faults that are found while a plan is made.

use crate::diagnostic::Diagnostic;
use crate::source::flow::Str;
use crate::source::suggest::nearest;

/// Only this many faults get a "did you mean", since each takes time for every known name.
const SUGGESTED: usize = 64;

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Diagnostic>);

impl Faults {
    /// Adds a fault.
    pub(super) fn push(&mut self, fault: Diagnostic) {
        self.0.push(fault);
    }

    /// Adds the fault of a name that isn't among the known ones. `message` and the name make its message; the nearest
    /// known name, or else `declare`, makes its help.
    pub(super) fn unknown<'k>(
        &mut self,
        code: &'static str,
        name: &Str,
        message: &str,
        known: impl Iterator<Item = &'k str>,
        declare: impl FnOnce() -> String,
    ) {
        let fault = Diagnostic::error(code, name.span, format!("{message} `{}`", name.value));
        let nearest = if self.0.len() < SUGGESTED { nearest(&name.value, known) } else { None };
        self.push(match nearest {
            Some(nearest) => fault.help(format!("did you mean `{nearest}`?")),
            None => fault.help(declare()),
        });
    }

    /// All faults, sorted by place and without doubles: a repeated block has the same fault for each element.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut faults = self.0;
        faults.sort_by(|a, b| a.order().cmp(&b.order()));
        faults.dedup_by(|a, b| a.order() == b.order());
        faults
    }
}
