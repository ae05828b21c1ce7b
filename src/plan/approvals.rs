//! Who has to sign beside operator and checker, and which approvals the release carries.

use std::collections::BTreeMap;

use jiff::Zoned;

use super::faults::Faults;
use super::lookup::Lookup;
use super::place::Scope;
use super::times::{self, Calendar};
use super::{ContactIx, Lead, Plain, Plan};
use crate::source::flow::{ApprovalDecl, Flow};
use crate::source::release::{GivenDecl, ReleaseFile};
use crate::text::Text;

/// An approval that the change needs.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Its name in the flow.
    pub id: String,
    /// The role of who approves; without it, the contact says who.
    pub role: Option<Text>,
    /// What is approved.
    pub what: Option<Text>,
    /// The contact who approves.
    pub contact: Option<ContactIx>,
    /// How long before the start it must be given.
    pub lead: Option<Lead>,
    /// When it must be given, where the start is known.
    pub due: Option<Zoned>,
    /// The approval, where it was given elsewhere. One for a release counts for no drill of it.
    pub given: Option<Given>,
}

/// An approval that was given elsewhere.
#[derive(Debug, Clone)]
pub struct Given {
    /// Who gave it.
    pub name: Plain,
    /// When it was given.
    pub at: Option<Zoned>,
    /// Where it is recorded.
    pub ticket: Option<Plain>,
    /// The list digest that it was given for, or the beginning of it: hexadecimal digits.
    pub list: String,
}

impl Plan {
    /// Whether any approval is still to be given.
    #[must_use]
    pub fn awaits_approval(&self) -> bool {
        self.approvals.iter().any(|approval| approval.given.is_none())
    }
}

/// The approvals of a flow with what the release gives of them. `start` is when the release starts, in the zone of its times.
pub(super) fn approvals<'f>(
    lookup: &mut Lookup<'f>,
    flow: &'f Flow,
    release: &ReleaseFile,
    start: Option<&Zoned>,
    calendar: &Calendar,
) -> Vec<Approval> {
    check_known(flow, release, &mut lookup.faults);
    let given: BTreeMap<&str, &GivenDecl> = release.approvals.iter().map(|(id, given)| (&*id.value, given)).collect();
    let zone = flow.timezone.as_ref().and_then(|name| times::zone(name, &mut lookup.faults));
    let zone = zone.or_else(|| start.map(|start| start.time_zone().clone()));
    let none = Scope::default();
    let approval = |approval: &'f ApprovalDecl| {
        let contact = approval.contact.as_ref().and_then(|name| lookup.contact(name));
        let lead = approval.lead.as_ref();
        let given = given.get(&*approval.id.value).filter(|_| !release.drill).map(|given| Given {
            name: Plain::trimmed(&given.name),
            at: given.at.as_ref().and_then(|at| times::moment(at, zone.as_ref(), &mut lookup.faults)),
            ticket: given.ticket.as_deref().map(Plain::trimmed),
            list: given.digest(),
        });
        Approval {
            id: approval.id.value.clone(),
            role: lookup.maybe(approval.role.as_deref(), none),
            what: lookup.maybe(approval.what.as_deref(), none),
            contact,
            lead: lead.map(|lead| lead.value),
            due: start.zip(lead).and_then(|(start, lead)| calendar.shift(start, lead, -1, &mut lookup.faults)),
            given,
        }
    };
    flow.approvals.iter().map(approval).collect()
}

/// Reports approvals in the release that the flow doesn't ask for.
fn check_known(flow: &Flow, release: &ReleaseFile, faults: &mut Faults) {
    for (id, _) in &release.approvals {
        let mut known = flow.approvals.iter().map(|approval| &*approval.id.value);
        if !known.any(|known| known == id.value) {
            let known = flow.approvals.iter().map(|approval| &*approval.id.value);
            faults.unknown("unknown-approval", id, "the flow asks for no approval", known, || {
                format!("add `[approvals.{}]` to the flow, or leave it out here", id.value)
            });
        }
    }
}
