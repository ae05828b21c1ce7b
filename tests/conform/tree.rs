//! Checks the tag tree: every content and annotation has its place, roles fit each other, headings are in order, the
//! rows of a table have equally many cells, figures are described.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::{File, name_of, text_of};

/// Roles and what may hold them; empty where anything may.
const ROLES: &[(&str, &[&str])] = &[
    ("Document", &["StructTreeRoot"]),
    ("Sect", &["Document", "Sect"]),
    ("H1", &["Document", "Sect"]),
    ("H2", &["Document", "Sect"]),
    ("H3", &["Document", "Sect"]),
    ("H4", &["Document", "Sect"]),
    ("H5", &["Document", "Sect"]),
    ("H6", &["Document", "Sect"]),
    ("BlockQuote", &["Document", "Sect", "LBody", "BlockQuote"]),
    ("P", &[]),
    ("Note", &[]),
    ("Table", &["Document", "Sect", "TD", "LBody", "BlockQuote"]),
    ("TR", &["Table"]),
    ("TH", &["TR"]),
    ("TD", &["TR"]),
    ("L", &["Document", "Sect", "TD", "LBody", "BlockQuote"]),
    ("LI", &["L"]),
    ("Lbl", &["LI"]),
    ("LBody", &["LI"]),
    ("Figure", &[]),
    ("Code", &[]),
    ("Link", &[]),
    ("Form", &[]),
];

/// What is known of the elements after all were visited.
#[derive(Default)]
struct Seen {
    /// The element of each marked content, by page and number.
    contents: BTreeMap<(usize, i64), ObjectId>,
    headings: Vec<u8>,
    notes: BTreeSet<Vec<u8>>,
    findings: Vec<String>,
}

pub fn findings(file: &File) -> Vec<String> {
    let Some(root) = file.dict(file.catalog(), "StructTreeRoot") else {
        return vec!["19005-3 6.7.2: there is no tag tree".to_owned()];
    };
    let mut seen = Seen::default();
    match root.get(b"K").and_then(Object::as_reference) {
        Ok(whole) => element(file, whole, (None, "StructTreeRoot"), &mut seen),
        Err(_) => seen.findings.push("32000-1 14.7.2: the tag tree has no root".to_owned()),
    }
    if root.has(b"RoleMap") {
        seen.findings.push("14289-1 7.1: roles are mapped".to_owned());
    }
    let mut highest = 0;
    for level in &seen.headings {
        if *level > highest + 1 {
            seen.findings.push(format!("14289-1 7.4.2: a heading of level {level} follows one of level {highest}"));
        }
        highest = *level;
    }
    if seen.headings.first() != Some(&1) {
        seen.findings.push("14289-1 7.4.2: the first heading isn't of level 1".to_owned());
    }
    let parents = file.parents();
    for (page, (id, marks)) in file.pages.iter().zip(&file.marks).enumerate() {
        let key = file.pdf.get_dictionary(*id).and_then(|page| page.get(b"StructParents")?.as_i64()).unwrap_or(-1);
        let owners = parents.get(&key).and_then(|owners| owners.as_array().ok()).map_or(&[][..], Vec::as_slice);
        for (number, role) in &marks.marked {
            let owner = seen.contents.get(&(page, *number));
            let told = owners.get(*number as usize).and_then(|owner| owner.as_reference().ok());
            let same = owner.and_then(|owner| file.pdf.get_dictionary(*owner).ok()).map(|owner| name_of(owner, "S"));
            if owner.is_none() || told.as_ref() != owner || same.as_ref() != Some(role) {
                seen.findings.push(format!("32000-1 14.7.4: content {number} of page {} has no element", page + 1));
            }
        }
        let own = seen.contents.keys().filter(|(of, _)| *of == page).count();
        if own != marks.marked.len() || owners.len() != marks.marked.len() {
            seen.findings.push(format!("32000-1 14.7.4: page {} lacks contents of its elements", page + 1));
        }
    }
    seen.findings
}

fn element(file: &File, id: ObjectId, (parent, above): (Option<ObjectId>, &str), seen: &mut Seen) {
    let Ok(element) = file.pdf.get_dictionary(id) else {
        seen.findings.push(format!("32000-1 14.7.2: an element of {above} is missing"));
        return;
    };
    let role = name_of(element, "S");
    match ROLES.iter().find(|(known, _)| *known == role) {
        Some((_, holders)) if holders.is_empty() || holders.contains(&above) => {}
        Some(_) => seen.findings.push(format!("14289-1 7.1: {role} stands in {above}")),
        None => seen.findings.push(format!("19005-3 6.7.3.4: `{role}` is no standard role")),
    }
    if parent.is_some() && element.get(b"P").and_then(Object::as_reference).ok() != parent {
        seen.findings.push(format!("32000-1 14.7.2: {role} names another parent"));
    }
    let page_of = |dict: &Dictionary| {
        let page = dict.get(b"Pg").or_else(|_| element.get(b"Pg")).and_then(Object::as_reference).ok()?;
        file.pages.iter().position(|id| *id == page)
    };
    let (mut objects, mut others) = (0, 0);
    for kid in file.array(element, "K") {
        match kid {
            Object::Integer(number) => content(seen, page_of(element), *number, id),
            Object::Dictionary(dict) if dict.has(b"MCID") => {
                content(seen, page_of(dict), dict.get(b"MCID").and_then(Object::as_i64).unwrap_or(-1), id);
            }
            Object::Dictionary(_) => {
                objects += 1;
                continue;
            }
            Object::Reference(kid) => self::element(file, *kid, (Some(id), &role), seen),
            _ => seen.findings.push(format!("32000-1 14.7.2: {role} holds something odd")),
        }
        others += 1;
    }
    check(file, element, &role, (objects, others), seen);
}

fn content(seen: &mut Seen, page: Option<usize>, number: i64, owner: ObjectId) {
    let Some(page) = page else {
        seen.findings.push("32000-1 14.7.4.2: a content is on no page".to_owned());
        return;
    };
    if seen.contents.insert((page, number), owner).is_some() {
        seen.findings.push(format!("32000-1 14.7.4.2: content {number} of page {} has two elements", page + 1));
    }
}

/// Checks what a role asks of its element.
fn check(file: &File, element: &Dictionary, role: &str, (objects, others): (usize, usize), seen: &mut Seen) {
    let attribute = |key: &str| file.dict(element, "A").and_then(|attributes| file.get(attributes, key));
    let mut ask = |holds: bool, finding: &str| {
        if !holds {
            seen.findings.push(finding.to_owned());
        }
    };
    match role {
        "H1" | "H2" | "H3" | "H4" | "H5" | "H6" => {
            seen.headings.push(role.as_bytes()[1] - b'0');
            ask(others > 0, "14289-1 7.4: a heading says nothing");
        }
        "Figure" => {
            ask(!text_of(element, "Alt").is_empty(), "14289-1 7.3: a figure isn't described");
            let area = attribute("BBox").and_then(|area| area.as_array().ok()).map(Vec::len);
            ask(area == Some(4), "32000-1 14.8.5.4.3: a figure has no area");
        }
        "Note" => {
            let name = element.get(b"ID").and_then(Object::as_str).unwrap_or_default().to_vec();
            let is_new = !name.is_empty() && seen.notes.insert(name);
            ask(is_new, "14289-1 7.9: a note has no name of its own");
        }
        "TH" => ask(attribute("Scope").is_some(), "14289-1 7.5: a head of a table doesn't say of what"),
        "Table" => {
            let widths: Vec<i64> = file.array(element, "K").iter().map(|row| cells(file, row)).collect();
            ask(widths.windows(2).all(|pair| pair[0] == pair[1]), "14289-1 7.5: a table's rows aren't of one width");
            ask(!widths.is_empty(), "32000-1 14.8.4.3.4: a table has no rows");
        }
        "L" | "LI" | "TR" => ask(others > 0, "32000-1 14.8.4.3: a list or a row is empty"),
        "Link" => ask(objects == 1, "14289-1 7.18.5: a link's element has no link"),
        "Form" if attribute("Role").is_some() => {
            ask(objects == 0 && others > 0, "14289-1 7.18.4: a printed field has nothing printed");
            let told = file.dict(element, "A").map(|attributes| text_of(attributes, "Desc")).unwrap_or_default();
            ask(!told.is_empty(), "32000-1 14.8.5.6: a printed field isn't described");
        }
        "Form" => ask((objects, others) == (1, 0), "14289-1 7.18.4: a field's element holds more than its field"),
        _ => {}
    }
}

/// How many columns a row has.
fn cells(file: &File, row: &Object) -> i64 {
    let Some(row) = super::follow(file.pdf, row).and_then(|row| row.as_dict().ok()) else { return -1 };
    let width = |cell: &Object| {
        let cell = super::follow(file.pdf, cell)?.as_dict().ok()?;
        file.dict(cell, "A")?.get(b"ColSpan").and_then(Object::as_i64).ok()
    };
    file.array(row, "K").iter().map(|cell| width(cell).unwrap_or(1)).sum()
}
