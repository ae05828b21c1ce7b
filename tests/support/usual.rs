//! Flows as people write them: some blocks of a few to thirty steps, with what steps have, and nothing that is kept whole and
//! takes more than two fifths of a page. The same number always gives the same flow.

use std::fmt::Write as _;

use super::generate::Written;
use super::mutate::Chance;

/// Words of a language, from which texts are made.
struct Words {
    lang: &'static str,
    title: &'static str,
    actions: [&'static str; 8],
    results: [&'static str; 5],
    sentence: &'static str,
}

const WORDS: [Words; 2] = [
    Words {
        lang: "en",
        title: "Move the registry to other machines",
        actions: [
            "Stop the scheduler on both machines",
            "Open the switch in the console",
            "Compare the version with the one of the ticket",
            "Restart the services one after another, from the last to the first, and wait for each to be back",
            "Look at the board of connections",
            "Count the consumers",
            "Copy the data to the new machine, with the owner and the times of each file kept as they are on the old one",
            "Tell the channel that it goes on",
        ],
        results: [
            "on",
            "0 errors",
            "≥ 12",
            "the same as before",
            "a new line for each machine, and none for the old ones",
        ],
        sentence: "Connections are closed within ten minutes; until then the old machines go on answering. ",
    },
    Words {
        lang: "zh-CN",
        title: "把注册中心迁到新机器",
        actions: [
            "停掉两台机器上的定时任务",
            "在控制台打开开关",
            "核对版本和发布单一致",
            "从最后一台到第一台依次重启服务，每重启一台，等它重新注册成功、提供者数恢复以后，再重启下一台",
            "看连接数的图",
            "数一下消费者",
            "把数据复制到新机器，保持每个文件的属主和时间与旧机器上的一样，复制完以后核对文件的个数",
            "在群里说继续",
        ],
        results: ["开", "0 个错误", "≥ 12", "与之前相同", "每台新机器各一行，旧机器没有"],
        sentence: "连接在十分钟内断开，在此之前旧机器继续应答。",
    },
];

/// A flow that is being written.
struct Writer {
    chance: Chance,
    words: &'static Words,
    flow: String,
}

/// The flow of a number.
pub fn flow(number: u64) -> Written {
    let words = &WORDS[(number % 2) as usize];
    let mut writer = Writer { chance: Chance(number), words, flow: String::new() };
    writer.head();
    for _ in 0..writer.chance.next(4) {
        writer.task("cold", "lead");
    }
    for _ in 0..=writer.chance.next(4) {
        writer.block("hot");
    }
    if writer.some(3) {
        for _ in 0..=writer.chance.next(2) {
            writer.block("rollback");
        }
    }
    for _ in 0..writer.chance.next(4) {
        writer.task("after", "lag");
    }
    let known = "number = \"7\"\nstart = 2026-03-18T22:00:00+08:00\noperator = \"张三\"\nchecker = \"Jana Weiß\"\n";
    let known = if writer.some(2) { known } else { "" };
    Written { flow: writer.flow, release: format!("flow = \"usual\"\n{known}") }
}

impl Writer {
    /// Whether something is there that is there in so many of four flows.
    fn some(&mut self, of_four: usize) -> bool {
        self.chance.next(4) < of_four
    }

    fn push(&mut self, words: &str) {
        self.flow.push_str(words);
    }

    fn action(&mut self) -> &'static str {
        self.words.actions[self.chance.next(8)]
    }

    fn result(&mut self) -> &'static str {
        self.words.results[self.chance.next(5)]
    }

    fn sentences(&mut self, most: usize) -> String {
        self.words.sentence.repeat(1 + self.chance.next(most)).trim().to_owned()
    }

    fn list(&mut self, most: usize) -> String {
        let count = 1 + self.chance.next(most);
        let items: Vec<String> = (0..count)
            .map(|_| {
                let (action, result) = (self.action(), self.result());
                if self.some(2) { format!("'{action}'") } else { format!("{{ do = '{action}', expect = '{result}' }}") }
            })
            .collect();
        format!("[{}]", items.join(", "))
    }

    fn head(&mut self) {
        let Words { lang, title, .. } = self.words;
        let _ = writeln!(
            self.flow,
            "schema = 1\nid = 'usual'\ntitle = '{title}'\nlang = '{lang}'\ntimezone = 'Asia/Shanghai'\nrevision = '3'"
        );
        if self.some(2) {
            let about = self.sentences(3);
            let _ = writeln!(self.flow, "about = '{about}'");
        }
        for role in ["operator", "checker"] {
            let prepare = self.list(4);
            let _ = writeln!(self.flow, "[{role}]\nprepare = {prepare}");
        }
        let when = self.result();
        let _ = writeln!(
            self.flow,
            "[decision]\ndecider = 'ops'\nwhen = ['{when}']\nwindow-end = '23:30'\n[contacts.ops]\nname = 'Ops'\nphone = '1'\n\
             email = 'ops@example.com'\n[contacts.dba]\nname = 'DBA'\nphone = '2'\nemail = 'dba@example.com'"
        );
    }

    fn task(&mut self, name: &str, lead: &str) {
        let when = ["3 days", "1 day", "2 hours"][self.chance.next(3)];
        let _ = writeln!(self.flow, "[[{name}]]\n{lead} = '{when}'");
        if name == "cold" && self.some(2) {
            let (impact, ask) = (self.sentences(2), self.sentences(1));
            let _ = writeln!(self.flow, "notify = ['ops', 'dba']\nimpact = '{impact}'\nask = '{ask}'");
        }
        self.step();
    }

    fn block(&mut self, name: &str) {
        let title = self.action();
        let is_atomic = self.some(2);
        let _ = writeln!(self.flow, "[[{name}]]\ntitle = '{title}'\natomic = {is_atomic}");
        if name == "hot" && self.some(2) {
            self.push("on-failure = 'hold'\n");
        }
        if self.some(1) {
            let note = self.sentences(3);
            let _ = writeln!(self.flow, "note = '{note}'");
        }
        // An atomic block is kept whole.
        let count = 1 + self.chance.next(if is_atomic { 3 } else { 24 });
        for _ in 0..count {
            let _ = writeln!(self.flow, "[[{name}.step]]");
            if is_atomic {
                let action = self.words.actions[self.chance.next(3)];
                let _ = writeln!(self.flow, "op = 'write'\ndo = '{action}'");
            } else {
                self.step();
            }
        }
    }

    fn step(&mut self) {
        let op = ["read", "write"][self.chance.next(2)];
        let action = self.action();
        let _ = writeln!(self.flow, "op = '{op}'\ndo = '{action}'");
        if self.some(2) {
            let result = self.result();
            let _ = writeln!(self.flow, "expect = '{result}'");
        }
        match self.chance.next(12) {
            0 => {
                let items = self.list(5);
                let _ = writeln!(self.flow, "items = {items}");
            }
            1 | 2 => {
                let lines = "curl -fsS https://registry.example.com/health\n".repeat(1 + self.chance.next(8));
                let _ = writeln!(self.flow, "command = '''\n{lines}'''");
            }
            3 => {
                let note = self.sentences(4);
                let _ = writeln!(self.flow, "note = '{note}'");
            }
            4 => {
                let caution = self.sentences(2);
                let _ = writeln!(self.flow, "caution = '{caution}'");
            }
            5 => {
                let lines = format!("{}\n", self.words.sentence).repeat(1 + self.chance.next(9));
                let _ = writeln!(self.flow, "tell = {{ to = 'ops', message = '''\n{lines}''' }}");
            }
            6 => self.push("record = { name = 'v', label = 'Services', unit = '/s' }\n"),
            _ => {}
        }
    }
}
