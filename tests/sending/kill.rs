//! Runs that are killed at any moment: nothing is sent twice, and nothing is lost.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::project::header;
use super::real::{arrived, project, server};

/// How many runs are killed, unless `RUNSHEET_KILLS` says another number.
const KILLS: u32 = 30;

#[test]
fn a_run_that_is_killed_sends_nothing_twice_and_loses_nothing() {
    let Some(server) = server() else { return };
    let kills: u32 = std::env::var("RUNSHEET_KILLS").ok().map_or(KILLS, |count| count.parse().unwrap());
    let mut unknown = 0;
    let mut by_moment = BTreeMap::new();
    for round in 0..kills {
        let id = format!("kill-{round}");
        let project = project(server, &id, &["shop@example.test", "ruth@example.test", "ci@example.test"]);
        let mut run = project.command(&["--due", "--send"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Moments from the start of the program to its end, in no order.
        thread::sleep(Duration::from_millis(u64::from(round * 37 % 120)));
        let _ = run.kill();
        let was_killed = !run.wait().unwrap().success();
        *by_moment.entry((was_killed, project.outbox().len())).or_insert(0) += 1;
        // The next run sends the rest, and what isn't known stays so until somebody says that it is sent again.
        let said = project.mail(&["--due", "--send"]);
        let is_unknown = said.stderr.contains("nobody knows whether");
        assert_eq!(said.code, i32::from(is_unknown), "{}", said.stderr);
        assert!(said.stderr.matches("nobody knows whether").count() <= 1, "{}", said.stderr);
        for address in ["shop@example.test", "ruth@example.test", "ci@example.test"] {
            let is_lost = is_unknown && said.stderr.contains(&format!("to `{address}` arrived"));
            let count = arrived(server, &id, address).len();
            unknown += usize::from(is_lost);
            assert!(
                count == 1 || is_lost && count == 0,
                "{id} {address}: {count}\n{}\n{}",
                project.read(super::OUTBOX),
                said.stderr
            );
            if is_lost && count == 0 {
                project.done(&["--again", address, "--send"]);
                let mails = arrived(server, &id, address);
                assert_eq!(mails.len(), 1);
                assert_eq!(header(&mails[0], "Message-ID").unwrap().matches("announce").count(), 1);
            }
        }
    }
    println!("{kills} runs killed, {unknown} mails unknown; killed and lines of the outbox: {by_moment:?}");
}
