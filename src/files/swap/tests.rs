//! Folders and files that change places.

use super::*;

#[test]
fn two_steps_do_the_same_as_one() {
    let output = tempfile::tempdir().unwrap();
    let [new, target, old] = ["new", "x", "old"].map(|name| output.path().join(name));
    for folder in [&new, &target] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("f"), folder.file_name().unwrap().to_str().unwrap()).unwrap();
    }
    swap_in_two_steps(&new, &target, &old).unwrap();
    let text = |file: &str| fs::read_to_string(output.path().join(file)).unwrap();
    assert_eq!((text("old/f"), text("x/f")), ("x".to_owned(), "new".to_owned()));
    // Without a new folder, the last one comes back.
    fs::remove_dir_all(&old).unwrap();
    assert!(swap_in_two_steps(&new, &target, &old).is_err());
    assert_eq!((text("x/f"), old.exists()), ("new".to_owned(), false));
}
