//! The report of a build: which files were written goes to standard output, what is wrong to standard error.

use std::fmt::Write;

use super::{Built, Report};
use crate::chars::shown;
use crate::diagnostic::{Diagnostic, Level, Sources, print};
use crate::files;
use crate::view::words::short_digest;

/// The report of a build.
pub fn report(done: &[Built], loose: &[(Sources, Vec<Diagnostic>)], color: bool) -> Report {
    told(done, loose, color, false)
}

/// The report of a build that follows a save: what the rules advise stands among the faults, as `check` shows it, and files that
/// stayed the same aren't named.
pub fn of_save(done: &[Built], loose: &[(Sources, Vec<Diagnostic>)], color: bool) -> Report {
    told(done, loose, color, true)
}

fn told(done: &[Built], loose: &[(Sources, Vec<Diagnostic>)], color: bool, is_save: bool) -> Report {
    let is_at_place = |one: &&Diagnostic| one.level != Level::Note || (is_save && one.primary.is_some());
    let mut stdout = String::new();
    let mut stderr = String::new();
    let of_flows = done.iter().map(|done| (&done.sources, &done.diagnostics));
    let (mut faults, mut count, mut room) = (0, 0, print::MAX_SHOWN);
    for (sources, diagnostics) in of_flows.chain(loose.iter().map(|(sources, diagnostics)| (sources, diagnostics))) {
        let shown: Vec<Diagnostic> = diagnostics.iter().filter(is_at_place).cloned().collect();
        faults += shown.iter().filter(|diagnostic| diagnostic.is_error()).count();
        count += shown.len();
        let words = print::some(sources, &shown, color, &mut room);
        if !words.is_empty() && !stderr.is_empty() {
            stderr.push('\n');
        }
        stderr.push_str(&words);
    }
    stderr.push_str(&print::rest(count.saturating_sub(print::MAX_SHOWN)));
    for done in done {
        say(&mut stdout, done, is_save);
    }
    let unbuilt: Vec<String> =
        done.iter().filter(|done| done.outcome.is_none()).map(|done| format!("`{}`", done.name)).collect();
    if faults > 0 {
        let count = if faults == 1 { "1 fault".to_owned() } else { format!("{faults} faults") };
        let _ = match unbuilt.as_slice() {
            [] => writeln!(stderr, "\n{count}"),
            names => writeln!(stderr, "\n{count}; nothing was written for {}", names.join(", ")),
        };
    }
    Report::for_people(&stdout, &stderr, u8::from(faults > 0))
}

/// What was done for one flow: a line for each file.
fn say(out: &mut String, done: &Built, is_save: bool) {
    let Some(outcome) = &done.outcome else { return };
    let unchanged: &[String] = if is_save { &[] } else { &outcome.unchanged };
    let _ = writeln!(out, "{}  flow {}", files::shown(&outcome.folder), short_digest(&done.digest));
    if let Some(release) = &done.release {
        let _ = writeln!(out, "  {:<9}  {release}", "release");
    }
    let lists = [
        ("wrote", &outcome.written[..]),
        ("unchanged", unchanged),
        ("removed", &outcome.removed),
        ("kept", &outcome.kept),
    ];
    for (word, paths) in lists {
        for path in paths {
            let _ = writeln!(out, "  {word:<9}  {}", shown::words(path));
        }
    }
    for (from, to) in &outcome.aside {
        let _ = writeln!(out, "  {:<9}  {}, now {}", "set aside", shown::words(from), shown::words(to));
    }
    let is_here = |note: &&Diagnostic| note.level == Level::Note && !(is_save && note.primary.is_some());
    for note in done.diagnostics.iter().filter(is_here) {
        let _ = writeln!(out, "  note: {}", shown::words(&note.message));
        for help in &note.help {
            let _ = writeln!(out, "        {}", shown::words(help));
        }
    }
}
