//! Remembers which parts of a file couldn't be read. A fault that may only follow from that isn't shown: a contact
//! isn't called unknown when its own table has a fault.

use std::collections::BTreeSet;

/// The names of keys that couldn't be read somewhere in a file: their value has a fault, or the key is misspelt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lost {
    keys: BTreeSet<&'static str>,
    /// Nothing was read, because of a fault of syntax.
    all: bool,
}

/// The keys that hold steps: when one of them is lost, steps are missing.
const STEPS: &[&str] = &["after", "cold", "hot", "rollback", "step"];

impl Lost {
    /// Adds a key that couldn't be read.
    pub fn add(&mut self, key: &'static str) {
        self.keys.insert(key);
    }

    /// Whether a key couldn't be read somewhere.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.all || self.keys.contains(key)
    }

    /// Adds what couldn't be read of a file with these keys, which belongs to this one.
    pub fn join(&mut self, other: Self, keys: impl Iterator<Item = &'static str>) {
        self.keys.extend(other.keys);
        if other.all {
            self.keys.extend(keys);
        }
    }

    /// A file with a fault of syntax, of which nothing was read.
    #[must_use]
    pub const fn all() -> Self {
        Self { keys: BTreeSet::new(), all: true }
    }

    /// True when a fault with this code may only follow from what couldn't be read.
    #[must_use]
    pub fn explains(&self, code: &str) -> bool {
        let any = |keys: &[&str]| self.all || keys.iter().any(|key| self.keys.contains(key));
        match code {
            "unknown-contact" => any(&["contacts"]),
            "no-mail-address" => any(&["contacts", "email"]),
            "unknown-check" => any(&["checks"]),
            "unknown-reading" => any(&["readings"]),
            "compare-before-take" => any(&["readings", "take"]) || any(STEPS),
            "unknown-value"
            | "element-outside"
            | "undeclared-value"
            | "not-a-list"
            | "missing-list"
            | "which-element"
            | "derived-value"
            | "unfit-value"
            | "value-before-record" => any(&["each", "pattern", "record", "values"]) || any(STEPS),
            "no-choices" | "not-a-choice" | "never-applies" => any(&["choices", "values"]),
            "left-out-target" | "too-few-options" | "nothing-applies" => {
                any(&["choices", "only", "unless", "values"]) || any(STEPS)
            }
            "unknown-reference" => any(&["appendix", "checks", "id"]) || any(STEPS),
            "unknown-step" | "not-a-hot-step" | "bad-target" | "endless-cycle" => any(&["hold", "id"]) || any(STEPS),
            "no-rollback" | "rollback-not-valid" => any(&["id", "valid-until"]) || any(STEPS),
            "unknown-work" | "await-before-begin" => any(&["begins"]) || any(STEPS),
            "branch-without-end" => any(&["then"]),
            "no-limit" => any(&["at-most"]),
            "no-timezone" | "ambiguous-time" => any(&["timezone"]),
            "other-flow" => any(&["id", "flow"]),
            "other-revision" => any(&["id", "flow", "revision"]),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_follow_is_explained() {
        let mut lost = Lost::default();
        assert!(!lost.explains("unknown-contact"));
        lost.add("contacts");
        assert!(lost.explains("unknown-contact") && !lost.explains("unknown-step"));
        lost.add("id");
        lost.add("pattern");
        assert!(lost.explains("unknown-value") && lost.explains("unknown-reference"));
        assert!(lost.explains("unknown-step") && lost.explains("no-rollback") && !lost.explains("same-person"));
    }
}
