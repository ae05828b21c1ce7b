//! What the user decides about single mails: that they were sent, or are sent again.

use jiff::Timestamp;

use super::due::{ItemState, MailItem};
use crate::outbox::OutboxLine;

/// The names that the command line gives.
pub struct Decisions {
    /// Mails to be sent again.
    pub again: Vec<String>,
    /// Mails that were sent.
    pub sent: Vec<String>,
}

/// Whether a name means a mail.
fn means(name: &str, item: &MailItem) -> bool {
    item.name == name || item.key.to == name || item.exact_name() == name
}

/// Whether a mail can be sent again.
const fn can_be_again(item: &MailItem) -> bool {
    matches!(item.state, ItemState::Unknown | ItemState::Refused(..))
}

/// Whether a mail can be said to be sent.
const fn can_be_sent(item: &MailItem) -> bool {
    !matches!(item.state, ItemState::Sent | ItemState::Changed)
}

impl Decisions {
    /// Whether nothing is decided.
    pub fn is_empty(&self) -> bool {
        self.again.is_empty() && self.sent.is_empty()
    }

    /// Whether any of them is about one of these mails.
    pub fn concern(&self, items: &[MailItem]) -> bool {
        items.iter().any(|item| self.again_means(item) || self.sent_means(item))
    }

    fn again_means(&self, item: &MailItem) -> bool {
        can_be_again(item) && self.again.iter().any(|name| means(name, item))
    }

    fn sent_means(&self, item: &MailItem) -> bool {
        can_be_sent(item) && self.sent.iter().any(|name| means(name, item))
    }

    /// The mails that are decided about, each with the lines that say so.
    pub fn decided(&self, items: &[MailItem], now: Timestamp) -> Vec<(MailItem, Vec<OutboxLine>)> {
        let mut decided = Vec::new();
        for item in items {
            let id = item.key.id.clone();
            if self.sent_means(item) {
                let begun = OutboxLine::Begun { at: now, key: item.key.clone(), told: item.told.clone() };
                let begun = Some(begun).filter(|_| item.state != ItemState::Unknown);
                let sent = OutboxLine::Sent { at: now, id, words: "as somebody said".to_owned() };
                decided.push((item.clone(), begun.into_iter().chain([sent]).collect()));
            } else if self.again_means(item) {
                decided.push((item.clone(), vec![OutboxLine::Again { at: now, id }]));
            }
        }
        decided
    }

    /// What is said to names that mean no mail of these; nothing if each means one.
    pub fn misnamed(&self, items: &[MailItem]) -> Option<String> {
        /// Names that were given, which mails they may mean, and what is said of other names.
        type Asked<'a> = (&'a [String], fn(&MailItem) -> bool, &'static str);
        let names = |can: fn(&MailItem) -> bool| {
            let mut names: Vec<String> =
                items.iter().filter(|item| can(item)).map(|item| format!("`{}`", item.name)).collect();
            names.dedup();
            names.truncate(10);
            if names.is_empty() { "there is none".to_owned() } else { format!("there is {}", names.join(", ")) }
        };
        let asked: [Asked; 2] = [
            (&self.again, can_be_again, "that was refused, or of which nobody knows"),
            (&self.sent, can_be_sent, "that wasn't sent"),
        ];
        for (given, can, what) in asked {
            let is_known = |name: &&String| items.iter().any(|item| can(item) && means(name, item));
            if let Some(name) = given.iter().find(|name| !is_known(name)) {
                let name = crate::chars::shown::words(name);
                return Some(format!("error: no mail is called `{name}` {what}\nhelp: {}\n", names(can)));
            }
        }
        None
    }
}
