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

/// The files in `output/` whose names end so.
fn kept(ending: &str) -> Vec<(String, Vec<u8>)> {
    let all = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("output")).unwrap();
    let found: Vec<(String, Vec<u8>)> = all.into_iter().filter(|(path, _)| path.ends_with(ending)).collect();
    assert!(!found.is_empty());
    found
}

/// What has no fill of its own gets that of the elements around it, and a text that is filled with nothing isn't seen.
#[test]
fn the_words_of_charts_are_black() {
    for (path, chart) in kept(".svg") {
        let chart = String::from_utf8(chart).unwrap();
        let chart = roxmltree::Document::parse(&chart).unwrap();
        let texts: Vec<_> =
            chart.descendants().filter(|node| node.has_tag_name("text") || node.has_tag_name("tspan")).collect();
        assert!(texts.len() > 20, "{path}");
        for text in texts {
            let fill = text.ancestors().find_map(|node| node.attribute("fill"));
            assert_eq!(fill, Some("#000"), "{path}: {:?}", text.text());
        }
    }
}

/// MediaWiki refuses a file in whose first 1024 bytes an old browser would see HTML.
#[test]
fn lists_begin_with_nothing_that_looks_like_html() {
    const HTML: [&str; 9] = ["<a href", "<body", "<head", "<html", "<img", "<pre", "<script", "<table", "<title"];
    for (path, list) in kept(".pdf") {
        let begin: String = list[..1024].iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
        assert!(!HTML.iter().any(|tag| begin.contains(tag)), "{path}");
        // Packed bytes are as good as random; the tables of a font aren't.
        let first = begin.split_once("stream\n").unwrap().0;
        assert!(first.contains("/filter"), "{path}: {first}");
    }
}

/// The one page that this project began with is executed from seven: cold operations, start, hot operations, readings, rollback, after
/// and records, chart.
#[test]
fn the_first_example_takes_seven_pages_on_either_paper() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for paper in ["a4", "letter"] {
        let folder = tempfile::tempdir().unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .args(["build", "flows/dubbo-registry.toml", "--only", "pdf", "--paper", paper, "--output"])
            .arg(folder.path())
            .current_dir(root)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let built = tree(folder.path()).unwrap();
        // Only lists were asked for, and a manifest stands beside them.
        let lists = built.values().filter(|bytes| bytes.starts_with(b"%PDF-"));
        let pages: usize = lists.map(|list| lopdf::Document::load_mem(list).unwrap().get_pages().len()).sum();
        assert_eq!(pages, 7, "{paper}");
    }
}
