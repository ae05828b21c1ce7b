//! Collects the faults that are found while a plan is made.

use crate::diagnostic::Diagnostic;
use crate::source::flow::Str;
use crate::source::id_fault;
use crate::source::suggest::nearest;

/// Only this many faults get a "did you mean", since each takes time for every known name.
const SUGGESTED: usize = 64;

/// So many faults may be there before doubles are looked for: a repeated block has the same fault for each element.
const FEW: usize = 4096;

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<Diagnostic>,
    /// How many of them are known to be without doubles.
    single: usize,
}

impl Faults {
    /// Adds a fault.
    pub(super) fn push(&mut self, fault: Diagnostic) {
        self.found.push(fault);
        if self.found.len() >= FEW.max(2 * self.single) {
            self.drop_doubles();
        }
    }

    fn drop_doubles(&mut self) {
        self.found.sort_by(|a, b| a.order().cmp(&b.order()));
        self.found.dedup_by(|a, b| a.order() == b.order());
        self.single = self.found.len();
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
        let nearest = if self.found.len() < SUGGESTED { nearest(&name.value, known) } else { None };
        self.push(match nearest {
            Some(nearest) => fault.help(format!("did you mean `{nearest}`?")),
            None => match id_fault(&name.value, name.span) {
                // Nothing can be declared under a name that is no id.
                Some(no_id) => Diagnostic { help: no_id.help, ..fault },
                None => fault.help(declare()),
            },
        });
    }

    /// All faults, sorted by place and without doubles.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.drop_doubles();
        self.found
    }
}
