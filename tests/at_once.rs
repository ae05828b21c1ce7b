//! Many builds of one flow at once, and somebody who reads meanwhile.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::kept;

const FLOW: &str = include_str!("flows/minimal/flow.toml");

/// Starts a build with a flag of which this is the value.
fn start(folder: &Path, flag: &str, value: &str, output: &str) -> Child {
    let mut build = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    build.args(["build", "flow.toml", "--only", "runbook,mail", flag, value, "-o", output]);
    build.current_dir(folder).stdout(Stdio::null()).spawn().unwrap()
}

/// Reads the files of these paths in a folder that stays the same one meanwhile, whatever takes its name. `None` when one
/// of them is gone.
#[cfg(target_os = "linux")]
fn read_at_once<'a>(folder: &Path, paths: impl Iterator<Item = &'a String>) -> Option<kept::Files> {
    use std::os::fd::AsRawFd;
    let open = fs::File::open(folder).expect("the folder is always there");
    let same = Path::new("/proc/self/fd").join(open.as_raw_fd().to_string());
    paths.map(|path| Some((path.clone(), fs::read(same.join(path)).ok()?))).collect()
}

#[test]
fn many_builds_at_once_leave_one_whole_output_and_a_reader_sees_no_mixture() {
    let folder = tempfile::tempdir().unwrap();
    let operators: Vec<String> = (0..20).map(|number| format!("Ada {number}")).collect();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let build = |operator: &str, output: &str| start(folder.path(), "--operator", operator, output);
    let output = |operator: &str| {
        let alone = format!("alone {operator}");
        assert!(build(operator, &alone).wait().unwrap().success());
        kept::tree(&folder.path().join(alone).join("minimal")).unwrap()
    };
    let whole: Vec<_> = operators.iter().map(|operator| output(operator)).collect();
    let shared = folder.path().join("shared");
    assert!(build(&operators[0], "shared").wait().unwrap().success());
    let mut runs: Vec<_> = operators.iter().map(|operator| build(operator, "shared")).collect();
    while !runs.is_empty() {
        #[cfg(target_os = "linux")]
        if let Some(read) = read_at_once(&shared.join("minimal"), whole[0].keys()) {
            assert!(whole.contains(&read), "{:?}", read.keys());
        }
        runs.retain_mut(|run| match run.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success());
                false
            }
            None => true,
        });
    }
    let left = kept::tree(&shared.join("minimal")).unwrap();
    assert!(whole.contains(&left), "{:?}", left.keys());
    let names = fs::read_dir(shared).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = names.filter(|name| cfg!(unix) || name != ".minimal.lock").collect();
    assert_eq!(names, ["minimal"]);
}

#[test]
fn many_releases_at_once_leave_one_whole_folder_each() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let numbers: Vec<String> = (0..10).map(|number| format!("2026.{number}")).collect();
    for output in ["first", "second"] {
        // Two of each, so that some wait for one of their own number.
        let mut runs: Vec<_> =
            numbers.iter().chain(&numbers).map(|n| start(folder.path(), "--number", n, output)).collect();
        assert!(runs.iter_mut().all(|run| run.wait().unwrap().success()));
    }
    let [first, second] =
        ["first", "second"].map(|output| kept::tree(&folder.path().join(output).join("minimal")).unwrap());
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    assert!(first == second);
    for number in &numbers {
        assert!(
            first.contains_key(&format!("{number}/runbook.md")) && first.contains_key(&format!("{number}/.runsheet"))
        );
    }
    assert_eq!(first.len(), 2 * numbers.len());
}
