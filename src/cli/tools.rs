//! The commands that help to write flows and to use the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use clap_complete::Shell;

use crate::render::{BUILTIN, Builtin};
use crate::source::KNOWN_LANGS;

pub(super) const SCHEMA_EXAMPLES: &str = "\
Examples:
  runsheet schema > flow.schema.json
      writes the schema of flow files; a flow beside it names it in its first line: `#:schema flow.schema.json`
  runsheet schema release > release.schema.json
      does the same for release files";

/// Arguments of `runsheet schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The kind of file
    #[arg(value_name = "FILE", default_value = "flow")]
    pub file: FileKind,
}

/// The kinds of file that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// A flow file.
    Flow,
    /// A part that flows include: `*.part.toml`.
    Part,
    /// A release file: `*.release.toml`.
    Release,
    /// The configuration for all flows of a folder: `runsheet.toml`.
    Config,
}

pub(super) const NEW_EXAMPLES: &str = "\
Examples:
  runsheet new shop-upgrade
      writes `shop-upgrade.toml`, a complete flow; put your steps in the place of its own
  runsheet new shop-upgrade --lang zh-CN -o flows/shop.toml
      writes the flow in Chinese, into another file; `-o -` prints it

  runsheet new --release shop-upgrade.toml
      writes `shop-upgrade.release.toml`, a release of that flow to fill in: values, people, start

A file that exists is never overwritten.";

/// Arguments of `runsheet new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Id of the flow: letters, digits, `-` and `_`
    #[arg(value_name = "ID", default_value = "my-release")]
    pub id: String,

    /// Write a release of this flow to fill in, instead of a flow; `-` for a flow on standard input
    #[arg(long, value_name = "FLOW", conflicts_with_all = ["id", "lang"])]
    pub release: Option<PathBuf>,

    /// Language of the flow and of its comments
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = PossibleValuesParser::new(KNOWN_LANGS))]
    pub lang: String,

    /// File to write; `-` for standard output [default: ID.toml; for a release, FLOW.release.toml beside the flow]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub(super) const TEMPLATES_EXAMPLES: &str = "\
Examples:
  runsheet templates
      lists the templates
  runsheet templates runbook.md > templates/runbook.md
      begins a template of your own, in the folder `templates`; `runsheet build flows --templates templates` uses it
  runsheet templates --fields runbook.md
      lists what the template gets: fields, filters, words";

/// Arguments of `runsheet templates`.
#[derive(Debug, Args)]
pub struct TemplatesArgs {
    /// The template to print; without it, all are listed
    #[arg(value_name = "NAME", value_parser = template())]
    pub name: Option<&'static Builtin>,

    /// Print what the template gets instead of the template
    #[arg(long, requires = "name")]
    pub fields: bool,
}

/// Parses the name of a template.
fn template() -> impl TypedValueParser<Value = &'static Builtin> {
    PossibleValuesParser::new(BUILTIN.map(|builtin| PossibleValue::new(builtin.name).help(builtin.doc)))
        .try_map(|name| Builtin::named(&name).ok_or("no such template"))
}

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  runsheet completions bash > ~/.local/share/bash-completion/completions/runsheet
  runsheet completions zsh > ~/.zfunc/_runsheet
      with `fpath=(~/.zfunc $fpath)` before `compinit` in ~/.zshrc
  runsheet completions fish > ~/.config/fish/completions/runsheet.fish";

/// Arguments of `runsheet completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to complete in
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  runsheet man | man -l -
      shows the page of `runsheet` itself
  runsheet man -o ~/.local/share/man/man1
      writes runsheet.1, runsheet-build.1 and so on; then `man runsheet-build` shows one of them";

/// Arguments of `runsheet man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder to write a page for each command into, replacing older ones; without it, the page of runsheet is printed
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
