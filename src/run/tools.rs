//! The commands that help to write flows and to use the command line.

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_mangen::Man;

use super::inputs::{InputRole, Inputs};
use super::new_release::new_release;
use super::{Report, named};
use crate::cli::Cli;
use crate::cli::tools::{CompletionsArgs, FileKind, LabelsArgs, ManArgs, NewArgs, SchemaArgs};
use crate::diagnostic::{Diagnostic, Sources, print};
use crate::files;
use crate::source::arguments::flow_id;
use crate::source::config::CONFIG;
use crate::source::flow::{FLOW, LabelSet, PART};
use crate::source::named::{NamedFile, PART_ENDING};
use crate::source::release::RELEASE;
use crate::source::schema;
use crate::source::{self, KNOWN_LANGS};
use crate::view::labels::excerpt;

/// The flows to start from, in the order of [`KNOWN_LANGS`]. The id of each is `my-release`.
pub const STARTERS: [&str; KNOWN_LANGS.len()] =
    [include_str!("../../templates/new/en.toml"), include_str!("../../templates/new/zh-CN.toml")];
const STARTER_ID: &str = "my-release";

/// Prints the JSON Schema of a kind of file.
#[must_use]
pub fn schema(args: &SchemaArgs) -> Report {
    let kind = match args.file {
        FileKind::Flow => &FLOW,
        FileKind::Part => &PART,
        FileKind::Release => &RELEASE,
        FileKind::Config => &CONFIG,
    };
    Report::exact(schema::json(kind), "", 0)
}

/// Prints labels of ours, as a label file.
#[must_use]
pub fn labels(args: &LabelsArgs) -> Report {
    let set = if args.change { LabelSet::Change } else { LabelSet::Release };
    match excerpt(&args.lang, set, &args.labels) {
        Some(file) => Report::exact(file, "", 0),
        None => refused(&unknown_language("there are no labels of ours", &args.lang)),
    }
}

/// The command line refuses such a language itself; a program that uses the library may still name one.
fn unknown_language(what: &str, lang: &str) -> Diagnostic {
    Diagnostic::error_nowhere("unknown-language", format!("{what} in the language `{lang}`"))
        .help(format!("name one of: {}", KNOWN_LANGS.join(", ")))
}

/// The report of a fault without a place.
fn refused(fault: &Diagnostic) -> Report {
    Report::for_people("", &print::human(&Sources::default(), std::slice::from_ref(fault), false), 1)
}

/// Prints a script that makes a shell complete the command line.
#[must_use]
pub fn completions(args: &CompletionsArgs) -> Report {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut out);
    Report::exact(String::from_utf8_lossy(&out).into_owned(), "", 0)
}

/// Prints the first manual page, or writes all of them into a folder.
#[must_use]
pub fn man(args: &ManArgs, color: bool) -> Report {
    let pages = pages();
    let Some(folder) = &args.output else {
        let first = pages.first().map(|(_, page)| String::from_utf8_lossy(page).into_owned());
        return Report::exact(first.unwrap_or_default(), "", 0);
    };
    match files::put_all(folder, &pages) {
        Ok(()) => {
            let lines = pages.iter().map(|(name, _)| format!("wrote {}\n", files::shown(&folder.join(name))));
            Report::for_people(&lines.collect::<String>(), "", 0)
        }
        Err(fault) => Report::for_people("", &print::human(&Sources::default(), &[fault], color), 1),
    }
}

/// A manual page for the command as a whole, then one for each of its commands: file name and roff.
fn pages() -> Vec<(String, Vec<u8>)> {
    let mut command = Cli::command();
    // This tells each command its full name, which its page shows.
    command.build();
    let subcommands = command.get_subcommands().filter(|sub| sub.get_name() != "help");
    let page = |command: &clap::Command| {
        let page = Man::new(command.clone());
        let mut roff = Vec::new();
        // Writing to memory can't fail.
        let _ = page.render(&mut roff);
        (page.get_filename(), roff)
    };
    std::iter::once(&command).chain(subcommands).map(page).collect()
}

/// Writes a flow to start from, or a release of a flow to fill in.
#[must_use]
pub fn new(args: &NewArgs, color: bool) -> Report {
    if let Some(flow) = &args.release {
        return release(flow, args.output.as_deref(), color);
    }
    let mut sources = Sources::default();
    let written = flow_id(&mut sources, &args.id).and_then(|()| {
        let starter = KNOWN_LANGS.iter().zip(STARTERS).find(|(lang, _)| **lang == args.lang);
        let Some((_, starter)) = starter else {
            return Err(unknown_language("there is no flow to start from", &args.lang));
        };
        let flow = starter.replace(STARTER_ID, &args.id);
        let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.toml", args.id)));
        if path.as_os_str() == "-" {
            return Ok(flow);
        }
        if let Some(why) = no_flow(&path) {
            return Err(Diagnostic::error_nowhere("not-a-flow", why).help("choose another name with `--output`"));
        }
        files::create(&path, flow.as_bytes())?;
        let (name, pasted) = (files::shown(&path), files::pasted(&path));
        Ok(format!("wrote {name}\nnext: put your words in, then `runsheet check {pasted}`\n"))
    });
    match written {
        Ok(stdout) => Report::exact(stdout, "", 0),
        Err(fault) => Report::for_people("", &print::human(&sources, &[fault], color), 1),
    }
}

/// Writes a release of a flow to fill in: beside the flow, unless another file is named. That of a flow on standard input
/// is printed.
fn release(flow: &Path, output: Option<&Path>, color: bool) -> Report {
    let mut sources = Sources::default();
    let name = files::shown(flow);
    let read = files::read_flow(flow).and_then(|bytes| source::decode(&name, &bytes));
    let read = read.map_err(|fault| vec![fault]).and_then(|text| {
        let file = sources.add(name, text);
        let mut inputs = Inputs::default();
        let mut fetch = |file: &NamedFile| named::fetch(&mut inputs, InputRole::Flow, flow, file);
        let (read, faults) = source::read_flow_with(&mut sources, file, &mut fetch);
        read.filter(|_| faults.is_empty()).ok_or(faults)
    });
    let written = read.and_then(|read| {
        let release = new_release(&read);
        let beside =
            if flow.as_os_str() == "-" { flow.to_owned() } else { flow.with_extension(&files::RELEASE_ENDING[1..]) };
        let path = output.unwrap_or(&beside);
        if path.as_os_str() == "-" {
            return Ok(release);
        }
        let name = files::shown(path);
        if !name.ends_with(files::RELEASE_ENDING) {
            let fault = Diagnostic::error_nowhere("not-a-release", format!("`{name}` would be taken for a flow"))
                .help(format!("end the name with `{}`", files::RELEASE_ENDING));
            return Err(vec![fault]);
        }
        files::create(path, release.as_bytes()).map_err(|fault| vec![fault])?;
        Ok(format!("wrote {name}\nnext: fill it in, then `runsheet check {}`\n", files::pasted(flow)))
    });
    match written {
        Ok(stdout) => Report::exact(stdout, "", 0),
        Err(faults) => Report::for_people("", &print::human(&sources, &faults, color), 1),
    }
}

/// Why a folder's build wouldn't read a file of this name as a flow; `None` when it would.
pub(super) fn no_flow(path: &Path) -> Option<String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name == "runsheet.toml" {
        Some("`runsheet.toml` is the name of the configuration".to_owned())
    } else if name.ends_with(files::RELEASE_ENDING) {
        Some(format!("`{}` would be taken for a release", files::shown(path)))
    } else if name.ends_with(PART_ENDING) {
        Some(format!("`{}` would be taken for a part of flows", files::shown(path)))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use clap_complete::Shell;

    use super::*;

    fn commands() -> Vec<String> {
        let command = Cli::command();
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
    }

    #[test]
    fn every_shell_completes_every_command() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let script = completions(&CompletionsArgs { shell }).stdout;
            for command in commands() {
                assert!(script.contains(&command), "{shell}: {command}");
            }
            assert!(script.contains("release"), "{shell}");
        }
    }

    #[test]
    fn every_command_has_a_page() {
        let pages = pages();
        let names: Vec<_> = pages.iter().map(|(name, _)| name.clone()).collect();
        let wanted: Vec<_> = commands().iter().map(|command| format!("runsheet-{command}.1")).collect();
        assert_eq!((names[0].as_str(), &names[1..]), ("runsheet.1", &wanted[..]));
        for ((name, page), command) in pages[1..].iter().zip(commands()) {
            let page = String::from_utf8(page.clone()).unwrap();
            assert!(page.contains(&format!("runsheet\\-{command} \\- ")), "{name}: {page}");
        }
        assert!(man(&ManArgs { output: None }, false).stdout.contains("runsheet\\-build(1)"));
    }

    #[test]
    fn pages_are_written_anew_and_a_refused_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let man = |folder: PathBuf| man(&ManArgs { output: Some(folder) }, false);
        for _ in 0..2 {
            let report = man(folder.path().join("man/man1"));
            assert_eq!((report.code, report.stdout.lines().count()), (0, 1 + commands().len()), "{}", report.stderr);
        }
        let report = man(folder.path().join("man/man1/runsheet.1"));
        assert_eq!(report.code, 1);
        assert!(report.stderr.contains("can't write into"), "{}", report.stderr);
    }

    #[test]
    fn a_language_without_a_starter_is_refused() {
        let args =
            |lang: &str| NewArgs { id: "x".to_owned(), release: None, lang: lang.to_owned(), output: Some("-".into()) };
        for (lang, starter) in KNOWN_LANGS.iter().zip(STARTERS) {
            assert_eq!(new(&args(lang), false).stdout, starter.replace(STARTER_ID, "x"));
        }
        let report = new(&args("fr"), false);
        assert_eq!((report.code, report.stdout.as_str()), (1, ""));
        assert!(report.stderr.contains("in the language `fr`"), "{}", report.stderr);
    }
}
