//! A folder with a flow, a release and a configuration, and what `runsheet publish` says there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A flow whose release says everything that pages differ by.
pub const FLOW: &str = "schema = 1\nid = 'minimal'\ntitle = 'Restart the registry'\nlang = 'en'\nrevision = '3'\n\
    [values]\nversion = 'Version'\n[[hot]]\ntitle = 'Restart'\n[[hot.step]]\nop = 'write'\n\
    do = 'Restart the registry at {{ version }}'\nexpect = 'active'\nundo = 'Restart it at the version before'\n";

/// Its release, far ahead.
pub const RELEASE: &str =
    "flow = 'minimal'\nnumber = '7'\nstart = 2999-03-02T20:00:00+08:00\nvalues = { version = '2.4.9' }\n";

/// A folder that runsheet runs in.
pub struct Project {
    folder: tempfile::TempDir,
    /// Variables of the environment.
    pub env: Vec<(String, String)>,
}

/// What a run said.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// The flow, its release, and a configuration.
    pub fn new(config: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), env: Vec::new() };
        project.write("flows/minimal.toml", FLOW);
        project.write("flows/minimal.release.toml", RELEASE);
        project.write("runsheet.toml", config);
        project
    }

    /// A project whose flow has another id, so that tests don't meet on one wiki, and which logs in there as `user`.
    pub fn on_wiki((kind, address): (&str, &str), (user, token): (&str, &str), id: &str) -> Self {
        let mut project = Self::new(&format!(
            "[publish.team]\nkind = '{kind}'\nurl = '{address}'\nuser = '{user}'\n\
             token = {{ env = 'WIKI_TOKEN' }}\nattach = ['chart', 'pdf']\n"
        ));
        project.edit("flows/minimal.toml", "id = 'minimal'", &format!("id = '{id}'"));
        project.edit("flows/minimal.release.toml", "flow = 'minimal'", &format!("flow = '{id}'"));
        project.env.push(("WIKI_TOKEN".to_owned(), token.to_owned()));
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes the text of a file.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name}: {text}");
        self.write(name, &text.replace(from, to));
    }

    /// The command `runsheet publish flows` with more arguments.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        command.args(["publish", "flows"]).args(args).current_dir(self.folder.path());
        command
            .envs(self.env.iter().cloned())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        command
    }

    /// Runs it.
    pub fn publish(&self, args: &[&str]) -> Said {
        said(&mut self.command(args))
    }

    /// The same, which must do its work without a word on standard error.
    pub fn published(&self, args: &[&str]) -> String {
        let Said { code, stdout, stderr } = self.publish(args);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        stdout
    }

    /// The same, which must refuse; gives what is on standard error.
    pub fn refused(&self, args: &[&str]) -> String {
        let Said { code, stdout, stderr } = self.publish(args);
        assert_eq!(code, 1, "{stdout}{stderr}");
        stderr
    }
}

/// Runs a command to its end.
pub fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// What git says in a repository; it must succeed.
pub fn git(repository: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]).args(args);
    let said = said(&mut command);
    assert_eq!(said.code, 0, "git {args:?}: {}", said.stderr);
    said.stdout
}

/// The states at the beginning of each line of a report, with the last word of the line.
pub fn states(report: &str) -> Vec<String> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        format!("{} {}", words[0], words[words.len() - 1])
    };
    let is_item = |line: &&str| line.starts_with("  ") && !line.starts_with("  note: ");
    report.lines().filter(is_item).map(line).collect()
}
