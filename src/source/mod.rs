//! TOML text → [`Flow`](flow::Flow): every value with its place, all faults of a file at once.

pub mod flow;
pub mod release;
