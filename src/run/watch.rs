//! `runsheet watch`: builds flows again at each save of what they are made from, until the user ends it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::gather::{self, Gathered, Job};
use super::{Checker, Report, check, complete, files_of_one, flows, one, progress, summary, wrong_usage};
use crate::cli::BuildArgs;
use crate::cli::watch::WatchArgs;
use crate::files::{self, Snapshot, Watch, Watched};
use crate::view::labels;

/// The exit code of a program that its user stopped at once.
const STOPPED: i32 = 130;

/// So often flows are read before a build while what they name goes on changing.
const MOST_READINGS: usize = 3;

/// Builds every flow that `args` name, and again at each save. `tell` writes each report; when it can't, that is the end.
#[must_use]
pub fn watch(args: &WatchArgs, color: bool, tell: &mut dyn FnMut(&Report) -> io::Result<()>) -> Report {
    let args = &args.build;
    if args.flows.iter().any(|path| path.as_os_str() == "-") {
        return Report::for_people("", "error: standard input can't be watched\nhelp: name a file\n", 2);
    }
    let (mut watch, why) = Watch::start();
    if let Err(error) = on_end(watch.ender()) {
        return Report::for_people("", &format!("error: Ctrl-C couldn't be taken: {error}\n"), 1);
    }
    let mut hint =
        why.map(|why| format!("note: the system tells of no saves ({why}): files are looked at now and then\n"));
    let mut watched = Watched::default();
    let mut last: Option<Snapshot> = None;
    let mut has_waited = false;
    while !watch.is_ended() {
        // A save during the build, or before the system was asked to tell, is seen by the look that follows.
        let now = Snapshot::of(&watched);
        if last.as_ref() == Some(&now) {
            watch.wait();
        } else if last.as_ref().is_some_and(|last| now.lacks_what(last)) && !has_waited {
            // Many programs empty a file, or put it away, before they write it. One that stays so isn't waited for again.
            has_waited = true;
            watch.wait();
        } else {
            has_waited = false;
            let is_first = last.is_none();
            let (mut report, before) = built(args, color, &mut watched);
            if is_first && report.code == 2 {
                return report;
            }
            last = Some(before);
            watch.tell_of(&watched);
            report.stderr.insert_str(0, &hint.take().unwrap_or_default());
            if is_first {
                report.stdout.push_str("watching; Ctrl-C ends it\n");
            }
            if let Err(error) = tell(&report) {
                let is_closed = error.kind() == io::ErrorKind::BrokenPipe;
                return Report::exact(String::new(), "", u8::from(!is_closed));
            }
        }
    }
    Report::exact(String::new(), "", 0)
}

/// Lets Ctrl-C end the waiting, after the build that runs; a second one stops that, too, and leaves the last output whole.
fn on_end(end: impl Fn() + Send + 'static) -> Result<(), ctrlc::Error> {
    let is_ending = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if is_ending.swap(true, Ordering::Relaxed) {
            std::process::exit(STOPPED);
        }
        end();
    })
}

/// Builds every flow once. Gives the report, how everything looked before it was read, and in `watched` what that is.
fn built(args: &BuildArgs, color: bool, watched: &mut Watched) -> (Report, Snapshot) {
    let mut before = Snapshot::of(watched);
    let mut gathered = gather::gather(&args.flows, &args.release);
    for _ in 0..MOST_READINGS {
        let read = of_build(args, &gathered.jobs);
        if read == *watched {
            break;
        }
        // Only by reading it is known which files a flow names. They are looked at before they are read for good.
        *watched = read;
        before = Snapshot::of(watched);
        gathered = gather::gather(&args.flows, &args.release);
    }
    if let Some(stderr) = wrong_usage(&args.flows, &args.release, &files_of_one(args), gathered.jobs.len()) {
        return (Report::for_people("", &stderr, 2), before);
    }
    let settings = complete(&mut gathered, args);
    let configs = check::configs(&gathered.jobs, &mut gathered.loose);
    let checker = settings.as_ref().map(|settings| Checker::of_build(args, settings, configs));
    let Gathered { jobs, loose, .. } = gathered;
    let done = progress::watched(false, jobs.len(), |progress| {
        flows::each(jobs, |job| one(job, settings.as_ref(), args, checker.as_ref(), progress))
    });
    (summary::of_save(&done, &loose, color), before)
}

/// What the arguments name.
fn of_arguments(args: &BuildArgs) -> Watched {
    let mut watched = Watched::default();
    for path in &args.flows {
        watched.files.insert(path.clone());
        if files::is_folder(path) {
            watched.folders.insert((path.clone(), files::ENDING));
        }
    }
    let single = [&args.since, &args.cold].into_iter().flatten();
    watched.files.extend(args.release.files.iter().chain(&args.font).chain(single).cloned());
    if let Some(templates) = &args.templates {
        watched.folders.extend([templates.clone(), templates.join(labels::FOLDER)].map(|folder| (folder, "")));
    }
    watched
}

/// Everything that a build of these flows reads or looks for.
fn of_build(args: &BuildArgs, jobs: &[Job]) -> Watched {
    let mut watched = of_arguments(args);
    for job in jobs {
        watched.files.insert(job.path.clone());
        watched.files.extend(job.named.iter().cloned());
        watched.files.extend(files::config_places(&job.path));
        // A release may come in beside the flow.
        watched.folders.insert((files::folder_of(&job.path).to_owned(), files::ENDING));
    }
    watched
}
