//! Flows as data: each folder of `tests/flows` is built by the command and must give exactly what stands in its
//! `expected`; of the check list that is the text of its pages. `RUNSHEET_UPDATE=1 cargo test --test build` writes all of it anew; read the diff.
#![allow(clippy::disallowed_methods, reason = "tests use the disk")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};

use clap::Parser;
use libtest_mimic::{Arguments, Failed, Trial};
use runsheet::cli::{Cli, Command};
use runsheet::page::dump;
use runsheet::run::{self, pipeline};
use snapbox::{Assert, IntoData};

/// What a case gives, by the path of the file that it is kept in.
type Files = BTreeMap<String, Vec<u8>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows");
    let trials = folders(&cases).into_iter().map(|case| {
        let name = case.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Trial::test(name, move || check(&case))
    });
    let trials: Vec<Trial> = trials.collect();
    assert!(!trials.is_empty(), "`{}` holds no case", cases.display());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(of)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// Builds one case and compares, or writes the expectations.
fn check(case: &Path) -> Result<(), Failed> {
    let actual = build(case).map_err(|error| Failed::from(error.to_string()))?;
    let kept = case.join("expected");
    if std::env::var_os("RUNSHEET_UPDATE").is_some_and(|value| value == "1") {
        return update(&kept, &actual).map_err(|error| Failed::from(error.to_string()));
    }
    let expected = tree(&kept, &kept).unwrap_or_default();
    let mut faults = Vec::new();
    for surplus in expected.keys().filter(|path| !actual.contains_key(*path)) {
        faults.push(format!("expected/{surplus} isn't made"));
    }
    for (path, bytes) in &actual {
        match expected.get(path) {
            None => faults.push(format!("expected/{path} is missing")),
            Some(wanted) => {
                if let Err(difference) = Assert::new().try_eq(
                    Some(path),
                    String::from_utf8_lossy(bytes).into_owned().into_data().raw(),
                    String::from_utf8_lossy(wanted).into_owned().into_data().raw(),
                ) {
                    faults.push(difference.to_string());
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Failed::from(faults.join("\n"))) }
}

/// Runs the command in a copy of the case's folder. Its arguments are the lines of `args`.
fn build(case: &Path) -> Result<Files, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    for (path, bytes) in tree(case, case)?.iter().filter(|(path, _)| !path.starts_with("expected/")) {
        let to = folder.path().join(path);
        fs::create_dir_all(to.parent().ok_or("no parent")?)?;
        fs::write(to, bytes)?;
    }
    let release = if case.join("release.toml").exists() { "\n--release\nrelease.toml" } else { "" };
    let args = fs::read_to_string(case.join("args")).unwrap_or_else(|_| format!("flow.toml{release}"));
    let run = process::Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .arg("build")
        .args(args.lines())
        .current_dir(folder.path())
        .env_remove("NO_COLOR")
        .output()?;
    let mut files = Files::new();
    let code = run.status.code().ok_or("killed by a signal")?;
    let code = if code == 0 { Vec::new() } else { format!("{code}\n").into_bytes() };
    for (name, bytes) in [("stdout.txt", run.stdout), ("stderr.txt", run.stderr), ("exit.txt", code)] {
        if !bytes.is_empty() {
            files.insert(name.to_owned(), bytes);
        }
    }
    let output = folder.path().join("output");
    if output.exists() {
        let ids = fs::read_dir(&output)?.count();
        let pages = pages(&args.lines().collect::<Vec<_>>(), folder.path())?;
        for (path, bytes) in tree(&output, &output)? {
            let (id, file) = path.split_once('/').ok_or("a file outside of a flow's folder")?;
            let (file, bytes) = match (file, pages.get(id)) {
                ("checklist.pdf", Some(pages)) => ("checklist.pages.txt", pages.clone().into_bytes()),
                _ => (file, bytes),
            };
            files.insert(if ids == 1 { file.to_owned() } else { format!("{id}/{file}") }, bytes);
        }
    }
    Ok(files)
}

/// The text of each flow's check list, by the flow's id.
fn pages(args: &[&str], folder: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let command = Cli::try_parse_from(["runsheet", "build"].iter().chain(args))?.command;
    let Command::Build(mut args) = command else { return Err("not a build".into()) };
    let inside = |paths: &mut Vec<PathBuf>| paths.iter_mut().for_each(|path| *path = folder.join(&*path));
    inside(&mut args.flows);
    inside(&mut args.font);
    inside(&mut args.release.files);
    args.templates = args.templates.map(|path| folder.join(path));
    let since = args.since.take().map(|path| folder.join(path));
    let settings = run::settings(&args).map_err(|faults| format!("{faults:?}"))?;
    let mut pages = BTreeMap::new();
    for mut job in run::inputs::gather(&args.flows, &args.release.files).jobs {
        job.apply(&args.release);
        if let Some(since) = &since {
            job.read_since(since);
        }
        if let Some(input) = job.input()
            && let Ok((plan, document)) = pipeline::document(&input, &settings)
        {
            pages.insert(plan.id, dump::text(&document));
        }
    }
    Ok(pages)
}

/// Every file under a folder by its path from `base`.
fn tree(folder: &Path, base: &Path) -> Result<Files, Box<dyn Error>> {
    let mut found = Files::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(tree(&path, base)?);
        } else {
            let name: Vec<String> =
                path.strip_prefix(base)?.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            found.insert(name.join("/"), fs::read(&path)?);
        }
    }
    Ok(found)
}

/// Replaces all that is kept.
fn update(kept: &Path, actual: &Files) -> Result<(), Box<dyn Error>> {
    if kept.exists() {
        fs::remove_dir_all(kept)?;
    }
    for (path, bytes) in actual {
        let to = kept.join(path);
        fs::create_dir_all(to.parent().ok_or("no parent")?)?;
        fs::write(to, bytes)?;
    }
    Ok(())
}
