//! The command line: commands, arguments and flags, with the texts of `--help`.

pub mod close;
pub mod fix;
mod in_memory;
pub mod mail;
pub mod publish;
pub mod tools;
pub mod watch;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

use crate::geometry::Paper;
use crate::lint::{self, Rule};
use crate::output::OutputKind;
use crate::view::checklist::{MOST_COPIES, SheetKind};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    long_about = LONG_ABOUT,
    arg_required_else_help = true
)]
pub struct Cli {
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,

    /// When to print faults in colour; `auto` does so on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

const LONG_ABOUT: &str = "\
Makes the documents of a risky release from one reviewed flow file.

A flow file describes the release step by step, in TOML. runsheet makes from it the check list on paper that an operator \
and a checker tick and sign (PDF), a runbook for the wiki (Markdown), a flow chart (SVG), and the mails that announce the \
release.

First steps: `runsheet new` writes a flow to start from, `runsheet check` finds its faults, and `runsheet build` makes the \
documents.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the check list, the runbook, the flow chart and the mails of flows
    #[command(after_help = EXAMPLES, after_long_help = EXAMPLES)]
    Build(BuildArgs),
    /// Build flows again whenever they or anything that they are made from is saved, until Ctrl-C
    #[command(after_help = watch::WATCH_EXAMPLES, after_long_help = watch::WATCH_EXAMPLES)]
    Watch(watch::WatchArgs),
    /// Write the runbooks of flows and releases to a wiki
    #[command(after_help = publish::PUBLISH_EXAMPLES, after_long_help = publish::PUBLISH_EXAMPLES)]
    Publish(publish::PublishArgs),
    /// List the mails of releases, and send each once when it is due
    #[command(after_help = mail::MAIL_EXAMPLES, after_long_help = mail::MAIL_EXAMPLES)]
    Mail(mail::MailArgs),
    /// Write into a release file how the release went
    #[command(after_help = close::CLOSE_EXAMPLES, after_long_help = close::CLOSE_EXAMPLES)]
    Close(close::CloseArgs),
    /// Examine a check list (PDF): which flow it was made from, whether it was changed since, what is filled in
    #[command(after_help = VERIFY_EXAMPLES, after_long_help = VERIFY_EXAMPLES)]
    Verify(VerifyArgs),
    /// Find all faults of flows, and steps that go against proven rules for risky work; write nothing
    #[command(after_help = CHECK_EXAMPLES, after_long_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Repair the faults in flow files that have only one possible repair, such as a misspelt key
    #[command(after_help = fix::FIX_CODES, after_long_help = fix::FIX_CODES)]
    Fix(fix::FixArgs),
    /// Explain a rule of `check`: what it finds, why that matters, and how to break it on purpose
    Explain(ExplainArgs),
    /// List the rules of `check`, one a line
    Rules,
    /// Write a complete flow file to start from, with a comment on each key
    #[command(after_help = tools::NEW_EXAMPLES, after_long_help = tools::NEW_EXAMPLES)]
    New(tools::NewArgs),
    /// Make a flow to finish of a document in Markdown: a release check list, a runbook, a change plan
    #[command(after_help = tools::IMPORT_EXAMPLES, after_long_help = tools::IMPORT_EXAMPLES)]
    Import(tools::ImportArgs),
    /// List the templates of runbook, ticket and mails, print one to start your own from, or say what it gets
    #[command(after_help = tools::TEMPLATES_EXAMPLES, after_long_help = tools::TEMPLATES_EXAMPLES)]
    Templates(tools::TemplatesArgs),
    /// Print our words, as a label file to start your own from
    #[command(after_help = tools::LABELS_EXAMPLES, after_long_help = tools::LABELS_EXAMPLES)]
    Labels(tools::LabelsArgs),
    /// Print the JSON Schema of flow, release or configuration files, for editors
    #[command(after_help = tools::SCHEMA_EXAMPLES, after_long_help = tools::SCHEMA_EXAMPLES)]
    Schema(tools::SchemaArgs),
    /// Print a script that makes your shell complete runsheet's commands and options
    #[command(after_help = tools::COMPLETIONS_EXAMPLES, after_long_help = tools::COMPLETIONS_EXAMPLES)]
    Completions(tools::CompletionsArgs),
    /// Print runsheet's manual page, or write a page for each command into a folder
    #[command(after_help = tools::MAN_EXAMPLES, after_long_help = tools::MAN_EXAMPLES)]
    Man(tools::ManArgs),
}

const EXAMPLES: &str = "\
Examples:
  runsheet build flows
      builds every flow in the folder `flows`, each with the release file (`*.release.toml`) there that names its id
  runsheet build dubbo.toml
      builds one flow with the one release file in its folder that names its id, or blank where there is none
  runsheet build dubbo.toml --release dubbo-2.4.9.release.toml
      builds it for one of several releases; `--blank` builds it without any
  runsheet build dubbo.toml --set version=2.4.9 --start 2013-01-25T20:00:00+08:00
      builds one flow for a release that has no file: the flags say what a release file would say
  runsheet build dubbo.toml --since dubbo-r2.toml --copies 2 --sheets hot,rollback
      prints two copies of some sheets, with bars in the margin where they changed since an older revision
  runsheet build dubbo.toml --cold filled-in/cold.pdf
      makes the check list of the evening, which names the cold list that was used and what changed since
  runsheet build dubbo.toml --only pdf --paper letter
      makes only the check list, for US letter paper; runbook, chart and mails of the last build stay as they are

Exit codes: 0 done; 1 faults, and nothing is written for a flow that has any; 2 wrong usage";

const VERIFY_EXAMPLES: &str = "\
Examples:
  runsheet verify checklist.pdf
      makes the pages again from the flow and the release that the PDF carries, and compares them with its own
  runsheet verify checklist.pdf dubbo.toml
      also compares the flow that the PDF carries with this file
  runsheet verify checklist.pdf cold.pdf
      looks at both lists, and tells whether they are of one flow and release
  runsheet verify filled-in.pdf --complete
      lists every box and line of a list that was filled in on a screen, and what is still missing
  runsheet verify archived.pdf --strict
      passes only a file whose bytes runsheet wrote, with nothing but what was filled in and signed since

Exit codes: 0 nothing is wrong; 1 something is wrong or, with `--complete`, missing; 2 wrong usage";

/// The formats in which `runsheet verify` prints what it has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum VerifyFormat {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON object.
    Json,
}

/// Arguments of `runsheet verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The check list, as `runsheet build` wrote it or as it was filled in
    #[arg(value_name = "FILE.pdf")]
    pub file: PathBuf,

    /// A flow file to compare with the flow that the check list was made from, `-` for standard input; or another check list, to
    /// tell whether both are of one flow and release
    #[arg(value_name = "FLOW|FILE.pdf")]
    pub flow: Option<PathBuf>,

    /// Exit with 1 if anything that must be filled in is missing
    #[arg(long)]
    pub complete: bool,

    /// Exit with 1 if another program saved the file anew: pass only bytes that runsheet wrote, and what was appended to them
    /// by filling in and signing
    #[arg(long)]
    pub strict: bool,

    /// How to print what was found
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: VerifyFormat,

    /// Font file that the check list was made with, if it was made with `--font`; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  runsheet check flows
      checks every flow in the folder `flows`, each with its release file there, as `build` would
  runsheet check dubbo.toml --release dubbo-2.4.9.release.toml
      checks one flow together with this release
  runsheet check flows --format sarif > checked.sarif
      writes a file that code review tools read

Exit codes: 0 no faults, though maybe warnings or notes; 1 faults or, with `--deny warnings`, warnings; 2 wrong usage";

/// The formats in which `runsheet check` prints what it has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people: each finding with its lines in the file, and what to do about it.
    #[default]
    Human,
    /// A JSON array with an object for each finding.
    Json,
    /// Annotations for a GitHub Actions workflow.
    Github,
    /// A SARIF 2.1.0 log, for code review tools.
    Sarif,
}

/// What `--deny` treats like a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Every warning.
    Warnings,
}

/// Arguments of `runsheet check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Flow files; folders, to take every flow in them; or `-`, to read a flow from standard input
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// How to print what was found
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: CheckFormat,

    /// Exit with 1 also when there are warnings
    #[arg(long, value_enum)]
    pub deny: Option<Deny>,

    /// Apply only these rules, separated by commas; faults are reported all the same
    #[arg(long = "rule", value_name = "RULE", value_delimiter = ',', value_parser = rule())]
    pub rules: Vec<&'static Rule>,

    /// Font file (TrueType or OpenType) for characters that the built-in fonts lack; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,

    /// Folder with templates, as `build` takes it: they are checked too, with each flow
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,

    /// Paper that the check list must fit [default: each of them]
    #[arg(long, value_parser = paper())]
    pub paper: Option<Paper>,

    /// Language to check, one of those that the flow is written in [default: each of them]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,

    /// What the command line says about the release.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// Arguments of `runsheet explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Name of the rule
    #[arg(value_parser = rule())]
    pub rule: &'static Rule,
}

/// Arguments of `runsheet build`.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Flow files; folders, to take every flow in them; or `-`, to read a flow from standard input
    ///
    /// The flows of a folder are the files `*.toml` directly in it, in order of their names. `runsheet.toml` isn't a
    /// flow, nor are release files (`*.release.toml`): each of those belongs to the flow whose id it names. An older
    /// revision that is kept for `--since` (`*.old.toml`) is passed over.
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// Folder for the output; each flow gets a folder in it, named like its id, and a numbered release one in that
    #[arg(short, long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,

    /// Make only these outputs, separated by commas; the others of the last build stay as they are
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind())]
    pub only: Vec<OutputKind>,

    /// Build even where files would be replaced that were filled in, changed or written by others, and keep those
    ///
    /// They stay in the flow's folder under another name, such as `checklist.filled-1.pdf` or `runbook.old-1.md`.
    #[arg(long)]
    pub force: bool,

    /// Paper of the check list
    #[arg(long, default_value = "a4", value_parser = paper())]
    pub paper: Paper,

    /// Print only these sheets of the check list, separated by commas
    #[arg(long, value_name = "SHEET", value_delimiter = ',', value_parser = sheet())]
    pub sheets: Vec<SheetKind>,

    /// Print this many copies of the check list; each page says which copy it belongs to
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_COPIES)))]
    pub copies: Option<u32>,

    /// Make every box and line of the check list a form field, to be filled in on a screen
    ///
    /// On paper it looks the same. The font for what is typed makes the file about 2 MB larger.
    #[arg(long)]
    pub fillable: bool,

    /// Write the mails as drafts: a mail program such as Outlook opens `mail/*.eml` to be sent, not as received
    #[arg(long)]
    pub drafts: bool,

    /// Mark what changed since this older revision of the flow, and list what was removed
    ///
    /// A check list (PDF) stands for the flow that it was made of. Where that includes parts, only the list will do.
    #[arg(long, value_name = "OLD.toml|OLD.pdf")]
    pub since: Option<PathBuf>,

    /// The cold list that was used: the check list names its digest, and has the cold operations that changed since
    ///
    /// The list stays as it is. If it was filled in on a screen, the check list also says when it was signed and what is open on it. If
    /// the release has another start now, a new `cold.pdf` is made, which says what it takes the place of.
    #[arg(long, value_name = "COLD.pdf")]
    pub cold: Option<PathBuf>,

    /// Language of the output, one of those that the flow is written in [default: its first]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,

    /// Folder with templates for runbook, ticket and mails, which replace the built-in ones of the same name, and with labels
    ///
    /// `runsheet templates` lists them and prints one to start from. Files in its folder `labels` replace words of ours, or add a
    /// language.
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,

    /// Font file (TrueType or OpenType) for characters that the built-in fonts lack; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,

    /// What the command line says about the release.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// What the command line says about the release. A flag wins over the release file.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "The release")]
pub struct ReleaseArgs {
    /// Release file, for the flow whose id it names; may be repeated, for several flows
    ///
    /// It is used instead of a release file in the flow's folder. Without it, a flow is made with the one release file
    /// in its folder (`*.release.toml`) that names its id.
    #[arg(long = "release", value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Take no release file: a list to fill in by hand, even where a release stands beside the flow
    #[arg(long, conflicts_with = "files")]
    pub blank: bool,

    /// Set a value of the flow for this release, the elements of a list separated by commas; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,

    /// Planned start, such as 2013-01-25T20:00:00+08:00; without an offset it is in the flow's time zone
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,

    /// When the sheets are printed, written like `--start`; without it they have a line for the time
    #[arg(long, value_name = "TIME")]
    pub printed: Option<String>,

    /// Name of the operator, who acts
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,

    /// Name of the checker, who watches and compares; not the operator
    #[arg(long, value_name = "NAME")]
    pub checker: Option<String>,

    /// Number of this release, which the head of each page shows, and which names its folder
    #[arg(long, value_name = "TEXT")]
    pub number: Option<String>,

    /// Make what a rehearsal needs, in a folder of its own: every page says that it is a drill, and no mails are written
    #[arg(long)]
    pub drill: bool,
}

impl ReleaseArgs {
    /// The flags given that make sense for one flow only.
    #[must_use]
    pub fn of_one_flow(&self) -> Vec<&'static str> {
        let given = [
            ("--set", !self.set.is_empty()),
            ("--operator", self.operator.is_some()),
            ("--checker", self.checker.is_some()),
            ("--number", self.number.is_some()),
        ];
        given.into_iter().filter_map(|(flag, is_given)| is_given.then_some(flag)).collect()
    }

    /// True when a flag says something about the release itself, which wins over the release file.
    #[must_use]
    pub fn say_anything(&self) -> bool {
        self.start.is_some() || self.printed.is_some() || self.drill || !self.of_one_flow().is_empty()
    }
}

impl BuildArgs {
    /// The kinds of output to make.
    #[must_use]
    pub fn kinds(&self) -> Vec<OutputKind> {
        if self.only.is_empty() {
            return OutputKind::by_default();
        }
        OutputKind::ALL.into_iter().filter(|kind| self.only.contains(kind)).collect()
    }
}

/// Parses the name of a kind of output.
fn kind() -> impl TypedValueParser<Value = OutputKind> {
    PossibleValuesParser::new(OutputKind::names().map(|(name, help)| PossibleValue::new(name).help(help)))
        .try_map(|name| OutputKind::named(&name).ok_or("no such kind"))
}

/// Parses the name of a sheet.
fn sheet() -> impl TypedValueParser<Value = SheetKind> {
    let known = |name: &str| SheetKind::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind);
    PossibleValuesParser::new(SheetKind::ALL.map(|(name, _)| name))
        .try_map(move |name| known(&name).ok_or("no such sheet"))
}

/// Parses the name of a rule.
fn rule() -> impl TypedValueParser<Value = &'static Rule> {
    PossibleValuesParser::new(lint::RULES.iter().map(|rule| rule.name))
        .try_map(|name| lint::rule(&name).ok_or("no such rule"))
}

/// Parses the name of a paper.
fn paper() -> impl TypedValueParser<Value = Paper> {
    let known = |name: &str| Paper::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, paper)| paper);
    PossibleValuesParser::new(Paper::ALL.map(|(name, _)| name)).try_map(move |name| known(&name).ok_or("no such paper"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_command_line_is_read() {
        let words = "runsheet build a.toml - -o out --only mail,pdf --paper letter --set a=1 --set b=2 --color never";
        let Command::Build(args) = Cli::try_parse_from(words.split(' ')).unwrap().command else { panic!("build") };
        assert_eq!(args.flows, [PathBuf::from("a.toml"), PathBuf::from("-")]);
        assert_eq!(args.kinds(), [OutputKind::Pdf, OutputKind::Mail]);
        assert_eq!(args.paper, Paper::Letter);
        assert_eq!(args.release.set, ["a=1", "b=2"]);
        assert_eq!(args.release.of_one_flow(), ["--set"]);
    }

    #[test]
    fn the_usual_kinds_are_made_unless_some_are_named() {
        let command = Cli::try_parse_from(["runsheet", "build", "flows"]).unwrap().command;
        let Command::Build(args) = command else { panic!("build") };
        assert_eq!(args.kinds(), [OutputKind::Pdf, OutputKind::Runbook, OutputKind::Chart, OutputKind::Mail]);
        assert_eq!((args.output, args.paper), (PathBuf::from("output"), Paper::A4));
    }

    #[test]
    fn wrong_usage_is_told() {
        for words in [
            "build",
            "build a.toml --only html",
            "build a.toml --copies 0",
            "build a.toml --sheets cool",
            "build a.toml --paper a5",
            "check",
            "check a.toml --rule no-such-rule",
            "check a.toml --format xml",
            "print a.toml",
            "completions",
            "completions cmd",
            "new a --lang fr",
            "schema mail",
        ] {
            let error = Cli::try_parse_from(["runsheet"].into_iter().chain(words.split(' '))).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{words}");
        }
    }
}
