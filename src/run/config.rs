//! Reads a configuration from the disk.

use std::path::Path;

use crate::diagnostic::{Diagnostic, Sources};
use crate::files;
use crate::source;
use crate::source::config::Config;

/// The configuration in a file, with its text and its faults. It is `None` when it has faults.
pub fn read(path: &Path) -> (Sources, Option<Config>, Vec<Diagnostic>) {
    let name = files::shown(path);
    let mut sources = Sources::default();
    let read = files::refuse_link_outside(path).and_then(|()| files::read(path, files::TEXT_LIMIT));
    match read.and_then(|bytes| source::decode(&name, &bytes)) {
        Ok(text) => {
            let file = sources.add(name, text);
            let (config, faults) = source::read_config(&sources, file);
            (sources, config, faults)
        }
        Err(fault) => (sources, None, vec![fault]),
    }
}
