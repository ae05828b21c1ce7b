//! Which parts of the check list are printed, in how many copies, and which changes are marked.

use serde::{Deserialize, Serialize};

use crate::plan::Changes;

/// The largest number of copies that can be asked for.
pub const MOST_COPIES: u32 = 99;

/// The name of all sheets of the main list in the record of a list.
const MAIN_NAME: &str = "main";

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
    /// The list digest in hexadecimal, which stands in the head of each page; `None` where no list is told from others.
    pub list_digest: Option<String>,
    /// The cold list that was used, on a list that is made after it.
    pub cold: Option<UsedColdList>,
    /// The list digest of the cold list that takes its place, where the release was moved.
    pub new_cold_digest: Option<String>,
    /// The list is the one that is approved, so its digest stands beside the approvals too.
    pub is_to_approve: bool,
}

/// What is known of a cold list that was used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UsedColdList {
    /// Its list digest, in hexadecimal.
    pub list_digest: String,
    /// The start that it was made for, where the release has another one now: then another list takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// When it was signed, as it was written; `None` where that isn't known, as on paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// The numbers of what is open on it; `None` where that isn't known, as on paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<Vec<String>>,
    /// The numbers of the operations that are new or say something else now.
    #[serde(default)]
    pub changed: Vec<String>,
    /// The numbers that operations had on it which there aren't any more.
    #[serde(default)]
    pub removed: Vec<String>,
}

impl UsedColdList {
    /// Whether it still holds: the release wasn't moved since, so no other list takes its place.
    #[must_use]
    pub const fn still_holds(&self) -> bool {
        self.moved_from.is_none()
    }
}

impl ListOptions {
    /// The cold list that was used and still holds; `None` where the release was moved.
    #[must_use]
    pub fn used_cold(&self) -> Option<&UsedColdList> {
        self.cold.as_ref().filter(|used| used.still_holds())
    }

    /// Whether a sheet is printed.
    #[must_use]
    pub fn prints(&self, sheet: SheetKind) -> bool {
        self.sheets.as_ref().is_none_or(|sheets| sheets.contains(&sheet))
    }

    /// Whether it is the cold list: the cold operations alone, which are printed and done days before the rest.
    #[must_use]
    pub fn is_cold_list(&self) -> bool {
        self.sheets.as_deref().is_some_and(SheetKind::are_cold)
    }
}

/// The kinds of sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// The tasks before the day.
    Cold,
    /// People, times, preparation.
    Start,
    /// The release itself.
    Hot,
    /// What is measured before and compared later: a sheet that lies beside the steps.
    Readings,
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
    pub const ALL: [(&str, Self); 9] = [
        ("cold", Self::Cold),
        ("start", Self::Start),
        ("hot", Self::Hot),
        ("readings", Self::Readings),
        ("rollback", Self::Rollback),
        ("after", Self::After),
        ("records", Self::Records),
        ("chart", Self::Chart),
        ("appendix", Self::Appendix),
    ];

    /// The sheet of the cold list.
    pub const COLD: [Self; 1] = [Self::Cold];

    /// The sheets of the main list where the cold operations have a list of their own.
    pub const MAIN: [Self; Self::ALL.len() - 1] = {
        let mut main = [Self::Start; Self::ALL.len() - 1];
        let mut index = 0;
        while index < main.len() {
            main[index] = Self::ALL[index + 1].1;
            index += 1;
        }
        main
    };

    /// Whether sheets that are asked for are those of the cold list.
    #[must_use]
    pub fn are_cold(sheets: &[Self]) -> bool {
        !sheets.is_empty() && sheets.iter().all(|sheet| *sheet == Self::Cold)
    }

    /// Whether sheets that are asked for are those of a whole list, apart from the cold one.
    #[must_use]
    pub fn are_whole(sheets: &[Self]) -> bool {
        Self::MAIN.iter().all(|sheet| sheets.contains(sheet))
    }

    /// The names of sheets in the record of a list. Those of the main list have one name together, so that a sheet which a later
    /// version adds doesn't make another list of it.
    #[must_use]
    pub fn names(sheets: &[Self]) -> Vec<String> {
        if sheets == Self::MAIN {
            return vec![MAIN_NAME.to_owned()];
        }
        let name = |kind: &Self| Self::ALL.iter().find(|(_, known)| known == kind).map(|(name, _)| (*name).to_owned());
        sheets.iter().filter_map(name).collect()
    }

    /// The sheets that have these names in a record; `None` for a name that there isn't.
    #[must_use]
    pub fn named(names: &[String]) -> Option<Vec<Self>> {
        if names == [MAIN_NAME] {
            return Some(Self::MAIN.to_vec());
        }
        let kind = |name: &String| Self::ALL.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
        names.iter().map(kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_list_has_every_sheet_but_the_cold_one() {
        let all = SheetKind::ALL.map(|(_, sheet)| sheet);
        assert_eq!([&SheetKind::COLD[..], &SheetKind::MAIN[..]].concat(), all);
        assert!(SheetKind::are_whole(&all) && SheetKind::are_whole(&SheetKind::MAIN));
        assert!(!SheetKind::are_whole(&all[..all.len() - 1]) && !SheetKind::are_whole(&[]));
        let twice = [SheetKind::Cold, SheetKind::Cold];
        assert!(SheetKind::are_cold(&twice) && !SheetKind::are_cold(&[]) && !SheetKind::are_cold(&all));
        for sheets in [&SheetKind::MAIN[..], &SheetKind::COLD, &all, &[SheetKind::Hot, SheetKind::Start]] {
            assert_eq!(SheetKind::named(&SheetKind::names(sheets)).as_deref(), Some(sheets));
        }
        assert_eq!(SheetKind::names(&SheetKind::MAIN), ["main"]);
        assert_eq!(SheetKind::named(&["main".to_owned(), "cold".to_owned()]), None);
    }
}
