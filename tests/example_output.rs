//! What stands in `output/` is what `flows/` gives, byte for byte, and nothing else.
#![allow(clippy::disallowed_methods, reason = "tests use the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

fn tree(folder: &Path, base: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tree(&path, base, found);
        } else {
            found.insert(path.strip_prefix(base).unwrap().display().to_string(), fs::read(&path).unwrap());
        }
    }
}

#[test]
fn the_examples_stand_as_they_are_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut kept = BTreeMap::new();
    tree(&root.join("output"), &root.join("output"), &mut kept);
    // The bytes don't depend on who does what.
    for threads in ["1", "2", "7"] {
        let folder = tempfile::tempdir().unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .args(["build", "flows", "--output"])
            .arg(folder.path())
            .env("RAYON_NUM_THREADS", threads)
            .current_dir(root)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let mut built = BTreeMap::new();
        tree(folder.path(), folder.path(), &mut built);
        assert_eq!(built.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>(), "build `flows` anew");
        for (path, bytes) in &built {
            assert!(kept[path] == *bytes, "output/{path} differs, made by {threads} threads: build `flows` anew");
        }
    }
}
