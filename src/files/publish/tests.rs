//! Publishing into folders of every state.

use super::*;
use crate::files::ListContent;
use crate::files::manifest::{self, Manifest};

/// Publishes as a build of these kinds does. A list that begins with `filled` is filled in, one that begins with `built` is
/// as a build wrote it.
fn publish(output: &Path, id: &str, artifacts: &[Artifact], rebuilt: &[OutputKind]) -> Result<Published, Diagnostic> {
    publish_all(output, id, artifacts, rebuilt, false).map_err(|mut faults| faults.remove(0))
}

fn publish_all(
    output: &Path,
    id: &str,
    artifacts: &[Artifact],
    rebuilt: &[OutputKind],
    force: bool,
) -> Result<Published, Vec<Diagnostic>> {
    let inside = |list: &[u8]| match list {
        [b'f', b'i', b'l', b'l', b'e', b'd', ..] => ListContent::Filled(vec!["a box".to_owned()]),
        [b'b', b'u', b'i', b'l', b't', ..] => ListContent::AsBuilt,
        _ => ListContent::Unknown,
    };
    super::publish(output, id, artifacts, &Publication { force, ..asked(rebuilt, &inside) })
}

/// What a build of these kinds asks for.
fn asked<'a>(rebuilt: &'a [OutputKind], inside: &'a dyn Fn(&[u8]) -> ListContent) -> Publication<'a> {
    Publication {
        rebuilt,
        stays: None,
        force: false,
        inside,
        number: None,
        drill: false,
        blank: false,
        wait: &|_, work| work(),
    }
}

fn artifact(path: &str, words: &str) -> Artifact {
    let kind = OutputKind::of(path).unwrap_or(OutputKind::Runbook);
    Artifact { kind, path: path.to_owned(), bytes: words.as_bytes().to_vec() }
}

/// Every file under a folder with its text, temporary ones included, but for the manifests.
fn tree(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().is_some_and(|name| name != manifest::NAME) {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, words)| ((*path).to_owned(), (*words).to_owned())).collect()
}

#[test]
fn a_build_replaces_the_last_one() {
    let output = tempfile::tempdir().unwrap();
    let first = [artifact("runbook.md", "one"), artifact("mail/01-dba.txt", "a"), artifact("mail/02-ops.txt", "b")];
    let outcome = publish(output.path(), "x", &first, &OutputKind::ALL).unwrap();
    assert_eq!(outcome.written, ["mail/01-dba.txt", "mail/02-ops.txt", "runbook.md"]);

    let second = [artifact("runbook.md", "two"), artifact("mail/02-ops.txt", "b")];
    let outcome = publish(output.path(), "x", &second, &OutputKind::ALL).unwrap();
    assert_eq!(outcome.written, ["runbook.md"]);
    assert_eq!(outcome.unchanged, ["mail/02-ops.txt"]);
    assert_eq!(outcome.removed, ["mail/01-dba.txt"]);
    assert_eq!(tree(output.path()), pairs(&[("x/mail/02-ops.txt", "b"), ("x/runbook.md", "two")]));
}

#[test]
fn nothing_is_touched_when_nothing_changes() {
    let output = tempfile::tempdir().unwrap();
    let artifacts = [artifact("runbook.md", "one")];
    publish(output.path(), "x", &artifacts, &OutputKind::ALL).unwrap();
    let times = |path: &str| fs::metadata(output.path().join(path)).unwrap().modified().unwrap();
    let before = (times(""), times("x"), times("x/runbook.md"));
    let outcome = publish(output.path(), "x", &artifacts, &OutputKind::ALL).unwrap();
    assert_eq!((outcome.written.len(), outcome.unchanged.len()), (0, 1));
    assert_eq!((times(""), times("x"), times("x/runbook.md")), before);
}

#[test]
fn kinds_that_are_not_rebuilt_stay() {
    let output = tempfile::tempdir().unwrap();
    let all = [artifact("checklist.pdf", "p"), artifact("runbook.md", "r"), artifact("mail/a.txt", "m")];
    publish(output.path(), "x", &all, &OutputKind::ALL).unwrap();
    let outcome = publish(output.path(), "x", &[artifact("runbook.md", "new")], &[OutputKind::Runbook]).unwrap();
    assert_eq!(outcome.kept, ["checklist.pdf", "mail/a.txt"]);
    let expected = [("x/checklist.pdf", "p"), ("x/mail/a.txt", "m"), ("x/runbook.md", "new")];
    assert_eq!(tree(output.path()), pairs(&expected));
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let output = tempfile::tempdir().unwrap();
    for id in ["", "..", "../x", "a/b", "/etc", ".x", "-x", "a\\b", "x\0", &"x".repeat(65)] {
        assert!(publish(output.path(), id, &[], &OutputKind::ALL).is_err(), "{id:?}");
    }
    for path in ["../runbook.md", "/etc/runbook.md", "mail/../a.txt", "mail/..", "mail/..\\a.txt", "notes.md", ""] {
        let result = publish(output.path(), "x", &[artifact(path, "")], &OutputKind::ALL);
        assert_eq!(result.unwrap_err().code, "not-written", "{path}");
    }
    assert_eq!(tree(output.path()), []);
}

#[test]
fn a_name_of_other_case_is_another_flows() {
    let other = |names: &[&str]| other_case(names.iter().map(|name| (*name).to_owned()), "Shop");
    assert_eq!(other(&["shop", "x"]), Some("shop".to_owned()));
    // A disk that distinguishes upper and lower case holds both.
    for names in [&["shop", "Shop"][..], &["Shop", "shop"], &["Shop"], &["shop-2"], &[]] {
        assert_eq!(other(names), None, "{names:?}");
    }
    let output = tempfile::tempdir().unwrap();
    for id in ["shop", "Shop"] {
        let published = publish(output.path(), id, &[artifact("runbook.md", id)], &OutputKind::ALL);
        let is_one_name = id == "Shop" && output.path().join("SHOP").exists();
        assert_eq!(published.is_err(), is_one_name, "{id}");
    }
}

#[test]
fn a_users_own_file_is_never_lost() {
    let new = [artifact("runbook.md", "new")];
    for own in ["notes.md", "mail/answers.md", "pictures/runbook.md", "runbook.md", "mail/reply.eml", "checklist.pdf"] {
        let output = tempfile::tempdir().unwrap();
        let file = output.path().join("x").join(own);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "mine").unwrap();
        let fault = publish(output.path(), "x", &new, &OutputKind::ALL).unwrap_err();
        assert_eq!(fault.code, "foreign-file");
        assert_eq!(tree(output.path()), pairs(&[(&format!("x/{own}"), "mine")]));

        // With `--force` it is kept, and the next builds know it.
        let forced = publish_all(output.path(), "x", &new, &OutputKind::ALL, true);
        if own.starts_with("pictures") {
            assert_eq!(forced.unwrap_err()[0].code, "foreign-file");
            continue;
        }
        forced.unwrap();
        let kept = match own {
            "runbook.md" => "runbook.old-1.md",
            "mail/reply.eml" => "mail/reply.old-1.eml",
            "checklist.pdf" => "checklist.old-1.pdf",
            own => own,
        };
        for words in ["new", "newer"] {
            publish(output.path(), "x", &[artifact("runbook.md", words)], &OutputKind::ALL).unwrap();
            let mut expected = pairs(&[(&format!("x/{kept}"), "mine"), ("x/runbook.md", words)]);
            expected.sort();
            assert_eq!(tree(output.path()), expected);
        }
    }
}

#[test]
fn every_file_that_would_be_lost_is_named() {
    let output = tempfile::tempdir().unwrap();
    let all = [artifact("checklist.pdf", "p"), artifact("runbook.md", "r"), artifact("mail/a.txt", "m")];
    publish(output.path(), "x", &all, &OutputKind::ALL).unwrap();
    let folder = output.path().join("x");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    for (name, text) in
        [("checklist.pdf", "filled"), ("runbook.md", "mine"), ("mail/a.txt", "mine"), ("b.md", ""), ("mail/c.eml", "")]
    {
        write(name, text);
    }
    let before = tree(output.path());
    let new = [artifact("checklist.pdf", "p2"), artifact("runbook.md", "r2")];
    let faults = publish_all(output.path(), "x", &new, &OutputKind::ALL, false).unwrap_err();
    let said: Vec<_> = faults.iter().map(|fault| (fault.code, fault.message.clone())).collect();
    let at = shown(&folder);
    let expected = [
        ("foreign-file", format!("no build wrote this in `{at}`: `b.md`, `mail/c.eml`")),
        ("edited-file", format!("changed in `{at}` since a build wrote it: `mail/a.txt`, `runbook.md`")),
        ("filled-in", format!("`{at}/checklist.pdf` is filled in, and a build would replace it: a box")),
    ];
    assert_eq!(said, expected);
    assert!(faults[2].help[1].contains("checklist.filled-1.pdf"), "{:?}", faults[2].help);
    assert_eq!(tree(output.path()), before);
    // What isn't built anew isn't touched, so it keeps nobody back.
    publish(output.path(), "x", &[], &[OutputKind::Chart]).unwrap_err();
    fs::remove_file(folder.join("b.md")).unwrap();
    let outcome = publish(output.path(), "x", &[artifact("flowchart.svg", "c")], &[OutputKind::Chart]).unwrap();
    assert_eq!(outcome.kept, ["checklist.pdf", "mail/a.txt", "mail/c.eml", "runbook.md"]);

    let outcome = publish_all(output.path(), "x", &new, &OutputKind::ALL, true).unwrap();
    let aside = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let expected = [
        aside("checklist.pdf", "checklist.filled-1.pdf"),
        aside("mail/a.txt", "mail/a.old-1.txt"),
        aside("mail/c.eml", "mail/c.old-1.eml"),
        aside("runbook.md", "runbook.old-1.md"),
    ];
    assert_eq!((outcome.aside, outcome.removed), (expected.to_vec(), vec!["flowchart.svg".to_owned()]));
    write("checklist.pdf", "filled again");
    publish_all(output.path(), "x", &new, &OutputKind::ALL, true).unwrap();
    let expected = [
        ("x/checklist.filled-1.pdf", "filled"),
        ("x/checklist.filled-2.pdf", "filled again"),
        ("x/checklist.pdf", "p2"),
        ("x/mail/a.old-1.txt", "mine"),
        ("x/mail/c.old-1.eml", ""),
        ("x/runbook.md", "r2"),
        ("x/runbook.old-1.md", "mine"),
    ];
    assert_eq!(tree(output.path()), pairs(&expected));
}

#[test]
fn a_text_with_other_line_ends_is_left_as_it_stands() {
    let output = tempfile::tempdir().unwrap();
    let made = |words: &str| [artifact("mail/a.eml", "a\r\nb\r\n"), artifact("runbook.md", words)];
    publish(output.path(), "x", &made("a\nb\n"), &OutputKind::ALL).unwrap();
    let write = |name: &str, text: &str| fs::write(output.path().join("x").join(name), text).unwrap();
    write("runbook.md", "a\r\nb\r\n");
    write("mail/a.eml", "a\nb\n");
    let manifest = fs::read_to_string(output.path().join("x").join(manifest::NAME)).unwrap();
    write(manifest::NAME, &manifest.replace('\n', "\r\n"));
    let before = tree(output.path());
    let outcome = publish(output.path(), "x", &made("a\nb\n"), &OutputKind::ALL).unwrap();
    assert_eq!(outcome.unchanged, ["mail/a.eml", "runbook.md"]);
    assert_eq!(tree(output.path()), before);
    // Nobody edited it, so a new text replaces it.
    let outcome = publish(output.path(), "x", &made("c\n"), &OutputKind::ALL).unwrap();
    assert_eq!(outcome.written, ["runbook.md"]);
    let expected = [("x/mail/a.eml", "a\nb\n"), ("x/runbook.md", "c\n")];
    assert_eq!(tree(output.path()), pairs(&expected));
}

#[test]
fn a_folder_without_a_manifest_goes_by_what_its_files_hold() {
    let new = [artifact("checklist.pdf", "new"), artifact("runbook.md", "r")];
    for (list, runbook, refused) in [
        ("built", "r", None),
        ("new", "r", None),
        ("built", "older", Some("foreign-file")),
        ("other", "r", Some("foreign-file")),
        ("filled", "r", Some("filled-in")),
    ] {
        for broken in [None, Some("# runsheet folder 9\n"), Some("\0")] {
            let output = tempfile::tempdir().unwrap();
            let folder = output.path().join("x");
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("checklist.pdf"), list).unwrap();
            fs::write(folder.join("runbook.md"), runbook).unwrap();
            if let Some(broken) = broken {
                fs::write(folder.join(manifest::NAME), broken).unwrap();
            }
            // The kinds that aren't built stay, and what they are is found out when they are.
            publish(output.path(), "x", &[artifact("flowchart.svg", "")], &[OutputKind::Chart]).unwrap();
            let done = publish(output.path(), "x", &new, &OutputKind::ALL);
            assert_eq!(done.err().map(|fault| fault.code), refused, "{list} {runbook} {broken:?}");
        }
    }
}

#[test]
fn a_manifest_never_leads_out_of_the_folder() {
    let output = tempfile::tempdir().unwrap();
    let folder = output.path().join("x");
    publish(output.path(), "x", &[artifact("runbook.md", "r"), artifact("mail/a.txt", "m")], &OutputKind::ALL).unwrap();
    fs::write(output.path().join("runbook.md"), "mine").unwrap();
    let kept = fs::read_to_string(folder.join(manifest::NAME)).unwrap();
    fs::write(folder.join(manifest::NAME), kept.replace("mail/a.txt", "mail/../../runbook.md")).unwrap();
    let fault = publish(output.path(), "x", &[artifact("runbook.md", "r")], &OutputKind::ALL).unwrap_err();
    assert_eq!(fault.code, "foreign-file");
    assert!(fault.help.iter().any(|help| help.contains("`.runsheet`, can't be read")), "{:?}", fault.help);
    let outcome = publish_all(output.path(), "x", &[artifact("runbook.md", "r")], &OutputKind::ALL, true).unwrap();
    assert_eq!(outcome.aside, [("mail/a.txt".to_owned(), "mail/a.old-1.txt".to_owned())]);
    let expected = [("runbook.md", "mine"), ("x/mail/a.old-1.txt", "m"), ("x/runbook.md", "r")];
    assert_eq!(tree(output.path()), pairs(&expected));

    // A manifest of a gigabyte isn't read, and counts as none.
    fs::File::create(folder.join(manifest::NAME)).unwrap().set_len(1 << 30).unwrap();
    let outcome = publish(output.path(), "x", &[artifact("runbook.md", "r")], &[OutputKind::Runbook]).unwrap();
    assert_eq!(outcome.unchanged, ["runbook.md"]);
    let bytes = fs::read(folder.join(manifest::NAME)).unwrap();
    assert_eq!(Manifest::read(&bytes).unwrap().written.len(), 1);
}

#[test]
fn a_file_in_the_folders_place_is_kept() {
    let output = tempfile::tempdir().unwrap();
    fs::write(output.path().join("x"), "mine").unwrap();
    let fault = publish(output.path(), "x", &[artifact("runbook.md", "new")], &OutputKind::ALL).unwrap_err();
    assert!(fault.message.contains("is a file"), "{}", fault.message);
    let fault = publish(&output.path().join("x"), "x", &[artifact("runbook.md", "new")], &OutputKind::ALL).unwrap_err();
    assert!(fault.message.contains("where a folder is needed"), "{}", fault.message);
    assert_eq!(tree(output.path()), pairs(&[("x", "mine")]));
}

#[test]
fn what_a_crash_left_is_cleared() {
    let output = tempfile::tempdir().unwrap();
    let new = [artifact("runbook.md", "new")];
    // Also when the build changes nothing.
    for _ in 0..2 {
        for stale in [".x.new", ".x.old", "x/.runsheet.staging"] {
            fs::create_dir_all(output.path().join(stale)).unwrap();
            fs::write(output.path().join(stale).join("runbook.md"), "half").unwrap();
        }
        fs::write(output.path().join(".x.lock"), "").unwrap();
        publish(output.path(), "x", &new, &[OutputKind::Runbook]).unwrap();
        let expected: &[(&str, &str)] =
            if cfg!(unix) { &[("x/runbook.md", "new")] } else { &[(".x.lock", ""), ("x/runbook.md", "new")] };
        assert_eq!(tree(output.path()), pairs(expected));
    }
}

#[test]
fn what_no_build_left_is_not_cleared() {
    let new = [artifact("runbook.md", "new")];
    // A folder of somebody's own isn't taken for the last output either.
    let output = tempfile::tempdir().unwrap();
    fs::create_dir(output.path().join(".x.old")).unwrap();
    fs::write(output.path().join(".x.old/notes.md"), "mine").unwrap();
    assert_eq!(publish(output.path(), "x", &new, &OutputKind::ALL).unwrap_err().code, "foreign-file");
    assert_eq!(tree(output.path()), pairs(&[(".x.old/notes.md", "mine")]));

    for own in [".x.new", ".x.old", ".x.new/notes.md", ".x.old/deep/runbook.md", "x/.runsheet.staging/notes.md"] {
        let output = tempfile::tempdir().unwrap();
        publish(output.path(), "x", &new, &OutputKind::ALL).unwrap();
        let file = output.path().join(own);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "mine").unwrap();
        for words in ["new", "newer"] {
            let fault = publish(output.path(), "x", &[artifact("runbook.md", words)], &OutputKind::ALL).unwrap_err();
            assert_eq!(fault.code, "foreign-file", "{own}");
            assert!(fault.message.contains("and no build made that"), "{}", fault.message);
            assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        }
    }
}

#[test]
fn an_old_folder_that_somebody_saved_into_is_kept() {
    let output = tempfile::tempdir().unwrap();
    let made = [artifact("runbook.md", "one"), artifact("mail/a.txt", "m")];
    publish(output.path(), "x", &made, &OutputKind::ALL).unwrap();
    for (saved, kept) in [("runbook.md", "x.old-1"), ("notes.md", "x.old-2")] {
        // The build was killed behind the exchange.
        let old = output.path().join(".x.new");
        fs::create_dir_all(old.join("mail")).unwrap();
        for name in ["runbook.md", "mail/a.txt", manifest::NAME] {
            fs::copy(output.path().join("x").join(name), old.join(name)).unwrap();
        }
        fs::write(old.join(saved), "mine").unwrap();
        let outcome = publish(output.path(), "x", &made, &OutputKind::ALL).unwrap();
        assert!(outcome.notes[0].message.contains(&format!("`{saved}` was saved in")), "{:?}", outcome.notes);
        assert!(!old.exists());
        assert_eq!(fs::read_to_string(output.path().join(kept).join(saved)).unwrap(), "mine");
    }
}

/// Here the file is saved between the look and the exchange: while the list is looked into.
#[test]
fn a_file_saved_during_a_build_is_kept() {
    let output = tempfile::tempdir().unwrap();
    publish(output.path(), "x", &[artifact("checklist.pdf", "p"), artifact("runbook.md", "r")], &OutputKind::ALL)
        .unwrap();
    let folder = output.path().join("x");
    fs::write(folder.join("checklist.pdf"), "built elsewhere").unwrap();
    for (name, kept) in [("runbook.md", "x.old-1"), ("flowchart.svg", "x.old-2"), ("notes.md", "x.old-3")] {
        fs::write(folder.join("checklist.pdf"), format!("built before {name}")).unwrap();
        fs::remove_file(folder.join(manifest::NAME)).unwrap();
        let inside = |_: &[u8]| {
            fs::write(folder.join(name), format!("mine, {name}")).unwrap();
            ListContent::AsBuilt
        };
        let asked = asked(&[OutputKind::Pdf], &inside);
        let places = BuildPlaces::of(output.path(), "x", None);
        let new = [artifact("checklist.pdf", name)];
        let before = look(&folder).unwrap();
        let change = decide(&folder, &before, &MadeFile::all(&new), &asked).unwrap().unwrap();
        let note = exchange(&places, &before, &new, &change).unwrap().unwrap();
        assert!(note.message.contains(&format!("`{name}` was saved in")), "{}", note.message);
        let saved = fs::read_to_string(output.path().join(kept).join(name)).unwrap();
        assert_eq!(saved, format!("mine, {name}"));
        assert_eq!(fs::read_to_string(folder.join("checklist.pdf")).unwrap(), name);
    }
}

/// What a build does where the folder can't be moved.
#[test]
fn files_are_replaced_one_by_one() {
    let inside = |_: &[u8]| ListContent::Unknown;
    let asked = Publication { force: true, ..asked(&OutputKind::ALL, &inside) };
    let first = [artifact("runbook.md", "one"), artifact("mail/a.txt", "a"), artifact("mail/b.txt", "b")];
    let second = [artifact("checklist.pdf", "p"), artifact("runbook.md", "two")];
    for saved in [None, Some("mail/a.txt"), Some("runbook.md")] {
        let output = tempfile::tempdir().unwrap();
        let folder = output.path().join("x");
        publish(output.path(), "x", &first, &OutputKind::ALL).unwrap();
        fs::write(folder.join("mail/b.txt"), "mine").unwrap();
        let before = look(&folder).unwrap();
        let change = decide(&folder, &before, &MadeFile::all(&second), &asked).unwrap().unwrap();
        if let Some(saved) = saved {
            fs::write(folder.join(saved), "saved meanwhile").unwrap();
            let error = replace_each(&folder, &before, &second, &change).unwrap_err();
            assert_eq!(error.to_string(), format!("`{saved}` was saved meanwhile"));
            assert_eq!(fs::read_to_string(folder.join(saved)).unwrap(), "saved meanwhile");
            // The next build knows what the stopped one wrote, and finds that file edited.
            let faults = publish_all(output.path(), "x", &second, &OutputKind::ALL, false).unwrap_err();
            assert_eq!(faults.len(), 1, "{faults:?}");
            let words = [format!("`{saved}`"), "since a build wrote it".to_owned()];
            assert!(words.iter().all(|words| faults[0].message.contains(words)), "{faults:?}");
            continue;
        }
        replace_each(&folder, &before, &second, &change).unwrap();
        let expected = [("x/checklist.pdf", "p"), ("x/mail/b.old-1.txt", "mine"), ("x/runbook.md", "two")];
        assert_eq!(tree(output.path()), pairs(&expected));
        assert_eq!(look(&folder).unwrap().manifest, Some(change.manifest));
        assert!(!folder.join(".runsheet.staging").exists());
    }
}

#[test]
fn a_crash_between_two_steps_is_mended() {
    let output = tempfile::tempdir().unwrap();
    fs::create_dir(output.path().join(".x.old")).unwrap();
    fs::write(output.path().join(".x.old/checklist.pdf"), "last").unwrap();
    publish(output.path(), "x", &[artifact("runbook.md", "new")], &[OutputKind::Runbook]).unwrap();
    let expected = [("x/checklist.pdf", "last"), ("x/runbook.md", "new")];
    assert_eq!(tree(output.path()), pairs(&expected));
}

#[cfg(unix)]
#[test]
fn links_and_read_only_folders_are_refused_and_permissions_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let output = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), output.path().join("x")).unwrap();
    let new = [artifact("runbook.md", "new")];
    assert!(publish(output.path(), "x", &new, &OutputKind::ALL).unwrap_err().message.contains("is a link"));
    assert_eq!(tree(elsewhere.path()), []);

    let folder = output.path().join("y");
    publish(output.path(), "y", &new, &OutputKind::ALL).unwrap();
    let mode = || fs::metadata(&folder).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o750)).unwrap();
    publish(output.path(), "y", &[artifact("runbook.md", "newer")], &OutputKind::ALL).unwrap();
    assert_eq!(mode(), 0o750);
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o550)).unwrap();
    assert!(publish(output.path(), "y", &new, &OutputKind::ALL).unwrap_err().message.contains("may not be written"));
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o750)).unwrap();
    assert_eq!(fs::read_to_string(folder.join("runbook.md")).unwrap(), "newer");
}

#[cfg(unix)]
#[test]
fn files_keep_their_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let output = tempfile::tempdir().unwrap();
    publish(output.path(), "x", &[artifact("runbook.md", "one"), artifact("mail/a.txt", "m")], &OutputKind::ALL)
        .unwrap();
    let path = |name: &str| output.path().join("x").join(name);
    let modes = [("runbook.md", 0o600), ("mail/a.txt", 0o440), ("mail", 0o750), (manifest::NAME, 0o640)];
    for (name, mode) in modes {
        fs::set_permissions(path(name), PermissionsExt::from_mode(mode)).unwrap();
    }
    publish(output.path(), "x", &[artifact("runbook.md", "two"), artifact("mail/a.txt", "n")], &OutputKind::ALL)
        .unwrap();
    for (name, mode) in modes {
        assert_eq!(fs::metadata(path(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
    assert_eq!(fs::read_to_string(path("mail/a.txt")).unwrap(), "n");
}
