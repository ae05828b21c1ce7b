//! Which parts of a flow belong to one release of it.
//!
//! This stage stands between the source and the plan: whatever a release leaves out is marked here, and no later stage
//! knows that a flow has variants. The format has no key that leaves a part out yet, so every part is selected.

use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;

/// A flow as one release has it.
#[derive(Debug, Clone, Copy)]
pub struct Selected<'f>(&'f Flow);

impl<'f> Selected<'f> {
    /// The flow, with its selected parts alone.
    #[must_use]
    pub const fn flow(self) -> &'f Flow {
        self.0
    }
}

/// Selects the parts of a flow that `_release` has: all of them.
#[must_use]
pub const fn select<'f>(flow: &'f Flow, _release: &ReleaseFile) -> Selected<'f> {
    Selected(flow)
}
