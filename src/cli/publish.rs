//! The command line of `runsheet publish`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{BuildArgs, ReleaseArgs};
use crate::geometry::Paper;
use crate::output::OutputKind;

pub(super) const PUBLISH_EXAMPLES: &str = "\
Examples:
  runsheet publish flows --dry-run
      shows what would change on the wikis that `runsheet.toml` names, and writes nothing
  runsheet publish flows
      writes the page of each flow and of its release; what is the same already stays as it is
  runsheet publish dubbo.toml --release dubbo-2.4.9.release.toml --to team
      writes one flow and one of its releases to the wiki that `[publish.team]` describes

  runsheet publish dubbo.toml --release dubbo-2.4.9.release.toml --record filled.pdf
      verifies the list that was filled in, and puts it on the page of the release with its outcome
  runsheet publish dubbo.toml --release dubbo-2.4.9.release.toml --record scan.pdf
      puts the scan that `runsheet close --scan` named on the page of its release

Exit codes: 0 done, or nothing to do; 1 something was refused or failed; 2 wrong usage. `--dry-run` exits as the run would.";

/// The formats in which `runsheet publish` says what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PublishFormat {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON array, an object for each page and file.
    Json,
}

/// Arguments of `runsheet publish`.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Flow files; or folders, to take every flow in them, as `build` does
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// Write only to this wiki, one of those that `runsheet.toml` names; may be repeated
    #[arg(long, value_name = "NAME")]
    pub to: Vec<String>,

    /// Write nothing; show what would change
    #[arg(long)]
    pub dry_run: bool,

    /// Take over pages and files of these names that runsheet didn't write
    #[arg(long)]
    pub adopt: bool,

    /// Write over what was changed by hand on our pages
    ///
    /// A release that has begun keeps the page as it is, with what was changed; only its state is written anew.
    #[arg(long)]
    pub force: bool,

    /// Put this check list, filled in on a screen, on the page of its release, with its outcome
    ///
    /// It is verified first; one whose pages were changed is refused. The scan that a release file names (`runsheet close --scan`)
    /// is put there as well, as a scan that wasn't verified.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// How to print what was done
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: PublishFormat,

    /// Paper of the check lists that are attached
    #[arg(long, default_value = "a4", value_parser = super::paper())]
    pub paper: Paper,

    /// Language of the pages, one of those that the flow is written in [default: its first]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,

    /// Folder with templates, as `build` takes it
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,

    /// Font file (TrueType or OpenType) for characters that the built-in fonts lack; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,

    /// What the command line says about the release.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

impl PublishArgs {
    /// The arguments of a build that makes the files which are attached.
    #[must_use]
    pub fn build(&self, only: Vec<OutputKind>) -> BuildArgs {
        BuildArgs {
            paper: self.paper,
            lang: self.lang.clone(),
            templates: self.templates.clone(),
            font: self.font.clone(),
            ..BuildArgs::in_memory(only)
        }
    }
}
