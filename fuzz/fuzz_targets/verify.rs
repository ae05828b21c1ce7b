//! Looks at any bytes as a check list that somebody hands in. What is said of it holds no control character, whatever
//! stands in the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runsheet::run::verify::verify_bytes;

fuzz_target!(|bytes: &[u8]| {
    let verdict = verify_bytes("checklist.pdf", bytes);
    for said in [verdict.told(), verdict.told_faults(false), verdict.json()] {
        let control = said.chars().find(|c| c.is_control() && *c != '\n');
        assert!(control.is_none(), "{control:?} is printed: {said:?}");
    }
});
