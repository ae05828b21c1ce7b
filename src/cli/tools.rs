//! The commands around a flow: what helps to write one, and what helps to use the command line.

use clap::{Args, ValueEnum};

pub(super) const SCHEMA_EXAMPLES: &str = "\
Examples:
  runsheet schema > flow.schema.json
      then the first line of a flow beside it: #:schema flow.schema.json
  runsheet schema release > release.schema.json
      the same for release files";

/// What `runsheet schema` is told.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The kind of file
    #[arg(value_name = "FILE", default_value = "flow")]
    pub file: FileKind,
}

/// The kinds of file that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// A flow.
    Flow,
    /// The release of a flow: `*.release.toml`.
    Release,
}
