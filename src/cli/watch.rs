//! The command line of `runsheet watch`.

use clap::Args;

use super::BuildArgs;

pub(super) const WATCH_EXAMPLES: &str = "\
Examples:
  runsheet watch dubbo.toml
      builds the flow at each save of it, its release, its parts and texts, and says what was written and what is wrong
  runsheet watch flows --templates templates --only pdf
      watches a folder of flows and your own templates and labels, and makes only the check lists

A flow with faults leaves its last output as it is. Ctrl-C ends it.

Exit codes: 0 ended by Ctrl-C; 1 nothing can be watched; 2 wrong usage";

/// Arguments of `runsheet watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// What is built, and how.
    #[command(flatten)]
    pub build: BuildArgs,
}
