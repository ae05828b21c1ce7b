//! Checks the file as a whole: metadata, output intent, page labels, viewer preferences, destinations.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};
use roxmltree::{Document as Xml, Node};

use super::{File, name_of, text_of};

/// Keys by which a file would act by itself or hide something.
const FORBIDDEN: &[&str] = &["AA", "OCProperties", "Requirements", "OpenAction", "Perms", "Collection"];

pub fn findings(file: &File) -> Vec<String> {
    let catalog = file.catalog();
    let mut findings = Vec::new();
    let mut ask = |holds: bool, clause: &str| {
        if !holds {
            findings.push(clause.to_owned());
        }
    };
    let is_true = |dict: Option<&Dictionary>, key: &str| {
        dict.and_then(|dict| dict.get(key.as_bytes()).ok()).and_then(|value| value.as_bool().ok()) == Some(true)
    };
    ask(file.pdf.version == "1.7", "19005-3 6.1.2: another version than 1.7");
    ask(!text_of(catalog, "Lang").is_empty(), "14289-1 7.2: the file has no language");
    ask(is_true(file.dict(catalog, "MarkInfo"), "Marked"), "19005-3 6.7.2.2: the file isn't marked as tagged");
    ask(!is_true(file.dict(catalog, "MarkInfo"), "Suspects"), "14289-1 7.1: the tags are suspect");
    let preferences = file.dict(catalog, "ViewerPreferences");
    ask(is_true(preferences, "DisplayDocTitle"), "14289-1 7.1: the title isn't shown");
    ask(
        preferences.is_some_and(|dict| name_of(dict, "PrintScaling") == "None" && name_of(dict, "Duplex") == "Simplex"),
        "printed: scaled, or on both sides",
    );
    for key in FORBIDDEN {
        ask(!catalog.has(key.as_bytes()), &format!("19005-3 6.5: the catalog has `{key}`"));
    }
    ask(!file.pdf.trailer.has(b"Encrypt"), "19005-3 6.1.3: the file is encrypted");
    let ids = file.pdf.trailer.get(b"ID").and_then(Object::as_array).map(Vec::as_slice).unwrap_or_default();
    ask(ids.len() == 2 && ids[0] == ids[1], "19005-3 6.1.3: the file has no id");
    findings.extend(metadata(file));
    findings.extend(intent(file));
    findings.extend(pages(file));
    findings.extend(ways(file));
    findings.extend(attachments(file));
    findings
}

/// Every attached file has a description and a relation to the document.
fn attachments(file: &File) -> Vec<String> {
    let associated = file.array(file.catalog(), "AF");
    let mut findings = Vec::new();
    for (id, object) in &file.pdf.objects {
        let Ok(dict) = object.as_dict() else { continue };
        if name_of(dict, "Type") != "Filespec" {
            continue;
        }
        if text_of(dict, "F").is_empty() || text_of(dict, "UF").is_empty() {
            findings.push("14289-1 7.11: an attachment lacks a name".to_owned());
        }
        if !dict.has(b"AFRelationship") || !associated.contains(&Object::Reference(*id)) {
            findings.push("19005-3 6.8: an attachment has no relation to the document".to_owned());
        }
        let inside =
            file.dict(dict, "EF").and_then(|files| file.get(files, "F")).and_then(|file| file.as_stream().ok());
        if inside.is_none_or(|stream| name_of(&stream.dict, "Subtype").is_empty()) {
            findings.push("19005-3 6.8: an attachment is of no kind".to_owned());
        }
    }
    findings
}

/// The text of the first element of a name.
fn said(xml: &Xml, namespace: &str, name: &str) -> Option<String> {
    let is = |node: &Node| node.tag_name().namespace() == Some(namespace) && node.tag_name().name() == name;
    let node = xml.descendants().find(is)?;
    Some(node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect::<String>().trim().to_owned())
}

fn metadata(file: &File) -> Vec<String> {
    let lost = || vec!["19005-3 6.6.2.1: there is no metadata".to_owned()];
    let Some(stream) = file.get(file.catalog(), "Metadata").and_then(|object| object.as_stream().ok()) else {
        return lost();
    };
    let mut findings = Vec::new();
    if stream.dict.has(b"Filter") {
        findings.push("19005-1 6.7.2: the metadata is deflated".to_owned());
    }
    let packet = String::from_utf8_lossy(&stream.content);
    let Ok(xml) = Xml::parse(packet.trim_start_matches('\u{FEFF}')) else { return lost() };
    let info = file.dict(&file.pdf.trailer, "Info").cloned().unwrap_or_default();
    let date = |key: &str| -> String { text_of(&info, key).chars().filter(char::is_ascii_digit).collect() };
    let digits = |name: &str| -> String {
        let said = said(&xml, "http://ns.adobe.com/xap/1.0/", name).unwrap_or_default();
        said.chars().filter(char::is_ascii_digit).collect()
    };
    let wanted = [
        ("http://www.aiim.org/pdfa/ns/id/", "part", "3".to_owned()),
        ("http://www.aiim.org/pdfa/ns/id/", "conformance", "A".to_owned()),
        ("http://www.aiim.org/pdfua/ns/id/", "part", "1".to_owned()),
        ("http://purl.org/dc/elements/1.1/", "title", text_of(&info, "Title")),
        ("http://ns.adobe.com/pdf/1.3/", "Producer", text_of(&info, "Producer")),
        ("http://www.aiim.org/pdfa/ns/schema#", "namespaceURI", "http://www.aiim.org/pdfua/ns/id/".to_owned()),
    ];
    for (namespace, name, value) in wanted {
        let said = said(&xml, namespace, name);
        if value.is_empty() || said.as_ref() != Some(&value) {
            findings.push(format!("19005-3 6.6.2, 6.6.4: the metadata says {said:?} for {name} and not `{value}`"));
        }
    }
    for (key, name) in [("CreationDate", "CreateDate"), ("ModDate", "ModifyDate")] {
        if date(key) != digits(name) {
            findings.push(format!("19005-3 6.6.2: {key} is another date than in the metadata"));
        }
    }
    findings
}

fn intent(file: &File) -> Vec<String> {
    let intents = file.array(file.catalog(), "OutputIntents");
    let sound = || {
        let [intent] = intents else { return None };
        let intent = super::follow(file.pdf, intent)?.as_dict().ok()?;
        let stream = file.get(intent, "DestOutputProfile")?.as_stream().ok()?;
        let profile = &stream.content;
        let size = u32::from_be_bytes(profile.get(..4)?.try_into().ok()?) as usize;
        let count = u32::from_be_bytes(profile.get(128..132)?.try_into().ok()?) as usize;
        let inside = |index: usize| {
            let entry = profile.get(132 + index * 12..144 + index * 12)?;
            let [at, length] = [4, 8].map(|n| u32::from_be_bytes([entry[n], entry[n + 1], entry[n + 2], entry[n + 3]]));
            Some(at % 4 == 0 && (at + length) as usize <= profile.len())
        };
        let holds = name_of(intent, "S") == "GTS_PDFA1"
            && stream.dict.get(b"N").and_then(Object::as_i64).ok() == Some(3)
            && size == profile.len()
            && profile.get(8)? <= &4
            && profile.get(12..24)? == b"mntrRGB XYZ "
            && profile.get(36..40)? == b"acsp"
            && (0..count).all(|index| inside(index) == Some(true));
        holds.then_some(())
    };
    if sound().is_some() { Vec::new() } else { vec!["19005-3 6.2.3: there is no sound output intent".to_owned()] }
}

fn pages(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    let labels = file.dict(file.catalog(), "PageLabels").map(|labels| file.array(labels, "Nums")).unwrap_or_default();
    let starts: Vec<i64> = labels.iter().step_by(2).filter_map(|start| start.as_i64().ok()).collect();
    if starts.first() != Some(&0) || starts.last().is_some_and(|last| *last >= file.pages.len() as i64) {
        findings.push("32000-1 12.4.2: pages have no labels".to_owned());
    }
    for (index, id) in file.pages.iter().enumerate() {
        let Ok(page) = file.pdf.get_dictionary(*id) else { continue };
        let number = index + 1;
        if page.has(b"AA") || page.has(b"Group") {
            findings.push(format!("19005-3 6.2.10, 6.5.2: page {number} has actions or a transparency group"));
        }
        if page.has(b"Annots") && name_of(page, "Tabs") != "S" {
            findings.push(format!("14289-1 7.18.3: page {number} isn't tabbed through in the order of its tags"));
        }
        if page.get(b"StructParents").and_then(Object::as_i64).is_err() {
            findings.push(format!("32000-1 14.7.4.4: page {number} isn't in the parent tree"));
        }
        let states = file.dict(page, "Resources").and_then(|resources| file.dict(resources, "ExtGState"));
        let opaque = |state: &Object| {
            let state = super::follow(file.pdf, state).and_then(|state| state.as_dict().ok());
            state.is_none_or(|state| ["CA", "ca", "SMask", "BM"].iter().all(|key| !state.has(key.as_bytes())))
        };
        if states.is_some_and(|states| states.iter().any(|(_, state)| !opaque(state))) {
            findings.push(format!("19005-3 6.2.10: page {number} has something transparent"));
        }
    }
    findings
}

/// Every destination is a page of the file.
fn ways(file: &File) -> Vec<String> {
    let pages: BTreeSet<_> = file.pages.iter().collect();
    let leads = |view: &Object| {
        let page = view.as_array().ok().and_then(|view| view.first()?.as_reference().ok());
        page.is_some_and(|page| pages.contains(&page))
    };
    let mut findings = Vec::new();
    for object in file.pdf.objects.values() {
        let Ok(dict) = object.as_dict() else { continue };
        // Elements of the tag tree have attributes under the key of actions.
        let action = file.dict(dict, "A").filter(|_| dict.has(b"Subtype"));
        let kind = action.map(|action| name_of(action, "S"));
        if kind.as_ref().is_some_and(|kind| kind != "GoTo" && kind != "URI") {
            findings.push(format!("19005-3 6.5.1: an action is of the kind {kind:?}"));
        }
        let inside = action.filter(|_| kind.as_deref() == Some("GoTo")).and_then(|action| action.get(b"D").ok());
        if [dict.get(b"Dest").ok(), inside].into_iter().flatten().any(|view| !leads(view)) {
            findings.push("32000-1 12.3.2: a way leads to no page".to_owned());
        }
    }
    let outline = file.dict(file.catalog(), "Outlines").and_then(|outline| outline.get(b"First").ok());
    if outline.is_none() {
        findings.push("14289-1 7.4: there is no outline".to_owned());
    }
    findings
}
