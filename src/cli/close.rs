//! The command line of `runsheet close`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};

use crate::field::Outcome;

pub(super) const CLOSE_EXAMPLES: &str = "\
Examples:
  runsheet close dubbo-2.4.9.release.toml --outcome executed --scan signed.pdf
      writes into the release file how the release went, and the digest of the scan of its signed list
  runsheet close dubbo-2.4.9.release.toml --outcome rolled-back --from 5
      says from which step it was rolled back
  runsheet close dubbo-2.4.9.release.toml --record filled.pdf
      verifies the list that was filled in on a screen, and writes down what it says, with its digest

Exit codes: 0 done, or it stands there already; 1 it can't be written; 2 wrong usage";

/// Arguments of `runsheet close`.
#[derive(Debug, Args)]
pub struct CloseArgs {
    /// The release file
    #[arg(value_name = "RELEASE")]
    pub release: PathBuf,

    /// How it went; a record says it, too
    #[arg(long, value_name = "OUTCOME", value_parser = outcome(), required_unless_present = "record")]
    pub outcome: Option<Outcome>,

    /// The step from which it was rolled back, by its number on paper
    #[arg(long, value_name = "N", value_parser = NonEmptyStringValueParser::new())]
    pub from: Option<String>,

    /// The scan of the signed check list, whose SHA-256 is written down
    #[arg(long, value_name = "FILE")]
    pub scan: Option<PathBuf>,

    /// The check list that was filled in on a screen: what it says is written down, and its SHA-256
    ///
    /// It is verified first; one whose pages were changed is refused.
    #[arg(long, value_name = "FILE", conflicts_with = "scan")]
    pub record: Option<PathBuf>,

    /// Font file (TrueType or OpenType) that `--record` was built with; may be repeated
    #[arg(long, value_name = "FILE", requires = "record")]
    pub font: Vec<PathBuf>,
}

/// Parses an outcome.
fn outcome() -> impl TypedValueParser<Value = Outcome> {
    let known = |name: &str| Outcome::ALL.iter().copied().find(|outcome| outcome.word() == name);
    PossibleValuesParser::new(Outcome::ALL.iter().map(|outcome| outcome.word()))
        .try_map(move |name| known(&name).ok_or("no such outcome"))
}
