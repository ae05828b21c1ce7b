//! `output/` holds exactly what `flows/` gives, byte for byte, and nothing else.

use std::path::Path;
use std::process::Command;

use crate::support::kept::tree;

#[test]
fn the_examples_stand_as_they_are_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = tree(&root.join("output")).unwrap();
    // The bytes don't depend on the number of threads.
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
        let built = tree(folder.path()).unwrap();
        assert_eq!(built.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>(), "build `flows` anew");
        for (path, bytes) in &built {
            assert!(kept[path] == *bytes, "output/{path} differs, made by {threads} threads: build `flows` anew");
        }
    }
}
