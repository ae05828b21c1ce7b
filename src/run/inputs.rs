//! The files that shape the pages: the flow, its release, and the older flow that changes are marked against. The same
//! list is read, printed, attached to the check list, and read from there by `verify`.

use std::path::{Component, Path};

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::source;

/// The most inputs of a list.
pub const MOST: usize = 64;

/// The most bytes of all inputs of a list together.
const TOTAL_LIMIT: usize = 8 << 20;

/// What an input is for. The order is that of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The flow.
    Flow,
    /// Its release.
    Release,
    /// The older revision of the flow that changes are marked against.
    OlderFlow,
}

impl Role {
    /// Every role, in the order of the list.
    pub const ALL: [Self; 3] = [Self::Flow, Self::Release, Self::OlderFlow];

    /// Its name in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Release => "release",
            Self::OlderFlow => "older-flow",
        }
    }

    /// The file name under which it is attached to the check list.
    #[must_use]
    pub const fn attachment(self) -> &'static str {
        match self {
            Self::Flow => "flow.toml",
            Self::Release => "release.toml",
            Self::OlderFlow => "since.toml",
        }
    }
}

/// A file that shapes the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is for.
    pub role: Role,
    /// Its path in the record, see [`recorded_path`]; empty for an input that comes from no file.
    pub path: String,
    /// Its content, byte by byte. When flags change the release, its content with the flags applied.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub digest: String,
}

/// The inputs of one list, in order of their roles, with at most one for each role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs(Vec<Input>);

impl Inputs {
    /// Adds an input. It replaces one with the same role.
    ///
    /// # Errors
    /// When all inputs together have more bytes than one list can carry.
    pub fn put(&mut self, role: Role, path: String, bytes: Vec<u8>) -> Result<(), Diagnostic> {
        let at = self.0.partition_point(|input| input.role < role);
        let end = at + usize::from(self.0.get(at).is_some_and(|input| input.role == role));
        let others = self.0.iter().filter(|input| input.role != role);
        let total = others.map(|input| input.bytes.len()).sum::<usize>() + bytes.len();
        if total > TOTAL_LIMIT {
            let message = format!("the files that shape this list are longer than {} MiB together", TOTAL_LIMIT >> 20);
            return Err(Diagnostic::error_nowhere("too-long", message));
        }
        let digest = source::digest(&bytes);
        self.0.splice(at..end, [Input { role, path, bytes, digest }]);
        Ok(())
    }

    /// The input of a role, if there is one.
    #[must_use]
    pub fn of(&self, role: Role) -> Option<&Input> {
        self.0.iter().find(|input| input.role == role)
    }

    /// Every input, in order of the roles.
    pub fn iter(&self) -> impl Iterator<Item = &Input> {
        self.0.iter()
    }

    /// The flow digest: SHA-256 of the flow's bytes; empty while there is no flow.
    #[must_use]
    pub fn flow_digest(&self) -> &str {
        self.of(Role::Flow).map_or("", |flow| &flow.digest)
    }
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

    #[test]
    fn inputs_stand_in_order_of_their_roles_and_once_each() {
        let mut inputs = Inputs::default();
        for (role, bytes) in [(Role::OlderFlow, "o"), (Role::Release, "r"), (Role::Flow, "f"), (Role::Release, "s")] {
            inputs.put(role, String::new(), bytes.into()).unwrap();
        }
        assert_eq!(inputs.iter().map(|input| input.role).collect::<Vec<_>>(), Role::ALL);
        assert_eq!(inputs.of(Role::Release).unwrap().bytes, b"s");
        assert_eq!(inputs.flow_digest(), source::digest(b"f"));
    }

    #[test]
    fn inputs_are_limited_together() {
        let mut inputs = Inputs::default();
        inputs.put(Role::Flow, String::new(), vec![b' '; TOTAL_LIMIT - 1]).unwrap();
        inputs.put(Role::Release, String::new(), vec![b' ']).unwrap();
        let fault = inputs.put(Role::OlderFlow, String::new(), vec![b' ']).unwrap_err();
        assert!(fault.code == "too-long" && fault.message.contains("8 MiB together"), "{}", fault.message);
        // A replaced input doesn't count.
        inputs.put(Role::Flow, String::new(), vec![b' '; TOTAL_LIMIT - 1]).unwrap();
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
