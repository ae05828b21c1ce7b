//! Expectations that are kept in files.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use similar::TextDiff;

/// Files by their path from a folder, with `/` between its parts.
pub type Files = BTreeMap<String, Vec<u8>>;

/// True when expectations are to be written anew instead of compared.
pub fn is_update() -> bool {
    std::env::var_os("RUNSHEET_UPDATE").is_some_and(|value| value == "1")
}

/// Every file under a folder, hidden ones too.
pub fn tree(folder: &Path) -> io::Result<Files> {
    let mut found = Files::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((next, prefix)) = open.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push((entry.path(), format!("{name}/")));
            } else {
                found.insert(name, fs::read(entry.path())?);
            }
        }
    }
    Ok(found)
}

/// Fails with a diff when a text differs from the one that is kept under this name.
pub fn same(name: &str, kept: &str, actual: &str) -> Result<(), String> {
    if kept == actual {
        return Ok(());
    }
    let diff = TextDiff::from_lines(kept, actual);
    Err(diff.unified_diff().header(&format!("{name} as kept"), &format!("{name} now")).to_string())
}

/// Runs a check on each case and fails with everything that went wrong, under the name of each case.
pub fn each<E: ToString>(cases: impl IntoIterator<Item = (String, Result<(), E>)>) {
    let mut count = 0;
    let mut faults = Vec::new();
    for (name, result) in cases {
        count += 1;
        if let Err(fault) = result {
            faults.push(format!("{name}: {}", fault.to_string()));
        }
    }
    assert!(count > 0, "there is no case");
    assert!(faults.is_empty(), "{} of {count} cases fail\n{}", faults.len(), faults.join("\n"));
}
