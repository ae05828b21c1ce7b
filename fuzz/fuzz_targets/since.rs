//! Builds a flow with its changes since another: the input holds both, and then a release.
#![no_main]

mod common;

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use runsheet::run::gather::gather_bytes;

fuzz_target!(|bytes: &[u8]| {
    let [flow, older, release] = common::files(bytes);
    let release = (!release.is_empty()).then_some(("release.toml", release));
    for mut job in gather_bytes(("flow.toml", flow), release).jobs {
        job.set_since(common::OLDER, Path::new(common::OLDER), older.to_vec());
        common::build(&job, &common::settings(&job, bytes));
    }
});
