//! Reads the inputs that a check list carries.

use crate::diagnostic::Diagnostic;
use crate::files::TEXT_LIMIT;
use crate::page::pdf::received::Received;
use crate::run::inputs::{InputRole, Inputs};
use crate::run::record::{self, BuildRecord, Indexed};

/// What a check list carries besides its runbook.
pub(super) struct CarriedInputs {
    pub record: BuildRecord,
    /// The bytes of the record.
    pub options: Vec<u8>,
    pub inputs: Inputs,
}

/// The code of the fault that a file is no check list of runsheet.
pub(super) const NOT_OURS: &str = "not-ours";

/// The record and the inputs that a check list carries. Messages call it `file`.
///
/// # Errors
/// One line that says why it isn't a list that runsheet made, or that its attachments were edited.
pub(super) fn carried_inputs(inside: &Received<'_>, file: &str) -> Result<CarriedInputs, Box<Diagnostic>> {
    let fault = |code, message: String| Box::new(Diagnostic::error_nowhere(code, message));
    let attached = |name: &str| inside.attachment(name).map_err(|why| fault("unreadable", format!("`{file}` {why}")));
    let options = attached(record::OPTIONS)?.ok_or_else(|| no_list(file))?;
    if options.len() as u64 > TEXT_LIMIT {
        let (name, limit) = (record::OPTIONS, TEXT_LIMIT >> 20);
        return Err(fault("too-long", format!("`{name}` inside of `{file}` is longer than {limit} MiB")));
    }
    let record = BuildRecord::read(&options).map_err(|why| fault(NOT_OURS, format!("`{file}` {why}")))?;
    let mut inputs = Inputs::default();
    for indexed in &record.inputs {
        let Some(bytes) = attached(&indexed.stored)? else {
            if indexed.role == InputRole::Flow {
                return Err(no_list(file));
            }
            // Format 1 doesn't say which inputs there were.
            if indexed.sha256.is_none() {
                continue;
            }
            return Err(fault("edited", format!("`{file}` was edited: `{}` isn't inside any more", indexed.stored)));
        };
        let Indexed { role, path, stored, sha256 } = indexed.clone();
        let input = inputs
            .push_stored(role, path, stored, bytes)
            .map_err(|why| fault(why.code, format!("`{file}` was edited, or made otherwise: {}", why.message)))?;
        if sha256.is_some_and(|digest| digest != input.digest) {
            let noun = role.noun();
            let message = format!("`{file}` was edited: the {noun} inside isn't the one whose digest stands beside it");
            return Err(fault("edited", message));
        }
    }
    Ok(CarriedInputs { record, options, inputs })
}

/// The fault of a file that is no check list of runsheet.
pub(super) fn no_list(file: &str) -> Box<Diagnostic> {
    let message = format!("`{file}` is no check list of runsheet: what it was made from isn't inside");
    Box::new(Diagnostic::error_nowhere(NOT_OURS, message))
}
