//! What a plan asks of our words. It doesn't know them itself.

use jiff::Zoned;

use crate::source::flow::LabelSet;
use crate::text::Lang;

/// A part of the planned start as a language writes it.
#[derive(Debug, Clone)]
pub struct StartWords {
    /// The label of its gap.
    pub label: String,
    /// The date or the time of day; `None` as long as the start isn't known.
    pub given: Option<String>,
}

/// Our words in every language that there are labels for.
pub trait Wording {
    /// The languages.
    fn langs(&self) -> Vec<&str>;

    /// The date and the time of day of the planned start, in a language and with a set of labels.
    fn start(&self, lang: &Lang, set: LabelSet, start: Option<&Zoned>) -> [StartWords; 2];
}
