//! TOML text → [`Flow`](flow::Flow): every value with its place, all faults of a file at once.

pub mod flow;
pub mod keys;
mod locate;
mod reader;
pub mod release;
mod syntax;

pub use locate::locate;
pub use reader::{KNOWN_LANGS, MAX_STEPS, read_flow, read_release};
pub use syntax::{MAX_BYTES, decode};
