//! The commands that help to write flows and to use the command line.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use clap_complete::Shell;

use crate::source::KNOWN_LANGS;

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
    /// What holds for all flows of a folder: `runsheet.toml`.
    Config,
}

pub(super) const NEW_EXAMPLES: &str = "\
Examples:
  runsheet new shop-upgrade
      writes `shop-upgrade.toml`: a whole flow with a word on each key, to put your own in its place
  runsheet new shop-upgrade --lang zh-CN -o flows/shop.toml
      the same in Chinese, into another file; `-o -` prints it

No file is ever overwritten.";

/// What `runsheet new` is told.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Id of the flow: letters, digits and `-`
    #[arg(value_name = "ID", default_value = "my-release")]
    pub id: String,

    /// Language of the flow and of its comments
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = PossibleValuesParser::new(KNOWN_LANGS))]
    pub lang: String,

    /// File to write, `-` for standard output [default: ID.toml]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  runsheet completions bash > ~/.local/share/bash-completion/completions/runsheet
  runsheet completions zsh > ~/.zfunc/_runsheet
      with `fpath=(~/.zfunc $fpath)` before `compinit` in ~/.zshrc
  runsheet completions fish > ~/.config/fish/completions/runsheet.fish";

/// What `runsheet completions` is told.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  runsheet man | man -l -
      shows the page of `runsheet` itself
  runsheet man -o ~/.local/share/man/man1
      writes runsheet.1, runsheet-build.1 and so on";

/// What `runsheet man` is told.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder for a page of each command, which take the place of older ones; without it, the first page is printed
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
