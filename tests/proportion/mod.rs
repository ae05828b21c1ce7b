//! The work for a flow grows as the flow does: instructions are counted, not time.
//!
//! Each command runs under valgrind on flows of one, two and four times a size. Function by function, what the second doubling
//! adds is compared with what the first one added: twice as much when the work is in proportion, four times when it is quadratic.
//! So a scan that is quadratic shows even where the rest of the work hides it.
//!
//! That takes an optimized program, named in `RUNSHEET_COUNTED`; without it nothing is counted. To look at some families alone,
//! name them: `RUNSHEET_FAMILIES=text-ticks,items`.

mod families;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, thread};

use families::{FAMILIES, Family};

/// The smallest of the three sizes; the others are twice and four times as large.
const SIZE: usize = 50;

/// What the second doubling may add, in tenths of what the first one added. Sorting and searching a tree take a little more than
/// twice as much.
const MOST_GROWTH: u64 = 25;

/// So many instructions are noise: a table that grows, a page that begins. So is an eighth of what a function takes in all, since
/// whether a block of memory grows in place or is copied depends on what lies behind it.
const NOISE: u64 = 400_000;

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
fn superlinear([one, two, four]: &[Costs; 3]) -> Vec<String> {
    let of = |costs: &Costs, function: &str| costs.get(function).copied().unwrap_or(0);
    let mut found = Vec::new();
    for function in four.keys() {
        let counts = [one, two, four].map(|costs| of(costs, function));
        let (first, second) = (counts[1].saturating_sub(counts[0]), counts[2].saturating_sub(counts[1]));
        if second > first * MOST_GROWTH / 10 + NOISE + counts[2] / 8 {
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
    let run = command.arg(program).args(args).current_dir(folder).output().unwrap();
    let code = run.status.code();
    assert!(matches!(code, Some(0 | 1)), "{args:?}: {code:?} {}", String::from_utf8_lossy(&run.stderr));
    costs(&fs::read_to_string(&report).unwrap())
}

/// What a command does with the flows of one size, which stand in a folder.
fn cost(program: &Path, families: &[&Family], command: &str, size: usize) -> Costs {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("flows")).unwrap();
    for family in families {
        fs::write(folder.path().join(format!("flows/{}.toml", family.name)), family.flow(size)).unwrap();
    }
    let build = ["build", "flows", "-o", "out", "--start", "2026-03-02T20:00:00Z"];
    match command {
        "build" => counted(program, folder.path(), &build),
        "verify" => {
            Command::new(program).args(build).current_dir(folder.path()).output().unwrap();
            let list = |family: &&Family| format!("out/{}/checklist.pdf", family.name);
            let lists: Vec<String> =
                families.iter().map(list).filter(|list| folder.path().join(list).exists()).collect();
            let mut all = Costs::new();
            for list in &lists {
                for (function, count) in counted(program, folder.path(), &["verify", list]) {
                    *all.entry(function).or_default() += count;
                }
            }
            all
        }
        "fix" => counted(program, folder.path(), &["fix", "--dry-run", "flows"]),
        _ => counted(program, folder.path(), &[command, "flows"]),
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
    let mut told = String::new();
    for command in ["check", "build", "fix", "verify"] {
        let costs = thread::scope(|scope| {
            let run = |times| {
                scope.spawn({
                    let (program, families) = (&program, &families);
                    move || cost(program, families, command, SIZE * times)
                })
            };
            [1, 2, 4].map(run).map(|run| run.join().unwrap())
        });
        let totals = costs.each_ref().map(|costs| costs.values().sum::<u64>() / 1_000_000);
        eprintln!("{command}: {totals:?} million instructions");
        for function in superlinear(&costs) {
            let _ = writeln!(told, "{command}: {function}");
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
    assert_eq!(superlinear(&[at(100), at(200), at(400)]), ["quadratic: [1000000, 4000000, 16000000]"]);
}
