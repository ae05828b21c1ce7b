//! Fills in any bytes as a template: of the runbook, of a mail, of its subject or of the ticket, as the first byte says.
#![no_main]

mod common;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use runsheet::render::Templates;
use runsheet::run::gather::{Job, gather_bytes};
use runsheet::run::make;

const FLOW: &str = include_str!("../../flows/dubbo-registry.toml");
const RELEASE: &str = include_str!("../../flows/dubbo-registry.release.toml");

static JOB: LazyLock<Job> = LazyLock::new(|| {
    let release = Some(("release.toml", RELEASE.as_bytes()));
    gather_bytes(("flow.toml", FLOW.as_bytes()), release).jobs.remove(0)
});

fuzz_target!(|bytes: &[u8]| {
    let Some((first, text)) = bytes.split_first() else { return };
    let name = ["runbook.md", "mail.txt", "mail-subject.txt", "ticket.md"][usize::from(*first) % 4];
    let Ok(text) = String::from_utf8(text.to_vec()) else { return };
    let Ok(templates) = Templates::with_overrides(vec![(name.to_owned(), text)]) else { return };
    let kinds = vec![runsheet::OutputKind::Runbook, runsheet::OutputKind::Mail, runsheet::OutputKind::Ticket];
    let (made, found) =
        make(&JOB, Some(&runsheet::run::settings::Settings { kinds, templates, ..common::settings(&JOB, b"") }));
    assert!(made.is_some() || !found.is_empty(), "nothing is made, and nothing says why");
});
