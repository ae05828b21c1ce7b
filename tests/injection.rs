//! What an error of the system or a kill leaves behind, at every system call of a command that has to do with files: the
//! last files or the new ones, whole, and nothing that holds up the next run or outlives it.
//!
//! `strace` injects them. Where it isn't there, or may not trace, these tests say so and pass. `RUNSHEET_FAULTS=all` makes
//! every output and injects every error, which takes several times as long.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use crate::support::kept::{self, Files};

const FLOW: &str = include_str!("flows/minimal/flow.toml");

/// The errors that each system call is made to fail with. The first stands for its kind; the others are for the long run.
const ERRORS: [(&str, &[&str]); 36] = [
    ("chmod", &["EPERM"]),
    ("close", &["EIO"]),
    ("copy_file_range", &["EIO", "ENOSPC"]),
    ("fchmod", &["EPERM", "EIO"]),
    ("fchmodat", &["EPERM"]),
    ("fchown", &["EPERM"]),
    ("fcntl", &["EIO"]),
    ("fgetxattr", &["EIO"]),
    ("flistxattr", &["EOPNOTSUPP", "EIO"]),
    ("flock", &["ENOLCK", "EINTR", "EOPNOTSUPP"]),
    ("fremovexattr", &["EPERM"]),
    ("fsetxattr", &["EPERM"]),
    ("fstat", &["EIO"]),
    ("fstatfs", &["EIO"]),
    ("fsync", &["EIO", "ENOSPC"]),
    ("ftruncate", &["EIO"]),
    ("getdents64", &["EIO"]),
    ("link", &["EPERM", "EIO"]),
    ("linkat", &["EPERM", "EIO"]),
    ("lseek", &["EIO"]),
    ("mkdir", &["ENOSPC", "EACCES"]),
    ("mkdirat", &["ENOSPC", "EACCES"]),
    ("newfstatat", &["EIO"]),
    ("openat", &["EACCES", "ENOSPC", "EMFILE"]),
    ("pread64", &["EIO"]),
    ("read", &["EIO", "EINTR"]),
    ("readlink", &["EIO"]),
    ("readlinkat", &["EIO"]),
    ("rename", &["EIO", "EXDEV"]),
    ("renameat", &["EIO", "EXDEV"]),
    ("renameat2", &["EIO", "EINVAL", "EXDEV", "ENOSPC"]),
    ("rmdir", &["EIO"]),
    ("statx", &["EIO"]),
    ("unlink", &["EIO", "EACCES"]),
    ("unlinkat", &["EIO", "EACCES"]),
    ("write", &["ENOSPC", "EIO", "EINTR"]),
];

/// Whether `strace` is there and may trace.
static STRACE: LazyLock<bool> = LazyLock::new(|| {
    let traced = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let works = traced.is_ok_and(|status| status.success());
    if !works {
        println!("skipped: `strace` isn't there, or may not trace");
    }
    works
});

/// Whether everything is tried.
fn is_long_run() -> bool {
    std::env::var_os("RUNSHEET_FAULTS").is_some_and(|value| value == "all")
}

/// A command that changes files.
struct Scene {
    args: Vec<&'static str>,
    /// The first system call that is tried names this; those before it load the program.
    begins: &'static str,
    /// Puts the files there that stand before the command.
    prepare: fn(&Path),
    /// The path below which the command's own files stand.
    result: &'static str,
    /// A second injection, which every run gets. Only the long run makes other calls fail then.
    also: Option<&'static str>,
}

impl Scene {
    /// A folder in which nothing has been done yet.
    fn folder(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        (self.prepare)(folder.path());
        folder
    }

    fn run(&self, folder: &Path) -> Output {
        Command::new(env!("CARGO_BIN_EXE_runsheet")).args(&self.args).current_dir(folder).output().unwrap()
    }

    fn traced(&self, folder: &Path, log: &Path, inject: Option<&str>) -> Output {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o"]).arg(log);
        for inject in inject.into_iter().chain(self.also) {
            command.arg(format!("--inject={inject}"));
        }
        if inject.is_some() {
            // What isn't traced isn't changed either.
            let names = inject.into_iter().chain(self.also).filter_map(|inject| Some(inject.split_once(':')?.0));
            command.arg(format!("--trace={}", names.collect::<Vec<_>>().join(",")));
        }
        command.arg(env!("CARGO_BIN_EXE_runsheet")).args(&self.args).current_dir(folder).output().unwrap()
    }

    /// The system calls that are tried: how often each name has been called up to each of them.
    fn calls(&self) -> Vec<(String, usize)> {
        let (folder, log) = (self.folder(), tempfile::NamedTempFile::new().unwrap());
        let run = self.traced(folder.path(), log.path(), None);
        assert!(run.status.success(), "{}", said(&run));
        let log = String::from_utf8_lossy(&fs::read(log.path()).unwrap()).into_owned();
        let main = log.split_whitespace().next().unwrap();
        let lines = log.lines().filter_map(|line| line.strip_prefix(main)?.trim_start().split_once('('));
        let mut counts = BTreeMap::<String, usize>::new();
        let (mut calls, mut has_begun) = (Vec::new(), false);
        for (name, rest) in lines {
            let count = counts.entry(name.to_owned()).or_default();
            *count += 1;
            has_begun |= name != "execve" && rest.contains(self.begins);
            if has_begun && ERRORS.iter().any(|(known, _)| *known == name) {
                calls.push((name.to_owned(), *count));
            }
        }
        assert!(calls.len() > 10, "the trace of {:?} is read wrongly: {calls:?}", self.args);
        calls
    }

    /// The command's own files among all.
    fn own(&self, all: &Files) -> Files {
        all.iter()
            .filter(|(path, _)| path.starts_with(self.result))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    }

    /// Tries every error and a kill at every system call.
    fn try_all(&self) {
        if !*STRACE {
            return;
        }
        let folder = self.folder();
        let old = self.own(&tree(folder.path()));
        assert!(self.run(folder.path()).status.success());
        let all = tree(folder.path());
        assert_ne!(old, self.own(&all), "the command changes something");
        let mut cases = Vec::new();
        for (name, count) in self.calls() {
            let errors = ERRORS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, errors)| *errors);
            let some = match (is_long_run(), self.also) {
                (true, _) => errors.len(),
                (false, None) => 1,
                (false, Some(_)) => 0,
            };
            let errors = errors.iter().take(some).map(|error| format!("error={error}"));
            cases.extend(errors.chain(["signal=KILL".to_owned()]).map(|what| format!("{name}:{what}:when={count}")));
        }
        println!("{:?}: {} injections", self.args, cases.len());
        kept::each(cases.into_iter().map(|inject| {
            let result = self.try_one(&inject, &old, &all);
            (inject, result)
        }));
    }

    /// Tries one. `all` are the files after a command in which nothing fails.
    fn try_one(&self, inject: &str, old: &Files, all: &Files) -> Result<(), String> {
        let folder = self.folder();
        let log = tempfile::NamedTempFile::new().unwrap();
        let run = self.traced(folder.path(), log.path(), Some(inject));
        let log = fs::read_to_string(log.path()).unwrap();
        let call = format!(" {}(", inject.split(':').next().unwrap_or_default());
        let is_hit = |line: &str| line.contains("(INJECTED)") && line.contains(&call);
        if !log.lines().any(|line| line.contains("killed by SIGKILL") || is_hit(line)) {
            return Err(format!("nothing was injected: {log}"));
        }
        let (now, words) = (tree(folder.path()), said(&run));
        let own = self.own(&now);
        let state = format!("{words}\nthere is {:?}", now.keys().collect::<Vec<_>>());
        let copy = now.get(COPY);
        // While a file is rewritten in place, its copy holds the old text.
        let is_safe = copy.is_some_and(|copy| old.values().all(|old| old == copy));
        // Between the two steps there is no output, until the next build.
        let is_between = self.also.is_some() && own.is_empty();
        if own != *old && own != self.own(all) && !is_safe && !is_between {
            return Err(format!("neither the old files nor the new ones: {state}"));
        }
        match run.status.code() {
            Some(0) if own == self.own(all) => {}
            Some(0) => return Err(format!("says that it is done, and it isn't: {state}")),
            Some(1) if words.contains("error") => {}
            None if inject.contains("KILL") => {}
            code => return Err(format!("ends with {code:?}: {state}")),
        }
        if words.contains("panicked") {
            return Err(state);
        }
        if copy.is_some() {
            // This is what the user is told to do.
            let refused = said(&self.run(folder.path()));
            if !refused.contains("unfinished-fix") || !refused.contains(COPY) {
                return Err(format!("nothing is said of the copy: {refused}"));
            }
            fs::copy(folder.path().join(COPY), folder.path().join("a.toml")).unwrap();
            fs::remove_file(folder.path().join(COPY)).unwrap();
        }
        let next = self.run(folder.path());
        let after = tree(folder.path());
        let is_done = next.status.success() || (own != *old && said(&next).contains("is there already"));
        if !is_done || after != *all {
            let names: Vec<_> = after.keys().collect();
            return Err(format!("the next run: {}\nthere is {names:?}\nbefore it: {state}", said(&next)));
        }
        Ok(())
    }
}

/// The copy that stands beside `a.toml` while it is rewritten in place.
const COPY: &str = ".a.toml.before-fix";

fn tree(folder: &Path) -> Files {
    kept::tree(folder).unwrap()
}

fn said(run: &Output) -> String {
    String::from_utf8_lossy(&run.stderr).into_owned()
}

/// A build in the last one's place, or where there is none.
fn build(prepare: fn(&Path), also: Option<&'static str>) -> Scene {
    let mut args = vec!["build", "flow.toml", "--start", "2013-01-25T20:00:00+08:00", "--operator", "Zhang San"];
    if !is_long_run() {
        args.extend(["--only", "runbook,mail"]);
    }
    Scene { args, begins: "flow.toml", prepare, result: "output/minimal/", also }
}

fn with_flow(folder: &Path) {
    fs::write(folder.join("flow.toml"), FLOW).unwrap();
}

/// The output of an older revision.
static OLD_OUTPUT: LazyLock<Files> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW.replace("Restart", "Start")).unwrap();
    let run = build(with_flow, None).run(folder.path());
    assert!(run.status.success(), "{}", said(&run));
    tree(&folder.path().join("output"))
});

fn with_output(folder: &Path) {
    with_flow(folder);
    for (path, bytes) in &*OLD_OUTPUT {
        let path = folder.join("output").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// The same, and of an older revision of its release with a number.
fn with_output_of_a_release(folder: &Path) {
    with_output(folder);
    let output = folder.join("output/minimal/7");
    for (path, bytes) in &*OLD_OUTPUT {
        let path = output.join(path.strip_prefix("minimal/").unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn misspelt(folder: &Path) {
    fs::write(folder.join("a.toml"), FLOW.replace("title", "titel")).unwrap();
}

fn misspelt_with_two_names(folder: &Path) {
    misspelt(folder);
    fs::hard_link(folder.join("a.toml"), folder.join("z")).unwrap();
}

#[test]
fn a_build_leaves_the_old_output_or_the_new_one() {
    build(with_output, None).try_all();
}

/// Its files in the flow's folder, from before it had a number, go in the end.
#[test]
fn a_build_of_a_release_leaves_its_old_output_or_the_new_one() {
    let mut scene = build(with_output_of_a_release, None);
    scene.args.extend(["--number", "7"]);
    Scene { result: "output/minimal/7/", ..scene }.try_all();
}

#[test]
fn a_first_build_leaves_nothing_or_everything() {
    build(with_flow, None).try_all();
}

#[test]
fn a_build_in_two_steps_leaves_the_old_output_or_the_new_one() {
    // Like a disk that can't exchange two folders.
    build(with_output, Some("renameat2:error=EINVAL")).try_all();
}

#[test]
fn a_repair_leaves_the_old_text_or_the_new_one() {
    Scene { args: vec!["fix", "a.toml"], begins: "a.toml", prepare: misspelt, result: "a.toml", also: None }.try_all();
}

#[test]
fn a_repair_in_place_leaves_the_old_text_beside_a_half_one() {
    let prepare = misspelt_with_two_names;
    Scene { args: vec!["fix", "a.toml"], begins: "a.toml", prepare, result: "a.toml", also: None }.try_all();
}

#[test]
fn a_new_flow_is_whole_or_not_there() {
    let prepare = |_: &Path| {};
    Scene { args: vec!["new", "a"], begins: "\".\"", prepare, result: "a.toml", also: None }.try_all();
}

/// Where the system starts no thread, or only one, the work is done all the same.
#[test]
fn without_threads_every_flow_is_built() {
    if !*STRACE {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for id in ["minimal", "two"] {
        let flow = FLOW.replace("\"minimal\"", &format!("{id:?}"));
        fs::write(folder.path().join(format!("{id}.toml")), flow).unwrap();
    }
    for (number, when) in ["1", "2", "1+"].into_iter().enumerate() {
        let output = format!("out-{number}");
        let run = Command::new("strace")
            .args(["-f", "-qq", "-o", "log", "-e", &format!("inject=clone3:error=EAGAIN:when={when}")])
            .arg(env!("CARGO_BIN_EXE_runsheet"))
            .args(["build", ".", "--only", "runbook", "-o", &output])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(run.status.success() && run.stderr.is_empty(), "{}", said(&run));
        assert_eq!(tree(&folder.path().join(output)).len(), 2 * tree(&folder.path().join("out-0/two")).len());
        let log = fs::read_to_string(folder.path().join("log")).unwrap();
        // With one processor there is one thread to start.
        assert!(log.contains("(INJECTED)") || when == "2", "{log}");
    }
}
