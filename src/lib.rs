//! Turns one reviewed flow file into the printed check list, the runbook and the mails of a risky release.
//!
//! The functions of this crate read and write no files. They take texts and bytes and return findings and artifacts,
//! and the same input gives the same bytes. The command `runsheet` is built on the same code.
//!
//! ```
//! use runsheet::{OutputKind, Options};
//!
//! let flow = r#"
//! schema = 1
//! id     = "restart"
//! title  = "Restart of the queue"
//! lang   = "en"
//!
//! [values]
//! version = "Version"
//!
//! [[hot]]
//! title = "Restart"
//!
//! [[hot.step]]
//! op     = "write"
//! do     = "Restart the queue at {{ version }}"
//! expect = "active (running)"
//! undo   = "Restart it at the version before"
//! "#;
//! let release = "flow = 'restart'\nstart = 2026-03-02T20:00:00Z\nvalues = { version = '2.4' }\n".as_bytes();
//!
//! assert!(!runsheet::check(flow, Some(release)).has_errors());
//! let artifacts = runsheet::build(flow, Some(release), &Options::default())?;
//! let paths: Vec<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
//! assert_eq!(paths, ["checklist.pdf", "runbook.md", "flowchart.svg"]);
//!
//! // The check list carries what it was made from, so it can be made again and compared.
//! let list = artifacts.iter().find(|artifact| artifact.kind == OutputKind::Pdf).expect("every kind is made");
//! assert!(runsheet::verify(&list.bytes).ok);
//!
//! // What is wrong is told with its place.
//! let findings = runsheet::check(flow.replace("title  =", "titel  ="), None);
//! let finding = findings.iter().find(|finding| finding.code == "unknown-key").expect("there is no such key");
//! assert_eq!(finding.place, Some(("flow.toml", 4, 1)));
//! # Ok::<(), runsheet::Findings>(())
//! ```
//!
//! Data flows in one direction, and a stage uses only the types of the stage just before it:
//!
//! ```text
//! text ──source──▶ Flow ──select──▶ Selected ──plan──▶ Plan ──view──▶ what each output says ──▶ page (PDF) ──▶ Artifact ──▶ files
//!                    ▲ release        └──lint──▶ advice                  └──▶ template (Markdown, mail) ──▶ Artifact
//! ```
//!
//! Nothing below `run` reads the clock, the environment or the disk.

mod chars;
mod limits;
mod outbox;
mod process;
mod secret;
mod smtp;
#[cfg(test)]
mod testing;

// The stages are private. The feature opens them to the tests, benchmarks and fuzz targets of this repository.
#[cfg(not(feature = "internals"))]
mod cli;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod cli;
#[cfg(not(feature = "internals"))]
mod diagnostic;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod diagnostic;
#[cfg(not(feature = "internals"))]
mod field;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod field;
#[cfg(not(feature = "internals"))]
mod files;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod files;
#[cfg(not(feature = "internals"))]
mod geometry;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod geometry;
#[cfg(not(feature = "internals"))]
mod import;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod import;
#[cfg(not(feature = "internals"))]
mod lint;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod lint;
mod logo;
#[cfg(not(feature = "internals"))]
mod output;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod output;
#[cfg(not(feature = "internals"))]
mod page;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod page;
#[cfg(not(feature = "internals"))]
mod plan;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod plan;
#[cfg(not(feature = "internals"))]
mod render;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod render;
#[cfg(not(feature = "internals"))]
mod run;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod run;
#[cfg(not(feature = "internals"))]
mod select;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod select;
#[cfg(not(feature = "internals"))]
mod source;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod source;
#[cfg(not(feature = "internals"))]
mod text;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod text;
#[cfg(not(feature = "internals"))]
mod view;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod view;
#[cfg(not(feature = "internals"))]
mod wiki;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod wiki;

/// The command line. It may change with any version.
#[doc(hidden)]
pub mod command {
    pub use crate::cli::{Cli, Command};
    pub use crate::run::{
        Process, Report, build, check, close, explain, fix, import, mail, misunderstood, publish, rules, templates,
        tools, verify, watch,
    };
}

use std::fmt;

use diagnostic::{Diagnostic, Sources, formats, print};
use run::Checker;
use run::gather::{self, Gathered};
use run::settings::Settings;
use text::Fonts;
use view::checklist::MOST_COPIES;

pub use diagnostic::Level;
pub use geometry::Paper;
pub use output::{Artifact, OutputKind};
pub use run::verify::Verdict;
pub use view::checklist::SheetKind;

/// How messages name the flow and the release that [`check`] and [`build`] are given.
const NAMES: (&str, &str) = ("flow.toml", "release.toml");

/// What a build makes. The default is every kind of output except the ticket, on A4, in the flow's first language, with all sheets
/// once, to be filled in on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Kinds of output to make.
    pub kinds: Vec<OutputKind>,
    /// Paper of the check list.
    pub paper: Paper,
    /// Sheets of the check list; all of them when the list is empty.
    pub sheets: Vec<SheetKind>,
    /// Number of copies of the check list, at most 99; each says which copy it is. 0 makes one list without a copy
    /// number.
    pub copies: u32,
    /// Whether the check list can also be filled in on a screen.
    pub fillable: bool,
    /// One of the languages that the flow is written in; `None` for its first.
    pub lang: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        let (kinds, paper, sheets) = (OutputKind::by_default(), Paper::default(), Vec::new());
        Self { kinds, paper, sheets, copies: 0, fillable: false, lang: None }
    }
}

/// What was found in a flow and its release. Formatted with `{}`, it shows each finding with its lines.
#[derive(Debug, Clone, Default)]
pub struct Findings(Vec<(Sources, Vec<Diagnostic>)>);

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<'f> {
    /// A stable name, such as `unknown-key`.
    pub code: &'static str,
    /// Severity. Nothing is built when there is an [`Error`](Level::Error).
    pub level: Level,
    /// What was found, in one line.
    pub message: &'f str,
    /// The file, `flow.toml` or `release.toml`, with line and column counted from 1; `None` for a finding without a
    /// place.
    pub place: Option<(&'f str, usize, usize)>,
    /// What to do next, a sentence each.
    pub help: Vec<&'f str>,
}

impl Findings {
    /// Every finding.
    pub fn iter(&self) -> impl Iterator<Item = Finding<'_>> {
        self.0.iter().flat_map(|(sources, diagnostics)| {
            diagnostics.iter().map(|diagnostic| Finding {
                code: diagnostic.code,
                level: diagnostic.level,
                message: &diagnostic.message,
                place: diagnostic.primary.as_ref().map(|label| {
                    let (line, column) = sources.line_column(label.span);
                    (&*sources.file(label.span.file).name, line, column)
                }),
                help: diagnostic.all_help().collect(),
            })
        })
    }

    /// True when one of them is an error, so that the flow can't be built.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().flat_map(|(_, diagnostics)| diagnostics).any(Diagnostic::is_error)
    }

    /// The findings as `runsheet check --format json` writes them.
    #[must_use]
    pub fn to_json(&self) -> String {
        let found = |(sources, diagnostics)| formats::Found { name: None, sources, diagnostics };
        formats::json(&self.0.iter().map(|(sources, diagnostics)| found((sources, diagnostics))).collect::<Vec<_>>())
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().filter(|(_, diagnostics)| !diagnostics.is_empty());
        for (at, (sources, diagnostics)) in shown.enumerate() {
            f.write_str(if at > 0 { "\n" } else { "" })?;
            f.write_str(&print::human(sources, diagnostics, false))?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

/// Checks a flow and its release as `runsheet check` does: finds everything that is wrong, and what the rules advise.
#[must_use]
pub fn check(flow: impl AsRef<[u8]>, release: Option<&[u8]>) -> Findings {
    let Gathered { jobs, loose, .. } = gathered(flow.as_ref(), release);
    let checker = Checker::builtin();
    let found = jobs.into_iter().map(|job| {
        let findings = checker.findings(&job);
        (job.sources, findings)
    });
    Findings(found.chain(loose).collect())
}

/// Makes in memory the files that `runsheet build` would write for a flow and its release.
///
/// # Errors
/// The findings, when one of them is an error.
pub fn build(flow: impl AsRef<[u8]>, release: Option<&[u8]>, options: &Options) -> Result<Vec<Artifact>, Findings> {
    let Options { kinds, paper, sheets, copies, fillable, lang } = options.clone();
    let settings = Settings {
        kinds,
        sheets: (!sheets.is_empty()).then_some(sheets),
        copies: copies.min(MOST_COPIES),
        fillable,
        lang,
        ..Settings::of_list(paper, Fonts::builtin(), Vec::new())
    };
    let Gathered { jobs, loose, .. } = gathered(flow.as_ref(), release);
    let (mut artifacts, mut found) = (Vec::new(), Findings(loose));
    for job in jobs {
        let (made, diagnostics) = run::make(&job, Some(&settings));
        artifacts.extend(made.into_iter().flatten());
        found.0.push((job.sources, diagnostics));
    }
    if found.has_errors() { Err(found) } else { Ok(artifacts) }
}

/// Reads a check list as `runsheet verify checklist.pdf` does: what it was made from, whether its pages are
/// unchanged, and what is filled in.
#[must_use]
pub fn verify(list: impl AsRef<[u8]>) -> Verdict {
    run::verify::verify_bytes("checklist.pdf", list.as_ref())
}

fn gathered(flow: &[u8], release: Option<&[u8]>) -> Gathered {
    gather::gather_bytes((NAMES.0, flow), release.map(|release| (NAMES.1, release)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOW: &str = include_str!("../tests/flows/minimal/flow.toml");

    #[test]
    fn line_ends_of_windows_give_the_same_list_and_the_same_places() {
        let flow = FLOW.replace("\r\n", "\n");
        let both = [flow.clone(), flow.replace('\n', "\r\n")];
        let options = Options { kinds: vec![OutputKind::Pdf, OutputKind::Chart], ..Options::default() };
        let built = both.each_ref().map(|flow| build(flow, None, &options).unwrap());
        assert_eq!(built[0].last(), built[1].last(), "the chart");
        let digest = |artifacts: &[Artifact]| {
            let verdict = verify(&artifacts[0].bytes);
            assert!(verdict.ok, "{}", verdict.json());
            verdict.json().lines().find(|line| line.contains("\"digest\"")).unwrap().to_owned()
        };
        // The digest is computed from the bytes.
        assert_ne!(digest(&built[0]), digest(&built[1]));
        let faults = both.map(|flow| check(flow.replace("title", "titel"), None));
        let told = faults.each_ref().map(|found| found.iter().map(|one| (one.code, one.place)).collect::<Vec<_>>());
        assert!(!told[0].is_empty() && told[0] == told[1], "{told:?}");
    }
}
