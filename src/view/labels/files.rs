//! Label files of the user's, which replace our words key by key and add languages.

use std::collections::BTreeMap;

use super::{ENTRIES, FileValues, LabelValue, Labels, ours, own};
use crate::diagnostic::{Diagnostic, Level, Sources, Span};
use crate::plan::Plan;
use crate::source::KNOWN_LANGS;
use crate::source::flow::LabelSet;
use crate::text::Lang;

/// The folder of label files among the templates.
pub const FOLDER: &str = "labels";

/// The sections whose words are set in fonts; those that outputs share are, too.
const PRINTED: [&str; 3] = ["", "sheet", "chart"];

/// The most labels that a note names.
const MOST_NAMED: usize = 3;

/// A label file of the user's.
#[derive(Debug, Clone)]
struct OwnFile {
    /// Its values, in the order of [`ENTRIES`].
    values: Vec<Option<(LabelValue, Span)>>,
    /// What is in it.
    bytes: Vec<u8>,
}

/// The label files of the user's, by their names. Without any, all words are ours.
#[derive(Debug, Clone, Default)]
pub struct LabelFiles {
    own: BTreeMap<String, OwnFile>,
}

/// Our own words alone.
pub static OURS: LabelFiles = LabelFiles { own: BTreeMap::new() };

/// Language and set of a label file, from its name: `fr.toml`, `change.fr.toml`.
fn meant(name: &str) -> Option<(&str, LabelSet)> {
    let tag = name.strip_suffix(".toml")?;
    let (tag, set) = tag.strip_prefix("change.").map_or((tag, LabelSet::Release), |tag| (tag, LabelSet::Change));
    crate::source::is_lang(tag).then_some((tag, set))
}

/// The name of the file that has the words of a language in one set.
fn name_of(tag: &str, set: LabelSet) -> String {
    match set {
        LabelSet::Release => format!("{tag}.toml"),
        LabelSet::Change => format!("change.{tag}.toml"),
    }
}

impl LabelFiles {
    /// Reads files, each with its name, how messages call it, and its bytes.
    ///
    /// # Errors
    /// Every fault: of a name, of the syntax, of a label.
    pub fn read(sources: &mut Sources, files: Vec<(String, String, Vec<u8>)>) -> Result<Self, Vec<Diagnostic>> {
        let (mut own, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, shown, bytes) in files {
            if meant(&name).is_none() {
                let message = format!("`{shown}` is named like no label file");
                let help =
                    "name it after its language, `fr.toml`; those for changes instead of releases `change.fr.toml`";
                faults.push(Diagnostic::error_nowhere("unknown-template", message).help(help));
                continue;
            }
            match crate::source::decode(&shown, &bytes) {
                Ok(text) => {
                    let file = sources.add(shown, text);
                    let (values, found) = own::read(sources, file);
                    faults.extend(found);
                    own.insert(name, OwnFile { values, bytes });
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Self { own }) } else { Err(faults) }
    }

    /// The languages that there are labels in.
    #[must_use]
    pub fn langs(&self) -> Vec<&str> {
        let own = self.own.keys().filter_map(|name| meant(name)).filter(|(_, set)| *set == LabelSet::Release);
        let more = own.map(|(tag, _)| tag).filter(|tag| !KNOWN_LANGS.contains(tag));
        KNOWN_LANGS.iter().copied().chain(more).collect()
    }

    /// The files that words of a language come from, with their bytes.
    #[must_use]
    pub fn used(&self, lang: &Lang, set: LabelSet) -> Vec<(&str, &[u8])> {
        Self::names(lang, set)
            .filter_map(|name| self.own.get_key_value(&name))
            .map(|(name, file)| (&**name, &*file.bytes))
            .collect()
    }

    /// Names that files with words of a language may have, the first of them before the next.
    fn names(lang: &Lang, set: LabelSet) -> impl Iterator<Item = String> {
        let of_set = (set != LabelSet::Release).then(|| name_of(lang.tag(), set));
        of_set.into_iter().chain([name_of(lang.tag(), LabelSet::Release)])
    }

    /// The labels of a language in one set. Words of the user's go before ours, and English ones stand where there are none.
    #[must_use]
    pub fn labels(&self, lang: &Lang, set: LabelSet) -> Labels {
        self.calling(lang, set, [None, None])
    }

    /// The labels of a plan, which call operator and checker as its flow does.
    #[must_use]
    pub fn of_plan(&self, plan: &Plan) -> Labels {
        let labels = self.calling(&plan.lang, plan.labels, plan.called.each_ref().map(Option::as_deref));
        labels.started(plan.release.start.as_ref())
    }

    pub(super) fn calling(&self, lang: &Lang, set: LabelSet, titles: [Option<&str>; 2]) -> Labels {
        let values =
            |file: &OwnFile| file.values.iter().map(|value| value.as_ref().map(|(value, _)| value.clone())).collect();
        let own: Vec<FileValues> = Self::names(lang, set).filter_map(|name| self.own.get(&name).map(values)).collect();
        let known = KNOWN_LANGS.iter().position(|tag| *tag == lang.tag());
        let mut files: Vec<&FileValues> = own.iter().collect();
        for index in known.into_iter().chain([0]) {
            files.extend((set != LabelSet::Release).then(|| ours(index, set)));
            files.push(ours(index, LabelSet::Release));
        }
        Labels::layered(&files).calling(titles)
    }

    /// A note for a language that isn't ours and whose file lacks words.
    #[must_use]
    pub fn lacking(&self, lang: &Lang) -> Option<Diagnostic> {
        if KNOWN_LANGS.contains(&lang.tag()) {
            return None;
        }
        let name = name_of(lang.tag(), LabelSet::Release);
        let values = &self.own.get(&name)?.values;
        let lacking: Vec<String> = ENTRIES
            .iter()
            .zip(values)
            .filter(|(_, value)| value.is_none())
            .map(|(entry, _)| format!("`{}`", entry.path()))
            .collect();
        let message = format!(
            "`{FOLDER}/{name}` lacks labels, which stand there in English: {}{}",
            lacking.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", "),
            if lacking.len() > MOST_NAMED { " …" } else { "" }
        );
        let note = Diagnostic { level: Level::Note, ..Diagnostic::error_nowhere("english-label", message) };
        let help = format!("write them in that file; `runsheet templates {FOLDER}/en.toml` prints all");
        (!lacking.is_empty()).then(|| note.help(help))
    }

    /// The words of the user's that are printed, each with its language and its place. Those that say what ours say are left out:
    /// those are proven, and some stand only where no font of ours sets them.
    #[must_use]
    pub fn printed(&self) -> Vec<(Lang, Span, &str)> {
        let mut printed = Vec::new();
        for (name, file) in &self.own {
            let lang = Lang::new(meant(name).map_or("en", |(tag, _)| tag));
            let ours = OURS.labels(&lang, LabelSet::Release);
            let all = ENTRIES.iter().zip(&file.values).zip(&ours.values);
            let all = all.filter(|((entry, _), _)| PRINTED.contains(&entry.section));
            for ((value, span), ours) in all.filter_map(|((_, value), ours)| Some((value.as_ref()?, ours))) {
                if value == ours {
                    continue;
                }
                match value {
                    LabelValue::Word(word) => printed.push((lang.clone(), *span, &**word)),
                    LabelValue::List(words) => {
                        printed.extend(words.iter().map(|word| (lang.clone(), *span, &**word)));
                    }
                }
            }
        }
        printed
    }
}
