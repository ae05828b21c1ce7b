//! The command line of `runsheet fix`.

use std::path::PathBuf;

use clap::Args;

pub(super) const FIX_CODES: &str = "\
Exit codes: 0 done; 1 faults remain, or a file can't be written; 2 wrong usage";

/// Arguments of `runsheet fix`.
#[derive(Debug, Args)]
pub struct FixArgs {
    /// Flow files; folders, to take every flow in them; or `-`, to read standard input and write the repaired flow to
    /// standard output
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// Write nothing; show as a diff what would change
    #[arg(long)]
    pub dry_run: bool,
}
