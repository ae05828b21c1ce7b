//! What is said of the parts that a flow includes.

use super::labels::{Labels, fill, word};
use crate::plan::{PartRevision, Plan};

/// `common r12` for each part that has a revision.
#[must_use]
pub fn revisions(labels: &Labels, plan: &Plan) -> Vec<String> {
    let say = |part: &PartRevision| {
        fill(labels.say(word!("part-revision")), &[("part", &part.part), ("revision", &part.revision)])
    };
    plan.parts.iter().map(say).collect()
}
