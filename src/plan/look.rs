//! Whose document it is.

use std::sync::Arc;

use super::lookup::Lookup;
use super::place::Scope;
use crate::logo::Logo;
use crate::source::flow::Flow;
use crate::text::Text;

/// Whose document it is, and who may read it.
#[derive(Debug, Clone)]
pub struct PlanLook {
    /// Logo of the organisation.
    pub logo: Option<Arc<Logo>>,
    /// Its name.
    pub organisation: Option<Text>,
    /// Who may read it.
    pub classification: Option<Text>,
}

impl PlanLook {
    /// The organisation, then the classification.
    #[must_use]
    pub fn words(&self) -> [Option<&Text>; 2] {
        [self.organisation.as_ref(), self.classification.as_ref()]
    }
}

/// What a flow says of it.
pub(super) fn look<'f>(flow: &'f Flow, lookup: &mut Lookup<'f>) -> PlanLook {
    let look = flow.look.as_ref();
    let logo = look.and_then(|look| flow.files.logo(&look.logo.as_deref()?.value));
    let none = Scope::default();
    PlanLook {
        logo: logo.cloned(),
        organisation: lookup.maybe(look.and_then(|look| look.organisation.as_deref()), none),
        classification: lookup.maybe(look.and_then(|look| look.classification.as_deref()), none),
    }
}
