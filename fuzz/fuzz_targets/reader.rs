//! Reads any bytes as a flow, a part, a release and a configuration: reading must end, and every fault must be printable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runsheet::diagnostic::{Sources, print};
use runsheet::source::{decode, read_config, read_flow, read_part, read_release};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode("fuzz.toml", bytes) else { return };
    let mut sources = Sources::default();
    let file = sources.add("fuzz.toml", text);
    let (flow, release) = (read_flow(&sources, file).1, read_release(&sources, file).1);
    for faults in [flow, release, read_config(&sources, file).1, read_part(&sources, file)] {
        let _ = print::human(&sources, &faults, true);
    }
});
