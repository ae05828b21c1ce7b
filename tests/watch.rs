//! `runsheet watch`, as a process beside an editor.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::kept;

const FLOW: &str = include_str!("flows/minimal/flow.toml");

/// So long a line is waited for: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A watch in a folder of its own.
struct Watching {
    folder: tempfile::TempDir,
    child: Child,
    /// The lines of both its outputs.
    lines: Receiver<String>,
}

impl Watching {
    fn start(files: &[(&str, &str)], args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), text).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        command.arg("watch").args(args).current_dir(folder.path()).env_remove("NO_COLOR");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (say, lines) = channel();
        let of_stdout = (say.clone(), child.stdout.take().unwrap());
        let of_stderr = (say, child.stderr.take().unwrap());
        thread::spawn(move || {
            BufReader::new(of_stdout.1).lines().map_while(Result::ok).for_each(|line| drop(of_stdout.0.send(line)));
        });
        thread::spawn(move || {
            BufReader::new(of_stderr.1).lines().map_while(Result::ok).for_each(|line| drop(of_stderr.0.send(line)));
        });
        let watching = Self { folder, child, lines };
        watching.says("watching; Ctrl-C ends it");
        watching
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// As many editors save: beside it, then over it.
    fn replace(&self, name: &str, text: &str) {
        self.write("new~", text);
        fs::rename(self.path("new~"), self.path(name)).unwrap();
    }

    /// Waits for a line with these words; gives all lines up to it.
    fn says(&self, words: &str) -> Vec<String> {
        let (mut heard, end) = (Vec::new(), Instant::now() + PATIENCE);
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    heard.push(line);
                    if heard.last().is_some_and(|line| line.contains(words)) {
                        return heard;
                    }
                }
                Err(error) => panic!("`{words}` was never said ({error}), but {heard:#?}"),
            }
        }
    }

    fn runbook(&self) -> String {
        fs::read_to_string(self.path("output/minimal/runbook.md")).unwrap()
    }

    /// Does something once all is said of what came before.
    fn after(&self, act: impl FnOnce()) -> &Self {
        while self.lines.recv_timeout(Duration::from_millis(300)).is_ok() {}
        act();
        self
    }

    /// Waits until the runbook says this. What a build wrote before may be told later.
    fn writes(&self, words: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.runbook().contains(words) {
            assert!(Instant::now() < end, "{words}: {}", self.runbook());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Every file outside of the output, with what is in it.
    fn others(&self) -> Vec<(String, Vec<u8>)> {
        let all = kept::tree(self.folder.path()).unwrap();
        all.into_iter().filter(|(name, _)| !name.starts_with("output")).collect()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The flow with another title.
fn titled(title: &str) -> String {
    let line = FLOW.lines().find(|line| line.starts_with("title ")).unwrap();
    FLOW.replacen(line, &format!("title = \"{title}\""), 1)
}

#[test]
fn a_flow_that_is_edited_broken_and_mended_is_built_each_time_but_when_it_is_broken() {
    let watching = Watching::start(&[("flow.toml", FLOW)], &["flow.toml"]);
    let before = watching.others();
    watching.write("flow.toml", &titled("Second"));
    watching.writes("Second");
    watching.says("wrote      runbook.md");
    let good = kept::tree(&watching.path("output")).unwrap();
    watching.write("flow.toml", "titel = 1\n");
    // Between the beginning and the end of a save, a file may be seen empty.
    watching.says("did you mean `title`?");
    watching.says("nothing was written for `flow.toml`");
    assert_eq!(kept::tree(&watching.path("output")).unwrap(), good);
    watching.replace("flow.toml", &titled("Third"));
    watching.writes("Third");
    let names = |files: Vec<(String, Vec<u8>)>| files.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(watching.others()), names(before));
}

#[test]
fn whatever_a_flow_is_made_of_is_watched() {
    let part = "[[appendix]]\nid = \"why\"\ntitle = \"Of the part\"\nmarkdown = \"Because\"\n";
    let flow = FLOW.replacen("\n\n", "\ninclude = [\"parts/a.part.toml\"]\n\n", 1);
    let files = [("flow.toml", &*flow), ("mine/runbook.md", "{{ title }} 1"), ("mine/labels/en.toml", "")];
    let watching = Watching::start(&files, &["flow.toml", "--templates", "mine"]);
    // The part isn't there yet, and neither is its folder.
    fs::create_dir(watching.path("parts")).unwrap();
    watching.after(|| watching.write("parts/a.part.toml", part)).says("wrote      checklist.pdf");
    let release = "flow = \"minimal\"\nstart = 2030-01-01T20:00:00Z\n";
    watching.after(|| watching.write("flow.release.toml", release)).says("flow.release.toml");
    watching.after(|| watching.write("mine/runbook.md", "{{ title }} 2")).says("wrote      runbook.md");
    assert!(watching.runbook().contains(" 2"));
    let labels = "[sheet]\nhot = \"On the night\"\n";
    watching.after(|| watching.write("mine/labels/en.toml", labels)).says("wrote      checklist.pdf");
    let other = part.replace("Because", "Because of this");
    watching.after(|| watching.replace("parts/a.part.toml", &other)).says("wrote      checklist.pdf");
    watching.after(|| watching.write("runsheet.toml", "[lint]\n")).says("error[unknown-key]");
    watching.after(|| fs::remove_file(watching.path("runsheet.toml")).unwrap()).says("  flow ");
    // A folder that goes away and comes back.
    let [parts, away] = ["parts", "away"].map(|name| watching.path(name));
    watching.after(|| fs::rename(&parts, &away).unwrap()).says("nothing was written");
    watching.after(|| fs::rename(&away, &parts).unwrap()).says("  flow ");
    watching.after(|| watching.write("parts/a.part.toml", part)).says("wrote      checklist.pdf");
}

#[test]
fn a_folder_may_go_and_come_back_and_get_more_flows() {
    let watching = Watching::start(&[("flows/flow.toml", FLOW)], &["flows", "--only", "runbook"]);
    watching.write("flows/more.toml", &titled("More").replacen("\"minimal\"", "\"more\"", 1));
    watching.says("output/more");
    fs::rename(watching.path("flows"), watching.path("away")).unwrap();
    watching.says("nothing was written");
    fs::rename(watching.path("away"), watching.path("flows")).unwrap();
    watching.says("output/more");
    watching.write("flows/flow.toml", &titled("Again"));
    watching.writes("Again");
    fs::remove_file(watching.path("flows/flow.toml")).unwrap();
    watching.says("output/more");
    watching.write("flows/flow.toml", &titled("Back"));
    watching.writes("Back");
}

#[test]
fn the_last_of_many_saves_is_what_is_built() {
    let watching = Watching::start(&[("flow.toml", FLOW)], &["flow.toml", "--only", "runbook"]);
    for at in 0..40 {
        watching.write("flow.toml", &titled(&format!("Save {at}")));
        thread::sleep(Duration::from_millis(3));
    }
    watching.writes("Save 39");
    // Saves one after the other are built together.
    thread::sleep(Duration::from_millis(100));
    let builds = watching.lines.try_iter().filter(|line| line.contains("wrote ")).count();
    assert!(builds < 40, "{builds}");
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly() {
    let mut watching = Watching::start(&[("flow.toml", FLOW)], &["flow.toml", "--only", "runbook"]);
    let number = watching.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &number]).status().unwrap().success());
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
    assert!(watching.runbook().starts_with('#') || !watching.runbook().is_empty());
    let left: Vec<String> = watching.others().into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, ["flow.toml"]);
}

#[test]
fn what_cannot_be_watched_is_told() {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .arg("watch")
            .args(args)
            .current_dir(Path::new("tests/flows"))
            .output();
        let output = output.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = run(&["-"]);
    assert!(code == Some(2) && stderr.contains("standard input can't be watched"), "{stderr}");
    let (code, stderr) = run(&["minimal/flow.toml", "table/flow.toml", "--number", "1"]);
    assert!(code == Some(2) && stderr.contains("`--number` can be given for one flow only"), "{stderr}");
}
