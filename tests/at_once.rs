//! Many builds of one flow at once, and somebody who reads meanwhile.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::kept;

const FLOW: &str = include_str!("flows/minimal/flow.toml");

/// Starts a build of the release with this number.
fn start(folder: &Path, number: &str, output: &str) -> Child {
    let mut build = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    build.args(["build", "flow.toml", "--only", "runbook,mail", "--number", number, "-o", output]);
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
    let numbers: Vec<String> = (0..20).map(|number| format!("run-{number}")).collect();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let output = |number: &str| {
        let alone = format!("alone-{number}");
        assert!(start(folder.path(), number, &alone).wait().unwrap().success());
        kept::tree(&folder.path().join(alone).join("minimal")).unwrap()
    };
    let whole: Vec<_> = numbers.iter().map(|number| output(number)).collect();
    let shared = folder.path().join("shared");
    assert!(start(folder.path(), &numbers[0], "shared").wait().unwrap().success());
    let mut runs: Vec<_> = numbers.iter().map(|number| start(folder.path(), number, "shared")).collect();
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
