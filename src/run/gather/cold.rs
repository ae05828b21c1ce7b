//! Reads the cold list that was used: what the main list says of it, and which cold operations changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::Job;
use crate::diagnostic::Diagnostic;
use crate::field::StepNumber;
use crate::files;
use crate::plan::{self, Plan, Task};
use crate::run::carried::no_list;
use crate::run::cold::{is_plain, write};
use crate::run::inputs::InputRole;
use crate::run::verify::{UsedList, used_list};
use crate::select::select;
use crate::source;
use crate::source::release::ReleaseFile;
use crate::source::types::Line;
use crate::view::checklist::UsedColdList;
use crate::view::words;

impl Job {
    /// Reads the cold list that was used, in the language in which the main list is made; `fonts` are those of both.
    pub fn read_cold(&mut self, path: &Path, lang: Option<&str>, fonts: &[PathBuf]) {
        // What is wrong with the flow is told where it is built.
        let (Some(plan), _) = self.plan(&self.release, lang) else { return };
        let used = match self.used_cold(path, &plan, fonts) {
            Ok(used) => used,
            Err(faults) => return self.diagnostics.extend(faults),
        };
        let added = self.inputs.push(InputRole::ColdList, String::new(), write(&used).into_bytes());
        self.diagnostics.extend(added.err());
        self.cold = Some(used);
    }

    fn used_cold(&self, path: &Path, now: &Plan, fonts: &[PathBuf]) -> Result<UsedColdList, Vec<Diagnostic>> {
        let name = files::shown(path);
        let bytes = files::read(path, files::PDF_LIMIT).map_err(|fault| vec![fault])?;
        if !bytes.starts_with(b"%PDF-") {
            return Err(vec![*no_list(&name)]);
        }
        let list = used_list(&bytes, &name, fonts)?;
        let fault = not_of(&list, now, &name);
        if let Some(fault) = fault {
            return Err(vec![fault]);
        }
        let moment = |plan: &Plan| plan.release.start.as_ref().map(jiff::Zoned::timestamp);
        let is_moved = moment(&list.plan).zip(moment(now)).is_some_and(|(then, now)| then != now);
        let then = list.plan.release.start.as_ref().filter(|_| is_moved);
        let (changed, removed) = self.changed_since(&list, now);
        Ok(UsedColdList {
            list_digest: list.digest.clone(),
            moved_from: then.map(|then| then.strftime("%Y-%m-%d %H:%M %:z").to_string()),
            signed: list.signed.clone().filter(|signed| is_plain(signed)),
            open: list.open.clone(),
            changed,
            removed,
        })
    }

    /// The numbers of the cold operations that are new or say something else than on the list, and the numbers there of those that
    /// there aren't any more. What the release gives only now, and was a gap on the list, makes no other operation. An
    /// operation is found again by its number, because a release that says more may have fewer of them.
    fn changed_since(&self, list: &UsedList, now: &Plan) -> (Vec<String>, Vec<String>) {
        let says = |plan: &Plan| -> BTreeMap<StepNumber, String> {
            plan.cold.iter().map(|task| (task.step.number.clone(), said(plan, task))).collect()
        };
        let with_more = list.remade_with(self.more_of(&list.release), now.lang.tag());
        let in_language = list.remade_with(None, now.lang.tag());
        let then = [Some(&list.plan), in_language.as_ref(), with_more.as_ref()];
        let then: Vec<_> = then.into_iter().flatten().map(says).collect();
        let now = says(now);
        let was: BTreeSet<&String> = then.iter().flat_map(BTreeMap::values).collect();
        let is: BTreeSet<&String> = now.values().collect();
        let changed = |number: &&StepNumber| now.get(*number).is_some_and(|said| !was.contains(said));
        let is_there =
            |number: &StepNumber| then.iter().filter_map(|plan| plan.get(number)).any(|said| is.contains(said));
        let on_list = list.plan.cold.iter().map(|task| &task.step.number);
        let gone = on_list.filter(|number| !changed(number) && !is_there(number));
        (now.keys().filter(changed).map(ToString::to_string).collect(), gone.map(ToString::to_string).collect())
    }

    /// The release as it is now, where it says all that an older state of it said, and perhaps more.
    fn more_of(&self, older: &ReleaseFile) -> Option<&[u8]> {
        let is_same =
            |then: &[Line], now: &[Line]| then.iter().map(|line| &line.value).eq(now.iter().map(|line| &line.value));
        let now: BTreeMap<&str, &[Line]> =
            self.release.values.iter().map(|(name, lines)| (&*name.value, &**lines)).collect();
        let values =
            older.values.iter().all(|(name, then)| now.get(&*name.value).is_some_and(|now| is_same(then, now)));
        let is_kept = |then: &Option<Line>, now: &Option<Line>| {
            then.as_ref().is_none_or(|then| now.as_ref().is_some_and(|now| now.value == then.value))
        };
        let now: BTreeMap<&str, _> = self.release.contacts.iter().map(|(name, now)| (&*name.value, now)).collect();
        let contacts = older.contacts.iter().all(|(name, then)| {
            now.get(&*name.value).is_some_and(|now| is_kept(&then.name, &now.name) && is_kept(&then.phone, &now.phone))
        });
        (values && contacts).then(|| self.inputs.of(InputRole::Release).map(|input| &*input.bytes)).flatten()
    }
}

/// All that is printed of a task except its number and its date.
fn said(plan: &Plan, task: &Task) -> String {
    let step = &task.step;
    let mut said = format!("{:?} {:?} {:?} {}", task.lead, step.op, step.verify, step.critical);
    // Writing to a string can't fail, here and below.
    for contact in task.notify.iter().chain(&step.by) {
        let _ = write!(said, "\nto {}", words::contact_on_paper(plan.contact(*contact)).to_plain());
    }
    task.texts(&mut |role, words| {
        let _ = write!(said, "\n{role:?} {}", words.text(&plan.lang).to_plain());
    });
    said
}

/// Why a list isn't the cold list of a plan.
fn not_of(list: &UsedList, now: &Plan, name: &str) -> Option<Diagnostic> {
    let fault = |code, message: String| Some(Diagnostic::error_nowhere(code, message));
    let then = &list.plan;
    if then.id != now.id {
        return fault("other-flow", format!("`{name}` is a list of the flow `{}`, and this is `{}`", then.id, now.id));
    }
    if !list.has_cold_sheet || then.cold.is_empty() {
        let help = "give the cold list, `cold.pdf`, as it was printed or filled in";
        return fault("no-cold-list", format!("there are no cold operations on `{name}`"))
            .map(|fault| fault.help(help));
    }
    if then.release.drill != now.release.drill {
        let message = if then.release.drill {
            "is the list of a drill, and this is none"
        } else {
            "isn't the list of a drill, and this is one"
        };
        return fault("drill", format!("`{name}` {message}"));
    }
    let replaced = now.release.replaces.as_deref();
    if let (Some(was), Some(is)) = (then.release.number.as_deref(), now.release.number.as_deref())
        && was != is
        && replaced != Some(was)
    {
        let message = format!("`{name}` is the cold list of the release {was}, and this is {is}");
        let help = format!("if this release takes the place of that one, its file says `replaces = \"{was}\"`");
        return fault("other-release", message).map(|fault| fault.help(help));
    }
    if list.is_form_without_entries {
        let help = "give the list as it was filled in; of a list that is filled in on paper, the file without fields: it has the same digest";
        return fault("not-filled-in", format!("nothing is filled in on `{name}`")).map(|fault| fault.help(help));
    }
    None
}

impl UsedList {
    /// The plan of the list's flow with another state of its release, or the same one, in a language; `None` where there is none.
    fn remade_with(&self, release: Option<&[u8]>, lang: &str) -> Option<Plan> {
        let mut sources = self.sources.clone();
        let release = match release {
            Some(bytes) => {
                let text = source::decode("the release", bytes).ok()?;
                let file = sources.add("the release", text);
                source::read_release(&sources, file).0?
            }
            None => self.release.clone(),
        };
        let selected = select(&self.flow, &release);
        plan::build(&selected, &release, Some(lang), &sources, self.plan.digest.clone(), &self.labels).0
    }
}
