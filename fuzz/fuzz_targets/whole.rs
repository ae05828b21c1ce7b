//! Builds any bytes as a flow, and as its release behind a line `%%%`, and asks `verify` about the list.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use runsheet::run::gather::gather_bytes;

fuzz_target!(|bytes: &[u8]| {
    let [flow, release] = common::files(bytes);
    let release = (!release.is_empty()).then_some(("release.toml", release));
    for job in gather_bytes(("flow.toml", flow), release).jobs {
        common::build(&job, &common::settings(&job, bytes));
    }
});
