//! Reads the source code and checks it against the layers that ARCHITECTURE.md draws.

mod graph;
mod lexer;
mod tree;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use graph::Violation;
use tree::Tree;

/// How many lines a file may have.
const MOST_LINES: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder of the project, as path below it and text, in order.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, base: &Path, files: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, base, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut files = Vec::new();
    let base = root().join(folder);
    walk(&base, &base, &mut files);
    files.sort();
    files
}

fn violations() -> Vec<Violation> {
    let tree = Tree::read(&rust_files("src"));
    let document = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let layers = graph::drawn_layers(&document);
    let mut violations = graph::undrawn(&tree, &layers);
    violations.extend(graph::upward(&tree, &layers));
    violations.extend(graph::circles(&tree));
    for wide in &tree.wide {
        let (place, what) = wide.split_once(' ').unwrap();
        let (file, (function, count)) = (place.split(':').next().unwrap(), what.split_once(": ").unwrap());
        let shown_by = vec![format!("src/{place}: {count}")];
        violations.push(Violation { key: format!("wide: {file} {function}"), shown_by });
    }
    for (name, places) in tree.namesakes() {
        let shown_by = places.iter().map(|place| format!("src/{place}")).collect();
        violations.push(Violation { key: format!("declared twice: {name}"), shown_by });
    }
    for folder in ["src", "tests", "benches"] {
        for (name, text) in rust_files(folder) {
            let lines = text.lines().count();
            if lines > MOST_LINES {
                let shown_by = vec![format!("{lines} lines, at most {MOST_LINES}")];
                violations.push(Violation { key: format!("long: {folder}/{name}"), shown_by });
            }
        }
    }
    violations
}

#[test]
fn code_keeps_to_the_layers() {
    let mut failure = String::new();
    for Violation { key, shown_by } in violations() {
        let _ = writeln!(failure, "{key}");
        for line in shown_by {
            let _ = writeln!(failure, "    {line}");
        }
    }
    assert!(failure.is_empty(), "\n{failure}");
}

/// A crate of some files; the layers are `top` above `low`.
fn planted(files: &[(&str, &str)]) -> (Tree, Vec<Violation>) {
    let mut files: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    if files.iter().all(|(path, _)| path != "lib.rs") {
        files.push(("lib.rs".to_owned(), "pub mod low;\npub mod top;".to_owned()));
    }
    files.sort();
    let tree = Tree::read(&files);
    let layers = graph::drawn_layers("\n## Layers\n\n```text\nmain, lib  a\ntop  b\n     c\nlow  d\n```\n");
    let mut violations = graph::upward(&tree, &layers);
    violations.extend(graph::circles(&tree));
    (tree, violations)
}

/// Each violation, with the arrows that show it.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let tell = |violation: &Violation| format!("{} | {}", violation.key, violation.shown_by.join(" | "));
    planted(files).1.iter().map(tell).collect()
}

#[test]
fn an_arrow_up_is_found_wherever_it_stands() {
    let top = ("top.rs", "use crate::low::x;\npub struct Y; pub fn y() {} #[macro_export] macro_rules! z { () => {} }");
    let up = |low: &'static str| told(&[top, ("low.rs", low)]);
    for (low, path) in [
        ("pub fn x() {}\nuse crate::top::Y;", "crate::top::Y"),
        ("pub fn x() {}\nuse super::{other::Z, top::{Y as V}};", "super::top::Y"),
        ("pub fn x() {\n crate::top::y(); }", "crate::top::y"),
        ("pub fn x(of: u8,\n y: Option<super::top::Y>) {}", "super::top::Y"),
        ("pub fn x() {\n assert!(vec![crate::top::Y]); }", "crate::top::Y"),
        ("macro_rules! m { () => {\n $crate::top::y() } }", "crate::top::y"),
        ("#[derive(Debug)]\n#[of(crate::top::Y)] pub struct X;", "crate::top::Y"),
        ("pub fn x() {\n z!() }", "z"),
        ("mod inner { pub fn x() {\n super::super::top::y() } }", "super::super::top::y"),
        ("pub fn x() {}\nuse crate::top::*;", "crate::top"),
        ("pub fn x<'top>(c: char) -> char { '\"' }\nuse crate::top::Y; const Z: &str = \"\";", "crate::top::Y"),
    ] {
        let shown = format!("up: low.rs -> top | src/low.rs:2 names `{path}` of src/top.rs");
        assert_eq!(up(low), [shown], "{low}");
    }
}

#[test]
fn what_is_for_tests_or_no_code_is_no_arrow() {
    let top = ("top/mod.rs", "pub struct Y; #[cfg(test)] mod tests;");
    for low in [
        "#[cfg(test)] mod tests { use crate::top::Y; }",
        "#[cfg(test)]\n#[allow(x)]\nuse crate::top::{Y};\nfn x() {}",
        "#[cfg(all(test, unix))] fn x() { crate::top::Y; }",
        "#[cfg(test)] mod tests;",
        "// crate::top::Y\n/* crate::top::Y /* */ crate::top::Y */ const A: &str = \"crate::top::Y\";",
        "const A: &str = r#\"\" crate::top::Y \"#; const B: char = '\"'; const C: &str = \" crate::top::Y\";",
        "pub(in crate::top) fn x() {}",
        "use serde::top::Y; fn x() { std::top::Y; ::crate_of::top::Y; }",
        "mod top { pub struct Y; } fn x(y: top::Y) {}",
    ] {
        let mut files = vec![top, ("top/tests.rs", "use crate::low::Z;"), ("low.rs", low)];
        if low.contains("mod tests;") {
            files.push(("low/tests.rs", "use crate::top::Y;"));
        }
        assert_eq!(told(&files), [""; 0], "{low}");
    }
}

#[test]
fn a_circle_is_found_through_imports_and_exports() {
    let root = ("top/mod.rs", "mod a; mod b; pub use self::b::B as C; pub use b::*; use crate::low;");
    let b = "pub struct B; pub struct D;\npub fn b() { super::a::a() }";
    let circle = |shown: &str| {
        vec![format!(
            "circle: top/ a b | src/top/a.rs:1 names `{shown}` of src/top/b.rs | src/top/b.rs:2 names `super::a::a` of src/top/a.rs"
        )]
    };
    for (a, path) in [
        ("use super::C; pub fn a() {}", "super::C"),
        ("pub fn a() { crate::top::D; }", "crate::top::D"),
        ("pub fn a() { super::b::b() }", "super::b::b"),
    ] {
        assert_eq!(told(&[root, ("top/a.rs", a), ("top/b.rs", b)]), circle(path), "{a}");
    }
    // A module that is imported is named where a path goes on from it.
    let a = "use super::b;\npub fn a() { b::b() }";
    assert_eq!(told(&[root, ("top/a.rs", a), ("top/b.rs", b)]), circle("super::b"));
    // A folder's own file and the files in the folder are no circle. Two folders are one, whichever of their files
    // name the other.
    let own = ("top/mod.rs", "mod a; mod b; pub struct E; fn x() { a::a() }");
    assert_eq!(told(&[own, ("top/a.rs", "use super::E; pub fn a() {}"), ("top/b.rs", "")]), [""; 0]);
    let found = told(&[
        own,
        ("top/a.rs", "mod c; pub fn a() {}"),
        ("top/a/c.rs", "use crate::top::b::d::D;"),
        ("top/b.rs", "pub mod d; use super::a;"),
        ("top/b/d.rs", "pub struct D;"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("circle: top/ a b | src/top/a/c.rs:1 names"), "{found:?}");
}

#[test]
fn the_binary_names_the_library_by_its_name() {
    let files = [("main.rs", "use runsheet::low::X;"), ("low.rs", "pub struct X;"), ("lib.rs", "pub mod low;")];
    let (tree, violations) = planted(&files);
    assert!(violations.is_empty());
    assert_eq!(tree.arrows().len(), 1);
    assert_eq!(told(&[("low.rs", "use crate::f;"), ("lib.rs", "pub fn f() {}")]).len(), 1);
}

#[test]
fn functions_with_too_many_values_are_reported() {
    let wide = |text: &str| planted(&[("low.rs", text)]).0.wide;
    assert_eq!(
        wide("fn f<A: Fn(B) -> C>(a: A, b: M<A, B>, (c, d): (C, D), e: fn(E, E, E, E, E), f: F, g: G,) {}"),
        [""; 0]
    );
    assert_eq!(wide("fn f(a: A, b: B, c: C, d: D, (e, f, g): (E,\n F, G), h: H) {}"), ["low.rs:1 f: 8 values"]);
    assert_eq!(wide("\nfn f(x: &[(A, B, C, D, E)]) {}"), ["low.rs:2 f: 5 values in a tuple"]);
    assert_eq!(wide("#[cfg(test)] mod tests { fn f(x: (A, B, C, D, E)) {} }"), [""; 0]);
}

#[test]
fn a_type_name_that_is_declared_twice_is_found() {
    let namesakes = |top: &str, low: &str| -> Vec<String> {
        let (tree, _) = planted(&[("top.rs", top), ("low.rs", low)]);
        tree.namesakes().map(|(name, places)| format!("{name}: {}", places.join(" "))).collect()
    };
    for low in [
        "\nstruct X;",
        "\npub(crate) enum X { A }",
        "\npub trait X {}",
        "\ntype X<T> = Vec<T>;",
        "mod inner {\ntype X = u8; }",
        "fn f() {\nunion X { a: u8 } }",
        "table! {\npub struct X { a: u8 } }",
    ] {
        assert_eq!(namesakes("pub struct X;", low), ["X: low.rs:2 top.rs:1"], "{low}");
    }
    for low in [
        "#[cfg(test)] struct X;",
        "#[cfg(test)] mod tests { struct X; }",
        "enum Y { X }",
        "impl Y for Z { type X = u8; }",
        "trait Y { type X; fn X(); }",
        "macro_rules! m { ($x:ident) => { struct $x; } }",
        "use super::top::X; const Z: X = X; // struct X",
    ] {
        assert_eq!(namesakes("pub struct X;", low), [""; 0], "{low}");
    }
}
