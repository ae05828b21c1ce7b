//! Takes people out of a plan, for those who may know what is done and not who does it.

use super::{Person, Plain, Plan};

/// Stands for a name that is withheld where something must stand.
const NOBODY: &str = "—";

impl Plan {
    /// Takes out the names, telephone numbers and addresses of people. Roles and teams stay, and so do names that somebody wrote into
    /// a text.
    pub fn withhold_people(&mut self) {
        self.release.operator = Person::default();
        self.release.checker = Person::default();
        self.mail_from = None;
        for contact in &mut self.contacts {
            contact.person = None;
            contact.phone = None;
            contact.email.clear();
        }
        for given in self.approvals.iter_mut().filter_map(|approval| approval.given.as_mut()) {
            given.name = Plain { words: NOBODY.to_owned(), origin: None };
        }
    }
}
