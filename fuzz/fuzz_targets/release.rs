//! Builds a flow with a release that flags of the command line change. The input holds the flow, the release and the
//! flags, one a line. The list must be verified: it is then made again from the release that was written with the flags.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use runsheet::cli::ReleaseArgs;
use runsheet::run::gather::gather_bytes;

/// The flags: each line is a value, or begins with the name of another flag.
fn flags(lines: &[u8]) -> ReleaseArgs {
    let mut flags = ReleaseArgs::default();
    for line in String::from_utf8_lossy(lines).lines().take(50) {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let value = Some(value.to_owned());
        match name {
            "--start" => flags.start = value,
            "--printed" => flags.printed = value,
            "--operator" => flags.operator = value,
            "--checker" => flags.checker = value,
            "--number" => flags.number = value,
            _ => flags.set.push(line.to_owned()),
        }
    }
    flags
}

fuzz_target!(|bytes: &[u8]| {
    let [flow, release, lines] = common::files(bytes);
    let release = (!release.is_empty()).then_some(("release.toml", release));
    for mut job in gather_bytes(("flow.toml", flow), release).jobs {
        job.apply(&flags(lines));
        common::build(&job, &common::settings(&job, bytes));
    }
});
