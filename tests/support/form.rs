//! The fields of a PDF, as another library reads them.

use lopdf::{Document, Object, ObjectId};

/// Every field of a form with its full name.
pub fn fields(pdf: &Document) -> Vec<(String, ObjectId)> {
    let form = pdf.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
    let roots = pdf.get_dictionary(form).unwrap().get(b"Fields").unwrap().as_array().unwrap();
    let mut open: Vec<(String, Object)> = roots.iter().map(|root| (String::new(), root.clone())).collect();
    let mut found = Vec::new();
    while let Some((above, id)) = open.pop() {
        let id = id.as_reference().unwrap();
        let field = pdf.get_dictionary(id).unwrap();
        let own = String::from_utf8_lossy(field.get(b"T").unwrap().as_str().unwrap()).into_owned();
        let name = if above.is_empty() { own } else { format!("{above}.{own}") };
        // A field with several areas has kids without names.
        let named = |kid: &Object| pdf.get_dictionary(kid.as_reference().unwrap()).unwrap().has(b"T");
        match field.get(b"Kids").and_then(Object::as_array) {
            Ok(kids) if kids.iter().all(named) => open.extend(kids.iter().map(|kid| (name.clone(), kid.clone()))),
            _ => found.push((name, id)),
        }
    }
    found
}

/// Ticks boxes and writes on lines, as a program does that leaves it to whoever shows the list to draw that.
pub fn fill(pdf: &mut Document, boxes: &[&str], lines: &[(&str, &str)]) {
    let known = fields(pdf);
    let mut set = |name: &str, entries: &[(&str, Object)]| {
        let (_, id) = known.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}: {known:?}"));
        for (key, value) in entries {
            pdf.get_dictionary_mut(*id).unwrap().set(*key, value.clone());
        }
    };
    let ticked = || Object::Name(b"Yes".to_vec());
    for name in boxes {
        set(name, &[("V", ticked()), ("AS", ticked())]);
    }
    for (name, words) in lines {
        set(name, &[("V", lopdf::text_string(words))]);
    }
    let form = pdf.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
    pdf.get_dictionary_mut(form).unwrap().set("NeedAppearances", true);
}
