//! The command line: what can be said, and how `--help` says it.

pub mod tools;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

use crate::geometry::Paper;
use crate::lint::{self, Rule};
use crate::output::Kind;
use crate::view::checklist::{MOST_COPIES, SheetKind};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    version,
    about = "One reviewed flow file in; the printed check list, the runbook and the mails of a risky release out",
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Whether faults are printed in colour; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the check list, the runbook and the mails of flows
    #[command(after_help = EXAMPLES, after_long_help = EXAMPLES)]
    Build(BuildArgs),
    /// Say what a check list was made from, whether it still is what was made, and what is filled in
    #[command(after_help = VERIFY_EXAMPLES, after_long_help = VERIFY_EXAMPLES)]
    Verify(VerifyArgs),
    /// Say everything that is wrong with flows, and what experience advises
    #[command(after_help = CHECK_EXAMPLES, after_long_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Mend in flows what is certain, and leave everything else as it is
    #[command(after_help = FIX_CODES, after_long_help = FIX_CODES)]
    Fix(FixArgs),
    /// Say what a rule finds, and why
    Explain(ExplainArgs),
    /// List the rules, one a line
    Rules,
    /// Write a flow to start from, with a word on each key
    #[command(after_help = tools::NEW_EXAMPLES, after_long_help = tools::NEW_EXAMPLES)]
    New(tools::NewArgs),
    /// Print the JSON Schema of flow or release files, for editors
    #[command(after_help = tools::SCHEMA_EXAMPLES, after_long_help = tools::SCHEMA_EXAMPLES)]
    Schema(tools::SchemaArgs),
    /// Print what makes a shell complete this command line
    #[command(after_help = tools::COMPLETIONS_EXAMPLES, after_long_help = tools::COMPLETIONS_EXAMPLES)]
    Completions(tools::CompletionsArgs),
    /// Print the manual page, or write one for each command
    #[command(after_help = tools::MAN_EXAMPLES, after_long_help = tools::MAN_EXAMPLES)]
    Man(tools::ManArgs),
}

const EXAMPLES: &str = "\
Examples:
  runsheet build flows
      builds every flow in the folder `flows`, each with the `*.release.toml` beside it that names it
  runsheet build dubbo.toml --release dubbo-2.4.9.release.toml
      builds one flow for one release
  runsheet build dubbo.toml --set version=2.4.9 --start 2013-01-25T20:00:00+08:00
      says on the command line what a release file would say
  runsheet build dubbo.toml --since dubbo-r2.toml --copies 2 --sheets hot,rollback
      prints two copies of some sheets, with bars where they changed since an older revision
  runsheet build dubbo.toml --only pdf --paper letter
      makes the check list alone, for US letter paper; the runbook and mails of the last build stay

Exit codes: 0 done, 1 faults (nothing is written for a flow with faults), 2 wrong usage";

const VERIFY_EXAMPLES: &str = "\
Examples:
  runsheet verify checklist.pdf
      makes the pages again from the flow and the release inside, and compares
  runsheet verify checklist.pdf dubbo.toml
      compares the flow inside with this one too
  runsheet verify filled-in.pdf --complete
      lists every box and line, and what is still missing

Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage";

/// How `runsheet verify` says what it has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum VerifyFormat {
    /// For people.
    #[default]
    Human,
    /// One object.
    Json,
}

/// What `runsheet verify` is told.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Check list
    #[arg(value_name = "FILE.pdf")]
    pub file: PathBuf,

    /// Flow to compare the one inside with
    #[arg(value_name = "FLOW")]
    pub flow: Option<PathBuf>,

    /// Exit with 1 while something that must be filled in is missing
    #[arg(long)]
    pub complete: bool,

    /// How it is said
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: VerifyFormat,

    /// Font file that the check list was made with; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  runsheet check flows
      checks every flow in the folder `flows`, each with the release beside it, as `build` would
  runsheet check dubbo.toml --release dubbo-2.4.9.release.toml
      checks one flow, and what this release would make wrong
  runsheet check flows --format sarif > checked.sarif
      writes what code review tools read

Exit codes: 0 nothing, or advice only; 1 faults, with `--deny warnings` warnings too; 2 wrong usage";

/// How `runsheet check` says what it has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people: the lines it speaks of, and what to do.
    #[default]
    Human,
    /// One list of objects.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

/// What `--deny` makes count as a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Every warning.
    Warnings,
}

/// What `runsheet check` is told.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Flow files; folders, for every flow in them; or `-`, for standard input
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// How it is said
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: CheckFormat,

    /// Exit with 1 when there are warnings
    #[arg(long, value_enum)]
    pub deny: Option<Deny>,

    /// Look at these rules only; faults are always said
    #[arg(long = "rule", value_name = "RULE", value_delimiter = ',', value_parser = rule())]
    pub rules: Vec<&'static Rule>,

    /// Font file (TrueType or OpenType) for characters that the built-in fonts lack; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,

    /// Paper of the check list [default: each]
    #[arg(long, value_parser = paper())]
    pub paper: Option<Paper>,

    /// Language, one of those that the flow is written in [default: each]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,

    /// The release.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

const FIX_CODES: &str = "\
Exit codes: 0 done; 1 faults remain, or a file can't be written; 2 wrong usage";

/// What `runsheet fix` is told.
#[derive(Debug, Args)]
pub struct FixArgs {
    /// Flow files; folders, for every flow in them; or `-`, for standard input, mended on standard output
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// Write nothing; show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// What `runsheet explain` is told.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The rule
    #[arg(value_parser = rule())]
    pub rule: &'static Rule,
}

/// What `runsheet build` is told.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Flow files; folders, for every flow in them; or `-`, for standard input
    ///
    /// A folder gives every `*.toml` directly in it, in order of their names, but for `runsheet.toml` and releases
    /// (`*.release.toml`), which belong to the flow whose id they name.
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// Folder for the output; each flow gets the folder of its id there
    #[arg(short, long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,

    /// Make only these outputs; the others of the last build stay as they are
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind())]
    pub only: Vec<Kind>,

    /// Paper of the check list
    #[arg(long, default_value = "a4", value_parser = paper())]
    pub paper: Paper,

    /// Print only these sheets of the check list
    #[arg(long, value_name = "SHEET", value_delimiter = ',', value_parser = sheet())]
    pub sheets: Vec<SheetKind>,

    /// Print this many copies, each page saying which of them it is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_COPIES)))]
    pub copies: Option<u32>,

    /// Make every box and line of the check list a field to fill in on a screen
    ///
    /// Printed, it looks the same. The font for what is typed makes the file about 2 MB larger.
    #[arg(long)]
    pub fillable: bool,

    /// Mark what changed since this older revision of the flow, and list what was removed
    #[arg(long, value_name = "OLD.toml")]
    pub since: Option<PathBuf>,

    /// Language, one of those that the flow is written in [default: its first]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,

    /// Folder with templates that take the place of the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,

    /// Font file (TrueType or OpenType) for characters that the built-in fonts lack; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,

    /// The release.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// What is said of the release. Flags win over the release file.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "The release")]
pub struct ReleaseArgs {
    /// Release file of the flow whose id it names; may be repeated, for several flows
    ///
    /// It takes the place of one that stands beside the flow in its folder.
    #[arg(long = "release", value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// A value of this release, a list's elements with commas between; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,

    /// Planned start, such as 2013-01-25T20:00:00+08:00, or without an offset in the flow's time zone
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,

    /// When the sheets are printed, as `--start`; a line to write on when it isn't given
    #[arg(long, value_name = "TIME")]
    pub printed: Option<String>,

    /// Who acts
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,

    /// Who watches and compares: somebody else
    #[arg(long, value_name = "NAME")]
    pub checker: Option<String>,

    /// Number of this run
    #[arg(long, value_name = "TEXT")]
    pub number: Option<String>,
}

impl ReleaseArgs {
    /// The flags given that can be meant for one flow only.
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

    /// True when a flag says something of the release itself, which goes before its file.
    #[must_use]
    pub fn say_anything(&self) -> bool {
        self.start.is_some() || self.printed.is_some() || !self.of_one_flow().is_empty()
    }
}

impl BuildArgs {
    /// The kinds of output that are asked for.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        Kind::ALL.into_iter().filter(|kind| self.only.is_empty() || self.only.contains(kind)).collect()
    }
}

/// The kinds of output by name.
fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::names().map(|(name, help)| PossibleValue::new(name).help(help)))
        .try_map(|name| Kind::named(&name).ok_or("no such kind"))
}

/// The sheets by name.
fn sheet() -> impl TypedValueParser<Value = SheetKind> {
    let known = |name: &str| SheetKind::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind);
    PossibleValuesParser::new(SheetKind::ALL.map(|(name, _)| name))
        .try_map(move |name| known(&name).ok_or("no such sheet"))
}

/// The rules by name.
fn rule() -> impl TypedValueParser<Value = &'static Rule> {
    PossibleValuesParser::new(lint::RULES.iter().map(|rule| rule.name))
        .try_map(|name| lint::rule(&name).ok_or("no such rule"))
}

/// The papers by name.
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
        assert_eq!(args.kinds(), [Kind::Pdf, Kind::Mail]);
        assert_eq!(args.paper, Paper::Letter);
        assert_eq!(args.release.set, ["a=1", "b=2"]);
        assert_eq!(args.release.of_one_flow(), ["--set"]);
    }

    #[test]
    fn every_kind_is_made_unless_some_are_named() {
        let command = Cli::try_parse_from(["runsheet", "build", "flows"]).unwrap().command;
        let Command::Build(args) = command else { panic!("build") };
        assert_eq!(args.kinds(), Kind::ALL);
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
