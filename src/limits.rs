//! The most that one flow may become, in one table.
//!
//! What is written multiplies: a block is repeated for each element of a list, a check for each step that names it, a mail for
//! each contact of each task. Such a product is counted here before anything is made of it, so that a flow of a few kilobytes
//! can't take all memory and its author learns where it grows.

use crate::diagnostic::{Diagnostic, Span};

/// The commands of one step: more of them are several steps.
pub const MAX_COMMANDS: usize = 20;
/// The lines of one message: about three pages.
pub const MESSAGE_LINES: usize = 150;
/// The characters of one message: about three pages of Chinese.
pub const MESSAGE_CHARACTERS: usize = 6_000;

/// Something that is counted, and the most of it.
#[derive(Debug)]
pub struct Limit {
    /// Code of the fault.
    code: &'static str,
    /// Whose number it is; begins the message.
    subject: &'static str,
    /// What is counted.
    unit: CountedUnit,
    /// The most.
    most: u64,
    /// What to do about it.
    help: &'static str,
}

/// What a limit counts.
#[derive(Debug)]
enum CountedUnit {
    /// Things, by their name.
    Of(&'static str),
    /// Bytes, told in MiB.
    Bytes,
}

/// The steps of a plan, in all repetitions. So many are checked or built within two seconds, and as many rows as below.
pub static STEPS: Limit = Limit {
    code: "too-many-steps",
    subject: "with its lists the flow has",
    unit: CountedUnit::Of("steps"),
    most: 15_000,
    help: "shorten the lists that its blocks repeat for, or split the flow",
};

/// The rows that are printed: steps, their items and answers, and the rows of each reading for each step that fills them in.
pub static ROWS: Limit = Limit {
    code: "too-many-rows",
    subject: "the check list has",
    unit: CountedUnit::Of("rows"),
    most: 30_000,
    help: "shorten the list that multiplies here, or split the flow",
};

/// The text of a plan, in all repetitions.
pub static TEXT: Limit = Limit {
    code: "too-much-text",
    subject: "with its values and lists the flow has",
    unit: CountedUnit::Bytes,
    most: 8 << 20,
    help: "split the flow, or shorten its values and the lists that its blocks repeat for",
};

/// The mails of a release.
pub static MAILS: Limit = Limit {
    code: "too-many-mails",
    subject: "the mails of the flow have",
    unit: CountedUnit::Bytes,
    most: 32 << 20,
    help: "notify fewer contacts, give a contact the address of a mailing list, or say less",
};

/// The rows of all copies of a list.
pub static COPIES: Limit = Limit {
    code: "too-many-copies",
    subject: "all copies of the check list have",
    unit: CountedUnit::Of("rows"),
    most: 100_000,
    help: "print fewer copies, or some of the sheets with `--sheets`",
};

impl Limit {
    /// Whether so many are within the limit.
    #[must_use]
    pub const fn allows(&self, count: u64) -> bool {
        count <= self.most
    }

    fn told(&self, count: u64) -> String {
        match self.unit {
            CountedUnit::Of(name) => format!("{count} {name}"),
            CountedUnit::Bytes if count == self.most => format!("{} MiB", count >> 20),
            // Rounded up, since a number that is over the limit must not look equal to it.
            CountedUnit::Bytes => format!("{} MiB of text", count.div_ceil(1 << 20)),
        }
    }
}

/// What has been counted against a limit.
#[derive(Debug)]
pub struct Tally {
    limit: &'static Limit,
    total: u64,
    largest: Option<LargestPart>,
}

/// A part of what was counted.
#[derive(Debug)]
struct LargestPart {
    count: u64,
    place: Option<Span>,
    /// How it comes about: numbers that multiply, and what each counts.
    factors: Vec<(usize, &'static str)>,
}

impl Tally {
    /// Nothing has been counted yet.
    #[must_use]
    pub const fn new(limit: &'static Limit) -> Self {
        Self { limit, total: 0, largest: None }
    }

    /// Adds what is written at a place: the product of some numbers, with what each counts. True as long as all that was
    /// added is within the limit; what isn't must not be made.
    pub fn add(&mut self, factors: &[(usize, &'static str)], place: Option<Span>) -> bool {
        let count = factors.iter().fold(1, |product: u64, (number, _)| product.saturating_mul(*number as u64));
        self.total = self.total.saturating_add(count);
        if self.largest.as_ref().is_none_or(|largest| count > largest.count) {
            self.largest = Some(LargestPart { count, place, factors: factors.to_vec() });
        }
        self.is_within()
    }

    /// True as long as what was counted is within the limit.
    #[must_use]
    pub const fn is_within(&self) -> bool {
        self.limit.allows(self.total)
    }

    /// The fault when the limit was passed, at the place that adds the most.
    #[must_use]
    pub fn fault(&self) -> Option<Diagnostic> {
        let largest = self.largest.as_ref().filter(|_| !self.is_within())?;
        let limit = self.limit;
        let message = format!("{} {}; {} are allowed", limit.subject, limit.told(self.total), limit.told(limit.most));
        let fault = match largest.place {
            Some(place) => Diagnostic::error(limit.code, place, message).label(largest.told()),
            None => Diagnostic::error_nowhere(limit.code, format!("{message} ({})", largest.told())),
        };
        Some(fault.help(limit.help))
    }
}

impl LargestPart {
    /// Such as `5000 elements × 20 rows`.
    fn told(&self) -> String {
        let told: Vec<String> = self.factors.iter().map(|(number, what)| format!("{number} {what}")).collect();
        told.join(" × ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileId;

    fn at(start: usize) -> Span {
        Span::new(FileId(0), start, start + 1)
    }

    #[test]
    fn a_limit_holds_at_its_edge_and_names_what_adds_the_most() {
        let mut tally = Tally::new(&ROWS);
        assert!(tally.add(&[(40, "rows")], Some(at(1))));
        assert!(
            tally.add(&[(29_000, "rows")], Some(at(2))) && tally.add(&[(48, "elements"), (20, "rows")], Some(at(3)))
        );
        assert!(tally.fault().is_none());
        assert!(!tally.add(&[(1, "row")], Some(at(4))));
        let fault = tally.fault().unwrap();
        assert_eq!(fault.message, "the check list has 30001 rows; 30000 rows are allowed");
        let label = fault.primary.unwrap();
        assert_eq!((label.span, label.message.as_str()), (at(2), "29000 rows"));
    }

    #[test]
    fn a_product_that_no_number_holds_is_over_the_limit() {
        let mut tally = Tally::new(&MAILS);
        assert!(!tally.add(&[(usize::MAX, "tasks"), (usize::MAX, "addresses")], None));
        assert!(!tally.add(&[(usize::MAX, "tasks")], None));
        let fault = tally.fault().unwrap();
        assert!(fault.primary.is_none() && fault.message.contains(" tasks × "), "{}", fault.message);
    }
}
