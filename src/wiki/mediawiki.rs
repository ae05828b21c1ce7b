//! A wiki of the kind `MediaWiki`, from version 1.35, by its API.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;

use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::http::{NoAnswer, RequestBody, Server, pause, percent};
use super::{FileFound, FoundPage, LastChange, OUR_SUMMARY, PageTrace, Wiki, WikiFault, WikiWrite, one_by_one};
use crate::secret::Login;

/// How often something is written that the wiki puts off.
const TRIES: u32 = 4;

/// A wiki, logged in to.
pub struct MediaWiki {
    server: Server,
    /// What proves that a request to write comes from us.
    token: String,
    /// Where people find a page; `$1` stands for its title.
    pages: String,
    /// The revision of each page that was read, and who made it; nothing for a page that wasn't there.
    revisions: BTreeMap<String, (Option<u64>, Option<LastChange>)>,
    /// Who wrote each file that was read and that others wrote last.
    of_others: BTreeMap<String, LastChange>,
    url: String,
    login: Login,
}

/// An error that the wiki answers.
struct ApiError {
    code: String,
    info: String,
}

impl MediaWiki {
    /// Logs in.
    ///
    /// # Errors
    /// Why that isn't possible.
    pub fn open(url: &str, login: Login) -> Result<Self, WikiFault> {
        let (revisions, of_others) = (BTreeMap::new(), BTreeMap::new());
        let (server, token, pages) = (Server::new(url, None), String::new(), String::new());
        let mut wiki = Self { server, token, pages, revisions, of_others, url: url.to_owned(), login };
        let question = [("action", "query"), ("meta", "tokens|siteinfo"), ("type", "login"), ("siprop", "general")];
        let answer = wiki.ask(&question)?;
        let general = &answer["query"]["general"];
        wiki.pages =
            [&general["server"], &general["articlepath"]].map(|part| part.as_str().unwrap_or_default()).concat();
        let token = answer["query"]["tokens"]["logintoken"].as_str().unwrap_or_default().to_owned();
        let user = wiki.login.user.clone().unwrap_or_default();
        let secret = wiki.login.secret.reveal().to_owned();
        let words = [("action", "login"), ("lgname", &*user), ("lgpassword", &*secret), ("lgtoken", &*token)];
        let answer = wiki.ask(&words)?;
        if answer["login"]["result"] != "Success" {
            let why = answer["login"]["reason"].as_str().or(answer["login"]["result"].as_str()).unwrap_or_default();
            let fault =
                WikiFault::new(format!("the wiki doesn't let `{user}` in: {}", wiki.login.secret.hidden_in(why)));
            return Err(fault
                .help("look at `user` and at where `token` comes from")
                .help("a bot password is made on the page `Special:BotPasswords`; its user is called `Name@purpose`"));
        }
        let answer = wiki.ask(&[("action", "query"), ("meta", "tokens"), ("assert", "user")])?;
        answer["query"]["tokens"]["csrftoken"].as_str().unwrap_or_default().clone_into(&mut wiki.token);
        Ok(wiki)
    }

    /// Asks something that changes nothing.
    fn ask(&mut self, words: &[(&str, &str)]) -> Result<Value, WikiFault> {
        let answer = self.server.ask(&form(words))?;
        read(&answer)?.map_err(|error| told(&error))
    }

    /// Asks for a page with one property.
    fn one(&mut self, title: &str, more: &[(&str, &str)]) -> Result<Value, WikiFault> {
        let words = [&[("action", "query"), ("assert", "user"), ("titles", title)], more].concat();
        let answer = self.ask(&words)?;
        let page = &answer["query"]["pages"][0];
        if let Some(why) = page["invalidreason"].as_str() {
            return Err(WikiFault::new(format!("the wiki takes no such title: {why}")));
        }
        // What comes back says how the wiki writes the title.
        let called = page["title"].as_str().unwrap_or_default();
        if !is_same_title(called, title) {
            let message = format!("the wiki would call it `{called}`");
            return Err(WikiFault::new(message).help("set `page` and `release-page` in `runsheet.toml`"));
        }
        Ok(page.clone())
    }

    /// Sends something to be written. What the wiki puts off is tried again; an answer that got lost isn't.
    fn change(&mut self, body: &RequestBody) -> Result<Value, NoAnswer> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.server.send(body)?;
            match read(&answer).map_err(NoAnswer::refused)? {
                Ok(answer) => return Ok(answer),
                Err(error) if error.code == "ratelimited" && tries < TRIES => thread::sleep(pause(tries)),
                Err(error) => return Err(NoAnswer::refused(told(&error))),
            }
        }
    }

    fn write_page(&mut self, title: &str, text: &str, (summary, is_minor): (&str, bool)) -> Result<(), WikiFault> {
        let base = self.revisions.get(title).and_then(|(revision, _)| *revision);
        let (revision, token) = (base.map(|base| base.to_string()), self.token.clone());
        let mut words = vec![
            ("action", "edit"),
            ("assert", "user"),
            ("bot", "1"),
            ("title", title),
            ("text", text),
            ("summary", summary),
        ];
        match &revision {
            Some(revision) => words.extend([("baserevid", revision.as_str()), ("nocreate", "1")]),
            None => words.push(("createonly", "1")),
        }
        if is_minor {
            words.push(("minor", "1"));
        }
        words.push(("token", &token));
        match self.change(&form(&words)) {
            Ok(answer) => {
                let edit = &answer["edit"];
                if edit["result"] != "Success" {
                    let why = edit["info"].as_str().or(edit["result"].as_str()).unwrap_or("no reason");
                    return Err(WikiFault::new(format!("the wiki doesn't take it: {why}")));
                }
                // The wiki joins what is written with what others wrote in other sections meanwhile.
                let old = edit["oldrevid"].as_u64().filter(|old| *old > 0);
                if edit.get("nochange").is_none() && old != base {
                    let message = "somebody else wrote on the page at the same moment, and the wiki joined both";
                    return Err(WikiFault { is_overtaken: true, ..WikiFault::new(message) });
                }
                Ok(())
            }
            Err(no) if no.is_unsure => match self.page(title)? {
                Some(found) if found.text.trim_end() == text.trim_end() => Ok(()),
                _ => Err(no.fault),
            },
            Err(no) => Err(no.fault),
        }
    }

    fn write_file(&mut self, name: &str, bytes: &[u8], summary: &str) -> Result<(), WikiFault> {
        let token = self.token.clone();
        let words = [
            ("action", "upload"),
            ("assert", "user"),
            ("filename", name),
            ("comment", summary),
            ("ignorewarnings", "1"),
            ("token", &token),
        ];
        let ending = name.rsplit('.').next().unwrap_or_default();
        let file = format!("file.{ending}");
        let body = RequestBody::parts(&[&FORMAT[..], &words].concat(), (&file, "application/octet-stream"), bytes);
        match self.change(&body) {
            Ok(answer) if answer["upload"]["result"] == "Success" => Ok(()),
            Ok(answer) => Err(WikiFault::new(format!("the wiki doesn't take it: {}", answer["upload"]["result"]))),
            // Another run may have put the same file there meanwhile.
            Err(no) => match self.file(name, bytes) {
                Ok(FileFound::Same) => Ok(()),
                _ => Err(no.fault),
            },
        }
    }
}

/// Whether a wiki's title is ours but for the capital letter that it may begin with.
fn is_same_title(called: &str, title: &str) -> bool {
    let rest = |words: &str| words.chars().skip(1).collect::<String>();
    let first = |words: &str| words.chars().next().map(|c| c.to_uppercase().to_string());
    let spaced = title.replace('_', " ");
    first(called) == first(&spaced) && rest(called) == rest(&spaced)
}

/// The answer to a request, or the error that the wiki answers with, which comes with the status 200.
fn read(answer: &[u8]) -> Result<Result<Value, ApiError>, WikiFault> {
    let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
        let message = "this is no answer of the API of a MediaWiki";
        return Err(WikiFault::new(message).help("look at `url`: it ends with `/api.php`"));
    };
    let Some(error) = answer.get("error") else { return Ok(Ok(answer)) };
    let words = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    Ok(Err(ApiError { code: words("code"), info: words("info") }))
}

/// What an error of the wiki means, and what to do.
fn told(error: &ApiError) -> WikiFault {
    let fault = |message: &str| WikiFault::new(format!("{message} ({}: {})", error.code, error.info));
    match error.code.as_str() {
        "editconflict" | "articleexists" | "missingtitle" => {
            WikiFault { is_overtaken: true, ..fault("somebody else wrote meanwhile") }
        }
        "protectedpage" | "protectedtitle" | "cascadeprotected" => fault("the page is protected")
            .help("let an administrator of the wiki lift that, or give this user the right"),
        "permissiondenied" | "cantcreate" | "noedit" | "blocked" | "mustbeloggedin" | "readapidenied"
        | "badaccess-groups" => fault("the user may not do that")
            .help("give the user, or the bot password, the rights to edit, create and upload"),
        "assertuserfailed" | "badtoken" => fault("the wiki logged us out").help("run it again"),
        "readonly" => fault("the wiki is read-only just now").help("run it again later"),
        "ratelimited" => fault("the wiki wants us to write less often").help("run it again later"),
        "badupload" | "file-too-large" | "empty-file" => fault("the wiki takes no file of this size")
            .help("raise `upload_max_filesize` and `post_max_size` of its PHP, or attach less with `attach`"),
        "uploaddisabled" => fault("the wiki takes no files").help("set `$wgEnableUploads`, or leave `attach` out"),
        "filetype-banned" | "filetype-banned-type" => fault("the wiki takes no files of this kind")
            .help("add `pdf` and `svg` to its `$wgFileExtensions`, or attach less with `attach`"),
        "contenttoobig" => fault("the page is too large for the wiki").help("raise its `$wgMaxArticleSize`"),
        _ => fault("the wiki refuses"),
    }
}

/// What goes with each request.
const FORMAT: [(&str, &str); 2] = [("format", "json"), ("formatversion", "2")];

fn form(words: &[(&str, &str)]) -> RequestBody {
    RequestBody::form(&[&FORMAT, words].concat())
}

impl Wiki for MediaWiki {
    fn title_fault(&self, title: &str) -> Option<String> {
        if let Some(bad) = title.chars().find(|c| c.is_control() || "#<>[]|{}%&+".contains(*c)) {
            return Some(format!("`{}` can't stand in it", bad.escape_default()));
        }
        let is_odd = |part: &str| part.is_empty() || part == "." || part == ".." || part.trim() != part;
        if title.split('/').any(is_odd) || title.contains("~~~") || title.starts_with(':') {
            return Some(
                "`:` before it, an empty part between `/`, `.`, spaces at an end, and `~~~` can't stand in it"
                    .to_owned(),
            );
        }
        (title.len() > 200).then(|| "it is longer than 200 bytes".to_owned())
    }

    fn page(&mut self, title: &str) -> Result<Option<FoundPage>, WikiFault> {
        let words = [("prop", "revisions"), ("rvprop", "ids|content|user|timestamp"), ("rvslots", "main")];
        let page = self.one(title, &words)?;
        let revision = &page["revisions"][0];
        let last = revision["user"].as_str().map(|who| LastChange {
            who: who.to_owned(),
            when: revision["timestamp"].as_str().unwrap_or_default().to_owned(),
        });
        self.revisions.insert(title.to_owned(), (revision["revid"].as_u64(), last));
        if page["missing"] == true {
            return Ok(None);
        }
        match revision["slots"]["main"]["content"].as_str() {
            Some(text) => Ok(Some(FoundPage { text: text.to_owned(), trace: PageTrace::InText })),
            None => Err(WikiFault::new("the wiki doesn't show the text of the page")),
        }
    }

    fn last_change(&mut self, title: &str) -> Option<LastChange> {
        self.revisions.get(title).and_then(|(_, last)| last.clone())
    }

    fn file_of_others(&mut self, name: &str) -> Option<LastChange> {
        self.of_others.get(name).cloned()
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<FileFound, WikiFault> {
        let words = [("prop", "imageinfo"), ("iiprop", "sha1|comment|user|timestamp")];
        let page = self.one(&format!("File:{name}"), &words)?;
        let last = &page["imageinfo"][0];
        self.of_others.remove(name);
        // A comment may be hidden.
        if let (Some(comment), Some(who)) = (last["comment"].as_str(), last["user"].as_str())
            && !comment.starts_with(OUR_SUMMARY)
        {
            let when = last["timestamp"].as_str().unwrap_or_default().to_owned();
            self.of_others.insert(name.to_owned(), LastChange { who: who.to_owned(), when });
        }
        // A file of a wiki that this one borrows from isn't there.
        let Some(found) = last["sha1"].as_str().filter(|_| page["imagerepository"] == "local") else {
            return Ok(FileFound::Nothing);
        };
        let mut digest = String::new();
        for byte in Sha1::digest(bytes) {
            let _ = write!(digest, "{byte:02x}");
        }
        Ok(if found == digest { FileFound::Same } else { FileFound::Other })
    }

    fn allowed(&mut self, write: &WikiWrite<'_>) -> Result<(), WikiFault> {
        let (title, action) = match write {
            WikiWrite::Page(title, ..) => ((*title).to_owned(), "edit"),
            WikiWrite::File(name, _) => (format!("File:{name}"), "upload"),
        };
        let words = [("prop", "info"), ("intestactions", action), ("intestactionsdetail", "full")];
        let page = self.one(&title, &words)?;
        match &page["actions"][action] {
            Value::Array(why) if !why.is_empty() => {
                let words = |key: &str| why[0][key].as_str().unwrap_or_default().to_owned();
                Err(told(&ApiError { code: words("code"), info: words("text") }))
            }
            _ => Ok(()),
        }
    }

    fn write(&mut self, writes: &[WikiWrite<'_>], summary: &str) -> Result<(), (usize, WikiFault)> {
        one_by_one(writes, |write| match write {
            WikiWrite::Page(title, text, is_minor) => self.write_page(title, text, (summary, *is_minor)),
            WikiWrite::File(name, bytes) => self.write_file(name, bytes, summary),
        })
    }

    fn refresh(&mut self) -> Result<(), WikiFault> {
        *self = Self::open(&self.url, self.login.clone())?;
        Ok(())
    }

    fn address(&self, write: &WikiWrite<'_>) -> String {
        let title = match write {
            WikiWrite::Page(title, ..) => (*title).to_owned(),
            WikiWrite::File(name, _) => format!("File:{name}"),
        };
        let mut path = String::new();
        percent(&mut path, &title.replace(' ', "_"), b"/:()~!@");
        self.pages.replace("$1", &path)
    }
}
