//! Release files beside a flow, for what else they say than how a list is made.

use std::path::Path;

use crate::diagnostic::Sources;
use crate::files;
use crate::source;
use crate::source::release::ReleaseFile;

/// A release file as far as it can be read; `None` where it can't, which `check` tells.
pub(super) fn known_release(path: &Path) -> Option<ReleaseFile> {
    files::refuse_link_outside(path).ok()?;
    let bytes = files::read(path, files::TEXT_LIMIT).ok()?;
    let mut sources = Sources::default();
    let file = sources.add(files::shown(path), source::decode("", &bytes).ok()?);
    source::read_release(&sources, file).0
}
