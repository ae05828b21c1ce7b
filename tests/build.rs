//! Flows as data: the command builds each folder of `tests/flows` and must give exactly the files in its `expected`;
//! a check list is kept as the text of its pages. `RUNSHEET_UPDATE=1 cargo test --test main build::` writes all of
//! them anew; read the diff.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

use clap::Parser;
use runsheet::cli::{Cli, Command};
use runsheet::page::dump;
use runsheet::run::settings::Settings;
use runsheet::run::{gather, pipeline};

use crate::support::kept::{self, Files, tree};

#[test]
fn every_flow_gives_what_is_expected() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows");
    kept::each(folders(&cases).into_iter().map(|case| {
        let name = case.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (name, check(&case))
    }));
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(of)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// Builds one case and compares, or writes the expectations.
fn check(case: &Path) -> Result<(), Box<dyn Error>> {
    let actual = build(case)?;
    let folder = case.join("expected");
    if kept::is_update() {
        return update(&folder, &actual);
    }
    let expected = tree(&folder).unwrap_or_default();
    let mut faults = Vec::new();
    for surplus in expected.keys().filter(|path| !actual.contains_key(*path)) {
        faults.push(format!("expected/{surplus} isn't made"));
    }
    for (path, bytes) in &actual {
        let Some(wanted) = expected.get(path) else {
            faults.push(format!("expected/{path} is missing"));
            continue;
        };
        let [wanted, bytes] = [wanted, bytes].map(|bytes| String::from_utf8_lossy(bytes));
        faults.extend(kept::same(path, &wanted, &bytes).err());
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// Runs the command in a copy of the case's folder. Its arguments are the lines of `args`.
fn build(case: &Path) -> Result<Files, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    for (path, bytes) in tree(case)?.iter().filter(|(path, _)| !path.starts_with("expected/")) {
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
        // Windows leaves the lock file of a flow's folder beside the folder.
        let is_hidden = |path: &str| path.starts_with('.');
        let names = fs::read_dir(&output)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let ids = names.collect::<std::io::Result<Vec<_>>>()?.iter().filter(|name| !is_hidden(name)).count();
        let mut pages = pages(&args.lines().collect::<Vec<_>>(), folder.path())?;
        let made = tree(&output)?;
        for (path, bytes) in made.iter().filter(|(path, _)| !is_hidden(path)) {
            let (id, file) = path.split_once('/').ok_or("a file outside of a flow's folder")?;
            // What is kept doesn't say again in its paths which number the release has.
            let file = match file.split_once('/') {
                Some((number, file)) if made.contains_key(&format!("{id}/{number}/.runsheet")) => file,
                _ => file,
            };
            // The manifest has the digest of the list, of which only the text is kept.
            if file == ".runsheet" {
                continue;
            }
            let (file, bytes) = match pages.remove(&(id.to_owned(), file.to_owned())) {
                Some(pages) => (file.replace(".pdf", ".pages.txt"), pages.into_bytes()),
                None => (file.to_owned(), bytes.clone()),
            };
            files.insert(if ids == 1 { file } else { format!("{id}/{file}") }, bytes);
        }
    }
    Ok(files)
}

/// The text of each check list, by the id of its flow and the name of its file.
fn pages(args: &[&str], folder: &Path) -> Result<BTreeMap<(String, String), String>, Box<dyn Error>> {
    let command = Cli::try_parse_from(["runsheet", "build"].iter().chain(args))?.command;
    let Command::Build(mut args) = command else { return Err("not a build".into()) };
    let inside = |paths: &mut Vec<PathBuf>| paths.iter_mut().for_each(|path| *path = folder.join(&*path));
    inside(&mut args.flows);
    inside(&mut args.font);
    inside(&mut args.release.files);
    args.templates = args.templates.map(|path| folder.join(path));
    let since = args.since.take().map(|path| folder.join(path));
    let settings = Settings::of_arguments(&args).map_err(|faults| format!("{faults:?}"))?;
    let mut pages = BTreeMap::new();
    for mut job in gather::gather(&args.flows, &args.release).jobs {
        job.apply(&args.release);
        job.labels = Arc::clone(&settings.labels);
        if let Some(since) = &since {
            job.read_since(since);
        }
        if let Some(parsed) = job.parsed()
            && let Ok((plan, documents)) = pipeline::documents(&parsed, &settings)
        {
            let text = |(file, document): (&str, _)| ((plan.id.clone(), file.to_owned()), dump::text(&document));
            pages.extend(documents.into_iter().map(text));
        }
    }
    Ok(pages)
}

/// Replaces everything that is kept.
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
