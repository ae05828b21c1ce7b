//! The work for a flow grows as the flow does: instructions are counted, not time.
//!
//! Each command runs under valgrind on flows of one, two and four times a size. Function by function, what the second doubling
//! adds is compared with what the first one added: twice as much when the work is in proportion, four times when it is quadratic.
//! So a scan that is quadratic shows even where the rest of the work hides it.
//!
//! That takes an optimized program, named in `RUNSHEET_COUNTED`; without it nothing is counted. To look at some families alone,
//! name them: `RUNSHEET_FAMILIES=text-ticks,items`.

mod families;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs, thread};

use families::{DOCUMENTS, FAMILIES, Family, PRINTED};

/// The smallest of the three sizes; the others are twice and four times as large. No list gets a hundred pages: one that
/// needs more digits in its page numbers than expected is laid out twice.
const SIZE: usize = 40;

/// What the second doubling may multiply the work of a function by, and what it may add, both in tenths: of what there was, and
/// of what the first doubling added. Sorting and searching a tree take a little more than twice as much. Both are looked at, since
/// a family whose larger flows are refused adds nothing at one doubling, and a fixed part hides how the rest grows.
const MOST_GROWTH: u64 = 25;

/// So many instructions are noise: a table that grows, a page that begins.
const NOISE: u64 = 400_000;

/// The same for what clears and copies memory: tables double, so it happens at sizes of their own, and not at the same ones each time.
const MEMORY_NOISE: u64 = 2_000_000;

/// Functions that are quadratic up to a size, and in proportion beyond it.
const BOUNDED: [&str; 1] = [
    // `similar` stops looking for the shortest edit script after 256 steps.
    "similar::algorithms::myers::find_middle_snake",
];

/// The instructions of each function.
type Costs = BTreeMap<String, u64>;

/// Reads the report of cachegrind: a line `fn=NAME`, then lines of a line number and its instructions.
fn costs(report: &str) -> Costs {
    let mut costs = Costs::new();
    let mut function = "";
    for line in report.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = name;
        } else if line.starts_with(|c: char| c.is_ascii_digit())
            && let Some(count) = line.split(' ').nth(1).and_then(|count| count.parse::<u64>().ok())
        {
            *costs.entry(function.to_owned()).or_default() += count;
        }
    }
    costs
}

/// The functions whose work grows faster than the input, from the costs at one, two and four times a size.
fn superlinear([one, two, four]: [&Costs; 3]) -> Vec<String> {
    let of = |costs: &Costs, function: &str| costs.get(function).copied().unwrap_or(0);
    let mut found = Vec::new();
    for function in four.keys().filter(|function| !BOUNDED.iter().any(|bounded| function.starts_with(bounded))) {
        let counts = [one, two, four].map(|costs| of(costs, function));
        let (first, second) = (counts[1].saturating_sub(counts[0]), counts[2].saturating_sub(counts[1]));
        // Work may fall first: a chart is tried at several densities only as long as it may fit on one page.
        let most = counts[0].max(counts[1]);
        let noise = if function.starts_with("__mem") { MEMORY_NOISE } else { NOISE };
        if second > first * MOST_GROWTH / 10 + noise && counts[2] > most * MOST_GROWTH / 10 {
            found.push(format!("{function}: {counts:?}"));
        }
    }
    found
}

/// Runs a command under cachegrind.
fn counted(program: &Path, folder: &Path, args: &[&str]) -> Costs {
    let report = folder.join("report");
    let mut command = Command::new("valgrind");
    command.args(["-q", "--tool=cachegrind", "--cache-sim=no"]);
    command.arg(format!("--cachegrind-out-file={}", report.display()));
    // Threads that wait for work count instructions too.
    command.env("RAYON_NUM_THREADS", "1");
    let run = command.arg(program).args(args).current_dir(folder).output().unwrap();
    let code = run.status.code();
    assert!(matches!(code, Some(0 | 1)), "{args:?}: {code:?} {}", String::from_utf8_lossy(&run.stderr));
    costs(&fs::read_to_string(&report).unwrap())
}

/// What is run: a command on the flows of every family, or on those of one after another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Check,
    Build,
    Fix,
    /// Builds a list of a flow, marked against an older revision with another text in every step.
    Since,
    /// Looks at that list.
    Verify,
    /// Makes a flow of a document.
    Import,
}

impl Task {
    /// Those that take longest come first, so that none of them is left to run alone.
    const ALL: [Self; 6] = [Self::Build, Self::Check, Self::Since, Self::Verify, Self::Import, Self::Fix];

    const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Build => "build",
            Self::Fix => "fix",
            Self::Since => "build --since",
            Self::Verify => "verify",
            Self::Import => "import",
        }
    }

    /// What it does with the flows of one size.
    fn cost(self, program: &Path, families: &[&Family], size: usize) -> Costs {
        let folder = tempfile::tempdir().unwrap();
        let (folder, mut all) = (folder.path(), Costs::new());
        fs::create_dir(folder.join("flows")).unwrap();
        for family in families {
            fs::write(folder.join(format!("flows/{}.toml", family.name)), family.flow(size)).unwrap();
        }
        let single = families.iter().filter(|family| PRINTED.contains(&family.name));
        let start = ["--start", "2026-03-02T20:00:00Z"];
        match self {
            Self::Check => return counted(program, folder, &["check", "flows"]),
            Self::Fix => return counted(program, folder, &["fix", "--dry-run", "flows"]),
            Self::Build => return counted(program, folder, &[&["build", "flows", "-o", "out"], &start[..]].concat()),
            Self::Since => {
                for family in single {
                    let flow = format!("flows/{}.toml", family.name);
                    let other = |words: String, key| words.replace(&format!("{key} = '"), &format!("{key} = 'Then "));
                    let older = ["do", "title", "ask"].into_iter().fold(family.flow(size), other);
                    fs::write(folder.join("older.toml"), older).unwrap();
                    let args = ["build", &flow, "--since", "older.toml", "-o", "out"];
                    add(&mut all, counted(program, folder, &[&args, &start[..]].concat()));
                }
            }
            Self::Import => {
                for (name, pattern, times) in DOCUMENTS {
                    let document = format!("{name}.md");
                    fs::write(folder.join(&document), format!("# Release\n\n{}", pattern.repeat(size * times)))
                        .unwrap();
                    add(&mut all, counted(program, folder, &["import", &document]));
                }
            }
            Self::Verify => {
                for family in single {
                    let flow = format!("flows/{}.toml", family.name);
                    let args = ["build", &flow, "--only", "pdf", "-o", "out"];
                    let built = Command::new(program).args(args).args(start).current_dir(folder).output().unwrap();
                    assert!(built.status.success(), "{flow}: {}", String::from_utf8_lossy(&built.stderr));
                    let list = format!("out/{}/checklist.pdf", family.name);
                    add(&mut all, counted(program, folder, &["verify", &list]));
                }
            }
        }
        all
    }
}

fn add(all: &mut Costs, more: Costs) {
    for (function, count) in more {
        *all.entry(function).or_default() += count;
    }
}

#[test]
fn work_grows_as_the_flow_does() {
    let Some(program) = env::var_os("RUNSHEET_COUNTED").map(PathBuf::from) else {
        eprintln!("instructions aren't counted: RUNSHEET_COUNTED names no optimized program");
        return;
    };
    let named = env::var("RUNSHEET_FAMILIES").unwrap_or_default();
    let is_named = |family: &&Family| named.is_empty() || named.split(',').any(|name| name == family.name);
    let families: Vec<&Family> = FAMILIES.iter().filter(is_named).collect();
    assert!(!families.is_empty(), "no family is called {named}");
    let runs = Task::ALL.iter().flat_map(|task| [4, 2, 1].map(|times| (*task, times)));
    let waiting = Mutex::new(runs.collect::<VecDeque<_>>());
    let done: Mutex<Vec<((Task, usize), Costs)>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                loop {
                    let Some((task, times)) = waiting.lock().unwrap().pop_front() else { break };
                    let costs = task.cost(&program, &families, SIZE * times);
                    done.lock().unwrap().push(((task, times), costs));
                }
            });
        }
    });
    let done = done.into_inner().unwrap();
    let mut told = String::new();
    for task in Task::ALL {
        let costs = [1, 2, 4].map(|times| &done.iter().find(|(run, _)| *run == (task, times)).unwrap().1);
        let totals = costs.map(|costs| costs.values().sum::<u64>() / 1_000_000);
        eprintln!("{}: {totals:?} million instructions", task.name());
        for function in superlinear(costs) {
            let _ = writeln!(told, "{}: {function}", task.name());
        }
    }
    assert!(told.is_empty(), "more than in proportion:\n{told}");
}

#[test]
fn a_quadratic_function_is_told_from_one_in_proportion() {
    let at = |size: u64| {
        let report =
            format!("fl=a\nfn=linear\n1 {}\n2 500\nfn=quadratic\n7 {}\nsummary: 1\n", size * 90_000, size * size * 100);
        costs(&report)
    };
    assert_eq!(at(100)["linear"], 9_000_500);
    assert_eq!(superlinear([&at(100), &at(200), &at(400)]), ["quadratic: [1000000, 4000000, 16000000]"]);
    let counts = [1_059_374, 394_622, 1_134_344].map(|count| Costs::from([("falls first".to_owned(), count)]));
    assert_eq!(superlinear(counts.each_ref()), [""; 0]);
    let cleared = |name: &str| [643_041, 984_107, 2_501_510].map(|count| Costs::from([(name.to_owned(), count)]));
    assert_eq!(superlinear(cleared("__memset_avx2_unaligned_erms").each_ref()), [""; 0]);
    assert_eq!(superlinear(cleared("a function").each_ref()).len(), 1);
}
