//! The commands that help to write flows and to use the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use clap_complete::Shell;

use crate::render::{BUILTIN, Builtin};
use crate::source::KNOWN_LANGS;
use crate::view::labels::{BUILTIN_LABELS, BuiltinLabels, NamedLabels};

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

pub(super) const IMPORT_EXAMPLES: &str = "\
Examples:
  runsheet import RELEASE.md
      writes `release.toml`: lists and commands are steps, headings are blocks, other text stands in appendices
  runsheet import docs/RELEASE.md -o flows/shop.toml
      writes it into another file; `-o -` prints it
  pandoc change.docx -t gfm | runsheet import - -o change.toml
      makes a flow of a Word document

Whatever was guessed has a comment `# ask: …`, which `runsheet check` lists. No words of the document are lost, and a file that exists is \
never overwritten.";

/// Arguments of `runsheet import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The document in Markdown; `-` for standard input
    #[arg(value_name = "FILE.md")]
    pub document: PathBuf,

    /// Language of the flow and of its questions [default: the one that the document is written in]
    #[arg(long, value_name = "TAG", value_parser = PossibleValuesParser::new(KNOWN_LANGS))]
    pub lang: Option<String>,

    /// File to write; `-` for standard output [default: the document's name in lower case, with `.toml`, in this folder]
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
      lists what the template gets: fields, filters, words
  runsheet templates labels/en.toml > templates/labels/fr.toml
      begins labels in a language that isn't there yet, or words of your own in one that is";

/// Arguments of `runsheet templates`.
#[derive(Debug, Args)]
pub struct TemplatesArgs {
    /// The template or label file to print; without it, all are listed
    #[arg(value_name = "NAME", value_parser = template())]
    pub name: Option<TemplateName>,

    /// Print what the template gets instead of the template; of a label file, its labels
    #[arg(long, requires = "name")]
    pub fields: bool,
}

/// What `runsheet templates` prints.
#[derive(Debug, Clone, Copy)]
pub enum TemplateName {
    /// A template.
    Template(&'static Builtin),
    /// A label file.
    Labels(&'static BuiltinLabels),
}

impl TemplateName {
    fn named(name: &str) -> Option<Self> {
        let labels = || BUILTIN_LABELS.iter().find(|labels| labels.name == name).map(Self::Labels);
        Builtin::named(name).map(Self::Template).or_else(labels)
    }
}

/// Parses the name of a template or a label file.
fn template() -> impl TypedValueParser<Value = TemplateName> {
    let templates = BUILTIN.iter().map(|builtin| (builtin.name, builtin.doc));
    let named = templates.chain(BUILTIN_LABELS.iter().map(|labels| (labels.name, labels.doc)));
    PossibleValuesParser::new(named.map(|(name, doc)| PossibleValue::new(name).help(doc)).collect::<Vec<_>>())
        .try_map(|name| TemplateName::named(&name).ok_or("no such template"))
}

pub(super) const LABELS_EXAMPLES: &str = "\
Examples:
  runsheet labels > templates/labels/fr.toml
      begins labels in a language that isn't there yet; `runsheet build flows --templates templates` uses them
  runsheet labels sheet.hot operator > templates/labels/en.toml
      begins with two of our words, to put your own in their place
  runsheet labels --lang zh-CN --change > templates/labels/change.zh-CN.toml
      prints what flows with `labels = \"change\"` say instead, in Chinese";

/// Arguments of `runsheet labels`.
#[derive(Debug, Args)]
pub struct LabelsArgs {
    /// Labels to print, by name (`colon`, `sheet.note`) or by section (`sheet`); without any, all are printed
    #[arg(value_name = "LABEL", value_parser = NamedLabels::named)]
    pub labels: Vec<NamedLabels>,

    /// Language of the labels
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = PossibleValuesParser::new(KNOWN_LANGS))]
    pub lang: String,

    /// Print the words for changes instead of releases (`labels = "change"` in a flow): those that differ, or the labels named
    #[arg(long)]
    pub change: bool,
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
