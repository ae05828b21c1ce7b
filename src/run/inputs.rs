//! The files that shape the pages: the flow, the files that it names, its release, and the older flow that changes are
//! marked against. The same list is read, printed, attached to the check list, and read from there by `verify`.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Component, Path};

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::files::TEXT_LIMIT;
use crate::source;
use crate::source::named::{FileUse, TOO_MANY};

/// The most inputs of a list.
const MOST: usize = 64;

/// The most bytes of all inputs of a list together.
const TOTAL_LIMIT: usize = 8 << 20;

/// What an input is for. The order is that of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputRole {
    /// The flow.
    Flow,
    /// A part that the flow includes.
    Part,
    /// A text of the flow that stands in a file of its own.
    Text,
    /// The logo in the head of every page.
    Logo,
    /// What the configuration says of whose documents these are.
    Look,
    /// Its release.
    Release,
    /// The older revision of the flow that changes are marked against.
    OlderFlow,
    /// A part that the older revision includes.
    OlderPart,
    /// A text of the older revision that stands in a file of its own.
    OlderText,
    /// What is known of the cold list that was used.
    ColdList,
    /// Labels of the user's, which go before ours.
    Labels,
}

impl InputRole {
    /// The roles of a list whose record has format 1.
    pub const OF_FORMAT_1: [Self; 3] = [Self::Flow, Self::Release, Self::OlderFlow];

    /// The role of a file that a flow names, `of` being the flow's own role.
    #[must_use]
    pub const fn of_named(what: FileUse, of: Self) -> Self {
        match (what, of) {
            (FileUse::Part, Self::OlderFlow) => Self::OlderPart,
            (FileUse::Part, _) => Self::Part,
            (FileUse::Text, Self::OlderFlow) => Self::OlderText,
            (FileUse::Text, _) => Self::Text,
            // That of an older revision isn't read.
            (FileUse::Logo, _) => Self::Logo,
            (FileUse::Config, _) => Self::Look,
        }
    }

    /// The role of a file that the flow names, where that flow is the older one; `None` for other roles.
    #[must_use]
    pub const fn of_older(self) -> Option<Self> {
        match self {
            Self::Part => Some(Self::OlderPart),
            Self::Text => Some(Self::OlderText),
            Self::Flow
            | Self::Release
            | Self::OlderFlow
            | Self::OlderPart
            | Self::OlderText
            | Self::Logo
            | Self::Look
            | Self::ColdList
            | Self::Labels => None,
        }
    }

    /// Whether it is read along with the flow, because that names it or it stands over it.
    #[must_use]
    pub const fn is_beside_flow(self) -> bool {
        matches!(self, Self::Part | Self::Text | Self::Logo | Self::Look)
    }

    /// Its name in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Part => "part",
            Self::Text => "text",
            Self::Logo => "logo",
            Self::Look => "look",
            Self::Release => "release",
            Self::OlderFlow => "older-flow",
            Self::OlderPart => "older-part",
            Self::OlderText => "older-text",
            Self::ColdList => "cold-list",
            Self::Labels => "labels",
        }
    }

    /// Its name in messages.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Part => "part",
            Self::Text => "text",
            Self::Logo => "logo",
            Self::Look => "look",
            Self::Release => "release",
            Self::OlderFlow => "older flow",
            Self::OlderPart => "part of the older flow",
            Self::OlderText => "text of the older flow",
            Self::ColdList => "cold list",
            Self::Labels => "labels",
        }
    }

    /// The file name under which its first input is attached to the check list.
    #[must_use]
    pub const fn attachment(self) -> &'static str {
        match self {
            Self::Flow => "flow.toml",
            Self::Part => "part.toml",
            Self::Text => "text.txt",
            Self::Logo => "logo.svg",
            Self::Look => "look.toml",
            Self::Release => "release.toml",
            Self::OlderFlow => "since.toml",
            Self::OlderPart => "since-part.toml",
            Self::OlderText => "since-text.txt",
            Self::ColdList => "cold.toml",
            Self::Labels => "labels.toml",
        }
    }

    /// True when a list has at most one input with this role.
    #[must_use]
    pub const fn stands_once(self) -> bool {
        match self {
            Self::Flow | Self::Look | Self::Release | Self::OlderFlow | Self::ColdList => true,
            Self::Part | Self::Text | Self::OlderPart | Self::OlderText | Self::Logo | Self::Labels => false,
        }
    }
}

/// A file that shapes the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is for.
    pub role: InputRole,
    /// Its path in the record, see [`recorded_path`]; empty for an input that comes from no file. A file that the flow names
    /// has the path by which it is named.
    pub path: String,
    /// The file name under which it is attached to the check list; no two inputs have the same.
    pub stored: String,
    /// Its content, byte by byte. When flags change the release, its content with the flags applied.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub digest: String,
}

/// The inputs of one list, in order of their roles; inputs with the same role stand in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs(Vec<Input>);

impl Inputs {
    /// Adds an input behind those with the same role. The first of a role is stored as [`InputRole::attachment`], as
    /// `flow.toml`; the name of each further one is numbered, as `flow-2.toml`.
    ///
    /// # Errors
    /// When the input is longer than [`TEXT_LIMIT`], or when one list can't carry so many inputs, or so many bytes of
    /// them. The list stays as it was.
    pub fn push(&mut self, role: InputRole, path: String, bytes: Vec<u8>) -> Result<&Input, Diagnostic> {
        let same = self.range(role);
        let mut name = role.attachment().to_owned();
        if role == InputRole::Logo && Path::new(&path).extension().is_some_and(|extension| extension == "png") {
            name = name.replace(".svg", ".png");
        }
        let stored = match (same.len() + 1, name.rsplit_once('.')) {
            (1, _) => name,
            (number, Some((stem, extension))) => format!("{stem}-{number}.{extension}"),
            (number, None) => format!("{name}-{number}"),
        };
        self.put(same.end..same.end, role, path, stored, bytes)
    }

    /// Adds an input behind those with the same role, under the name that a record gives it.
    ///
    /// # Errors
    /// The same as those of [`Self::push`].
    pub fn push_stored(
        &mut self,
        role: InputRole,
        path: String,
        stored: String,
        bytes: Vec<u8>,
    ) -> Result<&Input, Diagnostic> {
        let end = self.range(role).end;
        self.put(end..end, role, path, stored, bytes)
    }

    /// Makes this the only input with its role.
    ///
    /// # Errors
    /// The same as those of [`Self::push`].
    pub fn replace(&mut self, role: InputRole, path: String, bytes: Vec<u8>) -> Result<&Input, Diagnostic> {
        self.put(self.range(role), role, path, role.attachment().to_owned(), bytes)
    }

    /// The same inputs with these label files, each with its name, and no others.
    ///
    /// # Errors
    /// The same as those of [`Self::push`].
    pub fn with_labels(&self, files: &[(&str, &[u8])]) -> Result<Cow<'_, Self>, Diagnostic> {
        if files.is_empty() && self.of(InputRole::Labels).is_none() {
            return Ok(Cow::Borrowed(self));
        }
        let mut inputs = self.clone();
        inputs.0.retain(|input| input.role != InputRole::Labels);
        for (name, bytes) in files {
            inputs.push(InputRole::Labels, (*name).to_owned(), bytes.to_vec())?;
        }
        Ok(Cow::Owned(inputs))
    }

    /// Puts an input in the place of those in `range`, which may be empty.
    fn put(
        &mut self,
        range: Range<usize>,
        role: InputRole,
        path: String,
        stored: String,
        bytes: Vec<u8>,
    ) -> Result<&Input, Diagnostic> {
        if bytes.len() as u64 > TEXT_LIMIT {
            let name = if path.is_empty() { format!("the {}", role.noun()) } else { format!("`{path}`") };
            let message = format!("{name} is longer than {} MiB", TEXT_LIMIT >> 20);
            return Err(Diagnostic::error_nowhere("too-long", message));
        }
        let others = || self.0[..range.start].iter().chain(&self.0[range.end..]);
        room(others().count())?;
        if others().map(|input| input.bytes.len()).sum::<usize>() + bytes.len() > TOTAL_LIMIT {
            let most = TOTAL_LIMIT >> 20;
            return Err(too_many(format!("the files that shape this list are longer than {most} MiB together")));
        }
        let (at, digest) = (range.start, source::digest(&bytes));
        self.0.splice(range, [Input { role, path, stored, bytes, digest }]);
        Ok(&self.0[at])
    }

    /// The input that a flow names by a path, if it is there.
    #[must_use]
    pub fn named(&self, role: InputRole, path: &str) -> Option<&Input> {
        self.0[self.range(role)].iter().find(|input| input.path == path)
    }

    /// Tells whether there is room for one more input, before it is read.
    ///
    /// # Errors
    /// When one list can't carry more.
    pub fn room(&self) -> Result<(), Diagnostic> {
        room(self.0.len())
    }

    /// Where the inputs with a role stand.
    fn range(&self, role: InputRole) -> Range<usize> {
        self.0.partition_point(|input| input.role < role)..self.0.partition_point(|input| input.role <= role)
    }

    /// The first input of a role, if there is one.
    #[must_use]
    pub fn of(&self, role: InputRole) -> Option<&Input> {
        self.0.iter().find(|input| input.role == role)
    }

    /// Every input, in order of the roles.
    pub fn iter(&self) -> impl Iterator<Item = &Input> {
        self.0.iter()
    }

    /// The flow digest: SHA-256 of the flow's bytes; empty while there is no flow.
    #[must_use]
    pub fn flow_digest(&self) -> &str {
        self.of(InputRole::Flow).map_or("", |flow| &flow.digest)
    }
}

/// Whether a list with so many inputs can carry another one.
fn room(inputs: usize) -> Result<(), Diagnostic> {
    if inputs < MOST { Ok(()) } else { Err(too_many(format!("more than {MOST} files shape this list"))) }
}

fn too_many(message: String) -> Diagnostic {
    Diagnostic::error_nowhere(TOO_MANY, message).help("share fewer, longer files")
}

/// The path of an input in the record: relative to the flow's folder with `/` between its parts, or else the file's
/// name alone. So the record doesn't depend on where a build runs, and says nothing about the machine. Standard input
/// (`-`) has no path.
#[must_use]
pub fn recorded_path(input: &Path, flow: &Path) -> String {
    if input.as_os_str() == "-" {
        return String::new();
    }
    let below = flow.parent().and_then(|folder| input.strip_prefix(folder).ok()).unwrap_or(input);
    let is_plain = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let name = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    };
    if below.components().all(|part| is_plain(&part)) {
        below.components().filter_map(name).collect::<Vec<_>>().join("/")
    } else {
        input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use InputRole::{Flow, OlderFlow, OlderPart, Part, Release};

    fn stored(inputs: &Inputs) -> Vec<&str> {
        inputs.iter().map(|input| &*input.stored).collect()
    }

    #[test]
    fn inputs_stand_in_order_of_their_roles() {
        let mut inputs = Inputs::default();
        for (role, bytes) in [(OlderPart, "q"), (OlderFlow, "o"), (Release, "r"), (Flow, "f"), (Part, "p")] {
            assert_eq!(inputs.push(role, String::new(), bytes.into()).unwrap().bytes, bytes.as_bytes());
        }
        assert_eq!(
            inputs.iter().map(|input| input.role).collect::<Vec<_>>(),
            [Flow, Part, Release, OlderFlow, OlderPart]
        );
        assert_eq!(inputs.flow_digest(), source::digest(b"f"));
    }

    #[test]
    fn another_input_of_a_role_gets_a_name_of_its_own() {
        let mut inputs = Inputs::default();
        for (role, bytes) in [(Release, "1"), (OlderFlow, "o"), (Release, "2"), (Flow, "f"), (Release, "3")] {
            inputs.push(role, String::new(), bytes.into()).unwrap();
        }
        assert_eq!(stored(&inputs), ["flow.toml", "release.toml", "release-2.toml", "release-3.toml", "since.toml"]);
        let bytes: Vec<_> = inputs.iter().flat_map(|input| &input.bytes).copied().collect();
        assert_eq!(bytes, b"f123o");
        assert_eq!(inputs.of(Release).unwrap().bytes, b"1");
    }

    #[test]
    fn a_record_names_what_is_stored() {
        let mut inputs = Inputs::default();
        inputs.push_stored(Flow, String::new(), "a.toml".to_owned(), b"a".to_vec()).unwrap();
        assert_eq!(stored(&inputs), ["a.toml"]);
    }

    #[test]
    fn an_input_replaces_all_of_its_role() {
        let mut inputs = Inputs::default();
        for role in [Flow, Release, Release, OlderFlow] {
            inputs.push(role, "old".to_owned(), b"old".to_vec()).unwrap();
        }
        inputs.replace(Release, "new".to_owned(), b"new".to_vec()).unwrap();
        assert_eq!(stored(&inputs), ["flow.toml", "release.toml", "since.toml"]);
        let release = inputs.of(Release).unwrap();
        assert_eq!((&*release.path, &*release.bytes, &*release.digest), ("new", &b"new"[..], &*source::digest(b"new")));
        let mut inputs = Inputs::default();
        inputs.replace(OlderFlow, String::new(), Vec::new()).unwrap();
        assert_eq!(stored(&inputs), ["since.toml"]);
    }

    #[test]
    fn each_input_and_all_together_are_limited() {
        let whole = vec![b' '; 1 << 20];
        let mut inputs = Inputs::default();
        let refused = |fault: Result<&Input, Diagnostic>| {
            let fault = fault.unwrap_err();
            assert!(["too-long", TOO_MANY].contains(&fault.code), "{}", fault.code);
            fault.message
        };
        let longer = [&whole[..], b" "].concat();
        let fault = inputs.push(Flow, "x.toml".to_owned(), longer.clone());
        assert_eq!(refused(fault), "`x.toml` is longer than 1 MiB");
        assert_eq!(refused(inputs.replace(OlderFlow, String::new(), longer)), "the older flow is longer than 1 MiB");
        for _ in 0..8 {
            inputs.push(Release, String::new(), whole.clone()).unwrap();
        }
        assert!(refused(inputs.push(Flow, String::new(), b" ".to_vec())).ends_with("longer than 8 MiB together"));
        // What is replaced doesn't count.
        inputs.replace(Release, String::new(), whole).unwrap();

        let mut inputs = Inputs::default();
        for _ in 0..64 {
            inputs.push(Release, String::new(), Vec::new()).unwrap();
        }
        let before = inputs.clone();
        assert_eq!(refused(inputs.push(Flow, String::new(), Vec::new())), "more than 64 files shape this list");
        assert_eq!(inputs, before);
        inputs.replace(Release, String::new(), Vec::new()).unwrap();
    }

    #[test]
    fn the_record_says_no_path_of_the_machine() {
        for (input, flow, recorded) in [
            ("flow.toml", "flow.toml", "flow.toml"),
            ("flows/flow.toml", "flows/flow.toml", "flow.toml"),
            ("/home/ann/flow.toml", "/home/ann/flow.toml", "flow.toml"),
            ("./spring/x.release.toml", "./flow.toml", "spring/x.release.toml"),
            ("./x.release.toml", "flow.toml", "x.release.toml"),
            ("/home/ann/spring/x.release.toml", "/home/ann/flow.toml", "spring/x.release.toml"),
            ("/home/ann/x.release.toml", "flow.toml", "x.release.toml"),
            ("../x.release.toml", "flow.toml", "x.release.toml"),
            ("a/../../x.release.toml", "a/flow.toml", "x.release.toml"),
            ("-", "-", ""),
            ("x.release.toml", "-", "x.release.toml"),
            ("", "", ""),
        ] {
            assert_eq!(recorded_path(Path::new(input), Path::new(flow)), recorded, "{input} of {flow}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn the_record_says_no_drive_and_no_share() {
        for (input, flow, recorded) in [
            (r"C:\flows\flow.toml", r"C:\flows\flow.toml", "flow.toml"),
            (r"C:\flows\spring\x.release.toml", r"C:\flows\flow.toml", "spring/x.release.toml"),
            (r"D:x.release.toml", r"C:\flows\flow.toml", "x.release.toml"),
            (r"\\server\share\x.release.toml", "flow.toml", "x.release.toml"),
        ] {
            assert_eq!(recorded_path(Path::new(input), Path::new(flow)), recorded, "{input} of {flow}");
        }
    }
}
