//! Where the two APIs of Confluence have what, and how they say it.

use serde_json::{Value, json};

use crate::wiki::http::percent;

/// The name of the property that our notes are.
pub const KEY: &str = "runsheet";

/// The addresses of one Confluence.
#[derive(Debug, Clone)]
pub struct Paths {
    base: String,
    is_cloud: bool,
}

/// A value as words; numbers and strings are told in both ways.
pub fn words(value: &Value) -> String {
    match value {
        Value::String(words) => words.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Whether a list of operations has one. A wiki that says nothing forbids nothing.
pub fn allows(operations: &Value, operation: &str, target: &str) -> bool {
    let Some(all) = operations.as_array() else { return true };
    all.iter().any(|one| one["operation"] == operation && one["targetType"] == target)
}

fn encoded(words: &str) -> String {
    let mut out = String::new();
    percent(&mut out, words, b"");
    out
}

impl Paths {
    /// Those below the address of the wiki.
    pub fn new(url: &str, is_cloud: bool) -> Self {
        Self { base: url.trim_end_matches('/').to_owned(), is_cloud }
    }

    /// What the address should be.
    pub const fn help(&self) -> &'static str {
        if self.is_cloud {
            "look at `url`: `https://example.atlassian.net/wiki`"
        } else {
            "look at `url`: it is the address of the wiki, before `/rest/api`"
        }
    }

    fn v1(&self, rest: &str) -> String {
        format!("{}/rest/api/{rest}", self.base)
    }

    fn v2(&self, rest: &str) -> String {
        format!("{}/api/v2/{rest}", self.base)
    }

    /// The only one of a list, or what is there itself.
    pub fn one<'a>(&self, found: &'a Value) -> &'a Value {
        if self.is_cloud { &found["results"][0] } else { found }
    }

    pub fn space(&self, key: &str) -> String {
        let key = encoded(key);
        if self.is_cloud { self.v2(&format!("spaces?keys={key}")) } else { self.v1(&format!("space/{key}")) }
    }

    pub fn space_operations(&self, id: &str) -> Option<String> {
        self.is_cloud.then(|| self.v2(&format!("spaces/{id}/operations")))
    }

    /// The pages of a title.
    pub fn titled(&self, key: &str, space: &str, title: &str) -> String {
        let (key, title) = (encoded(key), encoded(title));
        if self.is_cloud {
            self.v2(&format!("pages?space-id={space}&title={title}&status=current&body-format=storage"))
        } else {
            self.v1(&format!(
                "content?type=page&spaceKey={key}&title={title}&status=current&expand=body.storage,version,operations"
            ))
        }
    }

    pub fn pages(&self) -> String {
        if self.is_cloud { self.v2("pages") } else { self.v1("content") }
    }

    pub fn page(&self, id: &str) -> String {
        if self.is_cloud { self.v2(&format!("pages/{id}")) } else { self.v1(&format!("content/{id}")) }
    }

    /// What one may do with a page, where that is another question.
    pub fn operations(&self, id: &str) -> Option<String> {
        self.is_cloud.then(|| self.v2(&format!("pages/{id}/operations")))
    }

    pub fn note(&self, id: &str) -> String {
        if self.is_cloud {
            self.v2(&format!("pages/{id}/properties?key={KEY}"))
        } else {
            self.v1(&format!("content/{id}/property/{KEY}"))
        }
    }

    pub fn new_note(&self, id: &str) -> String {
        if self.is_cloud {
            self.v2(&format!("pages/{id}/properties"))
        } else {
            self.v1(&format!("content/{id}/property"))
        }
    }

    pub fn old_note(&self, id: &str, note: &str) -> String {
        if self.is_cloud { self.v2(&format!("pages/{id}/properties/{note}")) } else { self.note(id) }
    }

    pub fn attached(&self, id: &str, name: &str) -> String {
        let name = encoded(name);
        if self.is_cloud {
            self.v2(&format!("pages/{id}/attachments?filename={name}"))
        } else {
            self.v1(&format!("content/{id}/child/attachment?filename={name}"))
        }
    }

    /// Where a file is written, anew or over one that is there.
    pub fn upload(&self, id: &str, file: Option<&str>) -> String {
        let over = file.map(|file| format!("/{file}/data")).unwrap_or_default();
        self.v1(&format!("content/{id}/child/attachment{over}"))
    }

    /// Where the name of whoever wrote a version is asked for, where the version doesn't say it.
    pub fn user(&self, id: &str) -> Option<String> {
        self.is_cloud.then(|| self.v1(&format!("user?accountId={}", encoded(id))))
    }

    /// Who wrote a version.
    pub fn author(&self, version: &Value) -> String {
        words(if self.is_cloud { &version["authorId"] } else { &version["by"]["displayName"] })
    }

    /// What people open to see a page.
    pub fn web(&self, page: &Value) -> String {
        format!("{}{}", self.base, words(&page["_links"]["webui"]))
    }

    /// The same for a page that isn't there yet.
    pub fn unmade(&self, key: &str, title: &str) -> String {
        format!("{}/pages/viewpage.action?spaceKey={}&title={}", self.base, encoded(key), encoded(title))
    }

    /// What people open to see a file.
    pub fn download(&self, page: Option<&str>, title: &str, file: &str) -> String {
        match page {
            Some(page) => format!("{}/download/attachments/{page}/{}", self.base, encoded(file)),
            None => format!("{title}/{file}"),
        }
    }

    /// What is sent to make a page.
    pub fn new_page(&self, (key, space): (&str, &str), title: &str, text: &str, parent: Option<&str>) -> Value {
        let mut body = if self.is_cloud {
            json!({
                "spaceId": space, "status": "current", "title": title,
                "body": { "representation": "storage", "value": text },
            })
        } else {
            json!({
                "type": "page", "title": title, "space": { "key": key },
                "body": { "storage": { "representation": "storage", "value": text } },
            })
        };
        match parent {
            Some(parent) if self.is_cloud => body["parentId"] = json!(parent),
            Some(parent) => body["ancestors"] = json!([{ "id": parent }]),
            None => {}
        }
        body
    }

    /// What is sent to write the next version of a page.
    pub fn new_version(
        &self,
        id: &str,
        title: &str,
        text: &str,
        (version, is_minor): (u64, bool),
        summary: &str,
    ) -> Value {
        if self.is_cloud {
            json!({
                "id": id, "status": "current", "title": title,
                "body": { "representation": "storage", "value": text },
                "version": { "number": version, "message": summary, "minorEdit": is_minor },
            })
        } else {
            json!({
                "id": id, "type": "page", "title": title,
                "body": { "storage": { "representation": "storage", "value": text } },
                "version": { "number": version, "message": summary, "minorEdit": is_minor },
            })
        }
    }
}
