#![allow(dead_code, reason = "no target uses all of it")]
//! What several targets need: the parts of an input, settings for a build, and what must hold for every build.

use std::sync::LazyLock;

use runsheet::diagnostic::{Diagnostic, print};
use runsheet::render::Templates;
use runsheet::run::gather::Job;
use runsheet::run::settings::Settings;
use runsheet::run::verify::verify_bytes;
use runsheet::run::{Checker, make};
use runsheet::text::Fonts;
use runsheet::{OutputKind, Paper};

/// All rules and the built-in fonts.
pub static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::builtin);

/// The name of an older revision.
pub const OLDER: &str = "older.toml";

/// The line that stands between the files of one input.
const BETWEEN: &str = "\n%%%\n";

/// The files of an input, for example a flow and its release. A file that isn't there is empty.
pub fn files<const N: usize>(bytes: &[u8]) -> [&[u8]; N] {
    let mut rest = bytes;
    std::array::from_fn(|_| {
        let end = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN.as_bytes());
        let (file, after) = end.map_or((rest, &[][..]), |end| (&rest[..end], &rest[end + BETWEEN.len()..]));
        rest = after;
        file
    })
}

/// Settings that depend on the input alone, so that a find can be repeated: either paper, any language of the flow, to
/// be filled in on paper or on a screen.
pub fn settings(job: &Job, bytes: &[u8]) -> Settings {
    let choice = bytes.iter().fold(bytes.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let langs: Vec<&String> = job.flow.iter().flat_map(|flow| flow.langs.iter().map(|lang| &lang.value)).collect();
    Settings {
        kinds: OutputKind::ALL.to_vec(),
        paper: Paper::ALL[choice % Paper::ALL.len()].1,
        sheets: None,
        copies: 0,
        fillable: choice / 2 % 4 == 0,
        drafts: false,
        lang: langs.get(choice / 8 % langs.len().max(1)).map(|lang| (*lang).clone()),
        fonts: Fonts::builtin(),
        font_digests: Vec::new(),
        templates: Templates::builtin(),
        labels: std::sync::Arc::default(),
    }
}

/// Builds a flow and asserts what must always hold: a flow without faults is built, a flow with faults isn't, and the
/// check list that was built is one that `verify` finds unchanged. `check` makes up the lists that a release would give, and
/// sees no older revision.
pub fn build(job: &Job, settings: &Settings) {
    let is_green = !CHECKER.findings(job).iter().any(Diagnostic::is_error);
    let (made, found) = make(job, Some(settings));
    let words = print::human(&job.sources, &found, false);
    let in_older =
        |one: &Diagnostic| one.primary.as_ref().is_some_and(|place| &*job.sources.file(place.span.file).name == OLDER);
    let is_unseen = found.iter().any(|one| one.code == "missing-list" || (one.is_error() && in_older(one)));
    assert!(
        made.is_some() || !is_green || is_unseen || job.unreleased || job.blocked,
        "`check` is green and `build` fails:\n{words}"
    );
    assert_eq!(made.is_none(), found.iter().any(Diagnostic::is_error) || job.unreleased || job.blocked, "{words}");
    for list in made.iter().flatten().filter(|artifact| artifact.kind == OutputKind::Pdf) {
        let verdict = verify_bytes("checklist.pdf", &list.bytes);
        assert!(
            verdict.ok,
            "the list that was built isn't verified:\n{}{}",
            verdict.told(),
            verdict.told_faults(false)
        );
    }
}
