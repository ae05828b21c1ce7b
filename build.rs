//! How the program is linked.

use std::env;

#[expect(clippy::disallowed_methods, reason = "cargo says in the environment what is built")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|found| found == value);
    // A program that may stand anywhere in memory has some 12,000 addresses corrected at each start: a twentieth of the
    // time that the example takes. What is given up, an address that an attacker can't guess, safe Rust needs less than
    // most.
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("CARGO_CFG_TARGET_ARCH", "x86_64")
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
