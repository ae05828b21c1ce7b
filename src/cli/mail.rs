//! The command line of `runsheet mail`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::BuildArgs;
use crate::output::OutputKind;

pub(super) const MAIL_EXAMPLES: &str = "\
Examples:
  runsheet mail flows
      lists what is to be sent for every release beside the flows, what was sent, and what keeps it from being sent
  runsheet mail flows --due --send
      sends what is due today, and what was due before; meant for cron, and says nothing when there is nothing to do
  runsheet mail dubbo.toml --correct --send
      tells those who were told already what has changed since
  runsheet mail dubbo.toml --sent announce-shop
      says that a mail went out of which nobody knew; `--again` sends it once more

Exit codes: 0 done, or nothing to do; 1 something is wrong, was refused or isn't known; 2 wrong usage";

/// The formats in which `runsheet mail` says what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum MailFormat {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON array, an object for each mail.
    Json,
}

/// The word for the day on which it is run.
const TODAY: &str = "today";

/// A day by which mails are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueBy {
    /// The day on which it is run, in the zone of each flow.
    Today,
    /// This one.
    Day(Date),
}

impl FromStr for DueBy {
    type Err = &'static str;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        if words == TODAY {
            return Ok(Self::Today);
        }
        words.parse().map(Self::Day).map_err(|_| "write a date such as 2026-03-04; flows stand before `--due`")
    }
}

/// Arguments of `runsheet mail`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct MailArgs {
    /// Flow files; or folders, to take every flow in them, each with all the release files there that name its id
    #[arg(required = true, value_name = "FLOW")]
    pub flows: Vec<PathBuf>,

    /// Only what is due by this day, such as 2026-03-04, and not sent; without a day, today
    #[arg(long, value_name = "DATE", num_args = 0..=1, default_missing_value = TODAY)]
    pub due: Option<DueBy>,

    /// Send what is due
    #[arg(long)]
    pub send: bool,

    /// Nobody was told anything of these releases before: begin an outbox even where mails are overdue
    #[arg(long, requires = "send")]
    pub first: bool,

    /// Also tell what has changed since to those who were told, line by line
    #[arg(long)]
    pub correct: bool,

    /// Send this mail again, which was refused, or of which nobody knows: by its name in the list, its address, or `NAME/ADDRESS`
    #[arg(long, value_name = "NAME")]
    pub again: Vec<String>,

    /// This mail was sent, by hand or by a run that ended before it knew: by its name in the list, its address, or `NAME/ADDRESS`
    #[arg(long, value_name = "NAME")]
    pub sent: Vec<String>,

    /// List releases with nothing left to say, too
    #[arg(long)]
    pub all: bool,

    /// How to print what there is
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: MailFormat,

    /// Only this release file, instead of all in the flow's folder; may be repeated
    #[arg(long = "release", value_name = "FILE")]
    pub releases: Vec<PathBuf>,

    /// Language of the mails to contacts without a language of their own, one of those of the flow [default: its first]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,

    /// Folder with templates, as `build` takes it
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
}

impl MailArgs {
    /// The day that is named; nothing means today.
    #[must_use]
    pub const fn by(&self) -> Option<Date> {
        match self.due {
            Some(DueBy::Day(day)) => Some(day),
            Some(DueBy::Today) | None => None,
        }
    }

    /// The arguments of a build that makes the mails.
    #[must_use]
    pub fn build(&self) -> BuildArgs {
        let (lang, templates) = (self.lang.clone(), self.templates.clone());
        BuildArgs { lang, templates, ..BuildArgs::in_memory(vec![OutputKind::Mail]) }
    }
}
