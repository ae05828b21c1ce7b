//! Checks links and fields: they are visible, described, in the tag tree, and have appearances.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::{File, name_of, text_of};

/// Bits of an annotation's flags: hidden, not printed, not viewed.
const UNSEEN: i64 = 1 | 1 << 1 | 1 << 5 | 1 << 8;
const PRINTED: i64 = 1 << 2;

pub fn findings(file: &File) -> Vec<String> {
    let parents = file.parents();
    let mut findings = Vec::new();
    let mut widgets = BTreeSet::new();
    for (page, id) in file.pages.iter().enumerate() {
        for (id, annotation) in file.annotations(*id) {
            let kind = name_of(annotation, "Subtype");
            let mut ask = |holds: bool, finding: &str| {
                if !holds {
                    findings.push(format!("{finding} ({kind} on page {})", page + 1));
                }
            };
            let flags = annotation.get(b"F").and_then(Object::as_i64).unwrap_or(0);
            ask(
                flags & UNSEEN == 0 && flags & PRINTED != 0,
                "19005-3 6.3.2: an annotation isn't seen or isn't printed",
            );
            ask(!annotation.has(b"AA"), "19005-3 6.4.1: an annotation acts by itself");
            let key = annotation.get(b"StructParent").and_then(Object::as_i64).ok();
            let element = key.and_then(|key| super::follow(file.pdf, parents.get(&key)?)?.as_dict().ok());
            let holds = element.is_some_and(|element| objects(file, element).contains(&id));
            ask(holds, "14289-1 7.18.1: an annotation isn't in the tag tree");
            let role = element.map(|element| name_of(element, "S")).unwrap_or_default();
            match kind.as_str() {
                "Link" => {
                    ask(role == "Link", "14289-1 7.18.5: a link is tagged as something else");
                    ask(!text_of(annotation, "Contents").is_empty(), "14289-1 7.18.5: a link has no description");
                    let address = file.dict(annotation, "A").and_then(|action| file.get(action, "URI"));
                    let address = address.and_then(|address| address.as_str().ok()).unwrap_or_default();
                    ask(address.is_ascii(), "32000-1 12.6.4.7: an address isn't ASCII");
                }
                "Widget" => {
                    widgets.insert(id);
                    ask(role == "Form", "14289-1 7.18.4: a field is tagged as something else");
                    ask(!annotation.has(b"A"), "19005-3 6.4.1: a field acts");
                    ask(appears(file, annotation), "19005-3 6.3.3: a field has no appearance of its kind");
                }
                _ => ask(false, "14289-1 7.18.1: an annotation of another kind"),
            }
        }
    }
    findings.extend(fields(file, &widgets));
    findings
}

/// The objects that an element holds.
fn objects(file: &File, element: &Dictionary) -> Vec<ObjectId> {
    let kids = file.array(element, "K").iter().filter_map(|kid| kid.as_dict().ok());
    kids.filter_map(|kid| kid.get(b"Obj").and_then(Object::as_reference).ok()).collect()
}

/// The value of a key, inherited from the field above if the field has none.
fn inherited<'f>(file: &'f File, field: &'f Dictionary, key: &str) -> Option<&'f Object> {
    file.get(field, key).or_else(|| inherited(file, file.dict(field, "Parent")?, key))
}

fn appears(file: &File, widget: &Dictionary) -> bool {
    let Some(looks) = file.dict(widget, "AP") else { return false };
    let sound = |look: &Object| {
        let look = super::follow(file.pdf, look).and_then(|look| look.as_stream().ok());
        look.is_some_and(|look| look.dict.has(b"BBox") && !look.dict.has(b"Group"))
    };
    let normal = looks.get(b"N").ok().filter(|_| looks.len() == 1);
    let ticked = inherited(file, widget, "FT").and_then(|kind| kind.as_name().ok()) == Some(b"Btn");
    match normal.and_then(|normal| super::follow(file.pdf, normal)) {
        Some(Object::Dictionary(states)) => ticked && states.len() == 2 && states.iter().all(|(_, look)| sound(look)),
        Some(look) => !ticked && sound(look),
        None => false,
    }
}

/// Checks the tree of fields: each is named, described, and has its areas on pages.
fn fields(file: &File, widgets: &BTreeSet<ObjectId>) -> Vec<String> {
    let Some(form) = file.dict(file.catalog(), "AcroForm") else {
        return widgets
            .first()
            .map(|_| "32000-1 12.7.2: there are fields and no form".to_owned())
            .into_iter()
            .collect();
    };
    let mut findings = Vec::new();
    if form.has(b"NeedAppearances") || form.has(b"XFA") {
        findings.push("19005-3 6.4.1, 6.4.2: appearances are made up by the reader".to_owned());
    }
    let fonts = file.dict(form, "DR").and_then(|resources| file.dict(resources, "Font"));
    let mut open: Vec<(Object, String)> =
        file.array(form, "Fields").iter().map(|field| (field.clone(), String::new())).collect();
    let (mut names, mut reached) = (BTreeSet::new(), BTreeSet::new());
    while let Some((object, above)) = open.pop() {
        let id = object.as_reference().unwrap_or_default();
        let Some(field) = super::follow(file.pdf, &object).and_then(|field| field.as_dict().ok()) else {
            findings.push("32000-1 12.7.3: a field is missing".to_owned());
            continue;
        };
        let own = text_of(field, "T");
        if own.contains('.') || own.is_empty() {
            findings.push(format!("32000-1 12.7.3.2: a field is called `{own}`"));
        }
        let name = if above.is_empty() { own } else { format!("{above}.{own}") };
        if !names.insert(name.clone()) {
            findings.push(format!("32000-1 12.7.3.2: two fields are called `{name}`"));
        }
        let kids = file.array(field, "Kids");
        let Ok(kind) = field.get(b"FT").and_then(Object::as_name) else {
            open.extend(kids.iter().map(|kid| (kid.clone(), name.clone())));
            continue;
        };
        if text_of(field, "TU").is_empty() {
            findings.push(format!("14289-1 7.18.1: `{name}` has no description"));
        }
        if kind == b"Tx" {
            let font = text_of(field, "DA");
            let font = font.trim_start_matches('/').split(' ').next().unwrap_or_default();
            if !fonts.is_some_and(|fonts| fonts.has(font.as_bytes())) {
                findings.push(format!("19005-3 6.2.11.4.1: `{name}` has no font"));
            }
        }
        let areas: Vec<ObjectId> =
            if kids.is_empty() { vec![id] } else { kids.iter().filter_map(|kid| kid.as_reference().ok()).collect() };
        reached.extend(areas);
    }
    if reached != *widgets {
        findings.push("32000-1 12.7.3: fields of the form and areas on the pages aren't the same".to_owned());
    }
    findings
}
