//! A folder with a flow, a release and a configuration, and what `runsheet mail` says there. Dates are counted from today.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::{ToSpan as _, Zoned};

/// A flow that tells a shop three days before and the day before. `{}` are the addresses of the shop.
const FLOW: &str = "schema = 1\nid = 'upgrade'\ntitle = 'Upgrade'\nlang = 'en'\ntimezone = 'UTC'\nowner = 'Team'\n\
    mail-from = 'Team <ci@example.test>'\n[values]\nversion = 'Version'\n\
    [contacts.shop]\nname = 'Shop'\nemail = [{}]\n\
    [[cold]]\nid = 'announce'\nlead = '3 days'\ndo = 'Tell the shop'\nnotify = 'shop'\nimpact = 'It is slow.'\n\
    [[cold]]\nid = 'remind'\nlead = '1 day'\ndo = 'Remind the shop'\nnotify = 'shop'\n\
    [[hot]]\ntitle = 'Restart'\non-failure = 'hold'\n[[hot.step]]\nop = 'write'\nminutes = 20\ndo = 'Restart it at {{ version }}'\n\
    [[after]]\nid = 'sorry'\nlag = '0 days'\ndo = 'Tell the shop'\nnotify = 'shop'\nimpact = 'Nothing has changed.'\noutcome = 'rolled-back'\n";

/// The name of the release file and of its outbox.
pub const RELEASE: &str = "flows/upgrade.release.toml";
pub const OUTBOX: &str = "flows/upgrade.release.outbox";

pub struct Project {
    folder: tempfile::TempDir,
    /// Variables of the environment.
    pub env: Vec<(String, String)>,
}

pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The day that is so many days from now.
pub fn day(days: i32) -> String {
    let today = Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC);
    today.checked_add(days.days()).unwrap().date().to_string()
}

impl Project {
    /// A flow that writes to these addresses of the shop, in so many days, by this server.
    pub fn new(config: &str, addresses: &[&str], days: i32) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), env: Vec::new() };
        let addresses: Vec<String> = addresses.iter().map(|one| format!("'{one}'")).collect();
        let flow = FLOW.replace("[{}]", &format!("[{}]", addresses.join(", ")));
        project.write("flows/upgrade.toml", &flow);
        project.write(RELEASE, &release("7", days));
        project.write("runsheet.toml", config);
        project
    }

    /// The same with a server that needs no login.
    pub fn on_port(port: u16, addresses: &[&str], days: i32) -> Self {
        Self::new(&format!("[mail]\nsmtp = 'smtp://127.0.0.1:{port}'\n"), addresses, days)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name}: {text}");
        self.write(name, &text.replace(from, to));
    }

    /// `runsheet mail flows` with more arguments.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        command.args(["mail", "flows"]).args(args).current_dir(self.folder.path()).envs(self.env.iter().cloned());
        command
    }

    pub fn mail(&self, args: &[&str]) -> Said {
        let output = self.command(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The same, which must do its work without a word on standard error.
    pub fn done(&self, args: &[&str]) -> String {
        let Said { code, stdout, stderr } = self.mail(args);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        stdout
    }

    /// The same for a list in which something is blocked: it says so, and so does the exit code.
    pub fn blocked(&self, args: &[&str]) -> String {
        let Said { code, stdout, stderr } = self.mail(args);
        assert_eq!((code, stderr.as_str()), (1, ""), "{stdout}");
        assert!(stdout.contains("  blocked: "), "{stdout}");
        stdout
    }

    /// The same, which must refuse; gives what is on standard error.
    pub fn refused(&self, args: &[&str]) -> String {
        let Said { code, stdout, stderr } = self.mail(args);
        assert_eq!(code, 1, "{stdout}{stderr}");
        stderr
    }

    /// What happened, as the outbox says: each line's `what`, with the address where it has one.
    pub fn outbox(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path(OUTBOX)).unwrap_or_default();
        let line = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let to = line["to"].as_str().map(|to| format!(" {to}")).unwrap_or_default();
            format!("{}{to}", line["what"].as_str().unwrap())
        };
        text.lines().skip(1).map(line).collect()
    }
}

/// A release with a number, so many days from now.
pub fn release(number: &str, days: i32) -> String {
    format!(
        "flow = 'upgrade'\nnumber = '{number}'\nstart = {}T23:30:00Z\noperator = 'Ann'\nvalues = {{ version = '2.4.9' }}\n",
        day(days)
    )
}

/// The mails in a folder, in the order of their names, as another library reads them.
pub fn mails_in(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A header of a mail.
pub fn header(mail: &[u8], name: &str) -> Option<String> {
    let message = mail_parser::MessageParser::default().parse(mail).unwrap();
    message.header_raw(name).map(|value| value.trim().replace("\r\n", ""))
}

/// The subject of a mail.
pub fn subject(mail: &[u8]) -> String {
    mail_parser::MessageParser::default().parse(mail).unwrap().subject().unwrap().to_owned()
}

/// The text of a mail.
pub fn text(mail: &[u8]) -> String {
    mail_parser::MessageParser::default().parse(mail).unwrap().body_text(0).unwrap().into_owned()
}
