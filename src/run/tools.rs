//! The commands around a flow.

use super::Report;
use crate::cli::tools::{FileKind, SchemaArgs};
use crate::source::keys::{schema, tables};

/// Prints the JSON Schema of a kind of file.
#[must_use]
pub fn schema(args: &SchemaArgs) -> Report {
    let kind = match args.file {
        FileKind::Flow => &tables::FLOW,
        FileKind::Release => &tables::RELEASE,
    };
    Report { stdout: schema::json(kind), stderr: String::new(), code: 0 }
}
