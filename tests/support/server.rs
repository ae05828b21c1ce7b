//! Real servers on this machine, each on a free port, from its script in `tests/servers`. They end with the tests, however those end.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    child: Child,
    folder: tempfile::TempDir,
    /// Where it listens.
    pub port: u16,
}

impl Server {
    /// Starts `tests/servers/NAME.sh`, which needs some programs. `None` where one of them isn't installed, and nobody says that
    /// this is CI.
    pub fn start(name: &str, needs: &[&str]) -> Option<Self> {
        Self::start_with(name, needs, &[])
    }

    /// The same with variables of the environment.
    pub fn start_with(name: &str, needs: &[&str], env: &[(&str, &str)]) -> Option<Self> {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let is_there = |program: &&&str| {
            Path::new(program).exists() || std::env::split_paths(&folders).any(|folder| folder.join(program).exists())
        };
        let missing: Vec<_> = needs.iter().filter(|program| !is_there(program)).collect();
        if !missing.is_empty() {
            assert!(std::env::var_os("CI").is_none(), "{name}: {missing:?} must be installed, see .ci/run");
            eprintln!("skipped: the server `{name}` needs {missing:?}, see .ci/run");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let log = File::create(folder.path().join("log")).expect("a log");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/servers/{name}.sh"));
        let mut command = Command::new("bash");
        command.envs(env.iter().copied());
        command.arg(script).arg(folder.path()).arg(port.to_string()).stdin(Stdio::piped());
        // A group of its own: a server may leave workers behind.
        command.stdout(log.try_clone().expect("a log")).stderr(log).process_group(0);
        let child = command.spawn().expect("bash");
        let mut server = Self { child, folder, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.child.try_wait().expect("a child");
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "{name} doesn't start: {}", server.log());
            thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    /// A file in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of this pipe ends it. A server of several tests isn't dropped; there the system closes the pipe.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
