//! Prints a short flow with any bytes as a font, which is asked for the characters that no font of ours has.
#![no_main]

mod common;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use runsheet::run::gather::Job;
use runsheet::run::make;
use runsheet::run::settings::Settings;
use runsheet::text::Fonts;

/// Hebrew, Arabic, Devanagari, Thai, an emoji, and marks upon letters.
const FLOW: &str = r#"
schema = 1
id     = "fonts"
title  = "שלום سلام"
lang   = "en"

[[hot]]
title = "नमस्ते"

[[hot.step]]
op     = "write"
do     = "สวัสดี `قُلْ` \U0001F600 e\u0301\u0323"
expect = "क्षि"
"#;

static JOB: LazyLock<Job> = LazyLock::new(|| Job::of_bytes("flow.toml", FLOW.as_bytes()));

fuzz_target!(|bytes: &[u8]| {
    let Ok(fonts) = Fonts::with_files(vec![("font.ttf".to_owned(), bytes.to_vec())]) else { return };
    let kinds = vec![runsheet::OutputKind::Pdf, runsheet::OutputKind::Chart];
    let settings = Settings { kinds, fonts, fillable: bytes.len() % 2 == 0, ..common::settings(&JOB, b"") };
    let (made, found) = make(&JOB, Some(&settings));
    assert!(made.is_some() || !found.is_empty(), "nothing is made, and nothing says why");
});
