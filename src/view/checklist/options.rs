//! Which parts of the check list are printed, in how many copies, and which changes are marked.

use crate::plan::Changes;

/// The largest number of copies that can be asked for.
pub const MOST_COPIES: u32 = 99;

/// How the list is printed. The default is the whole list, once, with neither copies nor changes marked.
#[derive(Debug, Clone, Default)]
pub struct ListOptions {
    /// Which sheets; `None` for all. They are printed in their own order.
    pub sheets: Option<Vec<SheetKind>>,
    /// How many copies, at most [`MOST_COPIES`]; each page says which copy it is. 0 for a single list that doesn't say
    /// so.
    pub copies: u32,
    /// What is marked as new or changed.
    pub since: Option<Changes>,
    /// The list digest in hexadecimal, or the beginning of it, which stands beside the approvals.
    pub list_digest: Option<String>,
}

impl ListOptions {
    /// Whether a sheet is printed.
    #[must_use]
    pub fn prints(&self, sheet: SheetKind) -> bool {
        self.sheets.as_ref().is_none_or(|sheets| sheets.contains(&sheet))
    }
}

/// The kinds of sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// The tasks before the day.
    Cold,
    /// People, times, preparation, readings.
    Start,
    /// The release itself.
    Hot,
    /// The rollbacks.
    Rollback,
    /// The tasks after the release.
    After,
    /// Hand-over, deviations, final signatures.
    Records,
    /// The flow chart.
    Chart,
    /// Texts that are no steps.
    Appendix,
}

impl SheetKind {
    /// Every kind with its name on the command line.
    pub const ALL: [(&str, Self); 8] = [
        ("cold", Self::Cold),
        ("start", Self::Start),
        ("hot", Self::Hot),
        ("rollback", Self::Rollback),
        ("after", Self::After),
        ("records", Self::Records),
        ("chart", Self::Chart),
        ("appendix", Self::Appendix),
    ];
}
