//! Makes flows of any length, as a team would write them: with checks, readings, routes, commands and cautions.

use std::fmt::Write;

/// Up to this many steps, each step is written in two languages and uses many keys. Longer flows are terse, or they
/// wouldn't fit into a file.
const LONGEST_FULL: usize = 2_000;

/// A flow with this many steps: one cold, about a tenth in the rollback, the others hot.
pub fn flow(steps: usize) -> String {
    let writer = Writer { full: steps <= LONGEST_FULL };
    let rollback = steps.div_ceil(10);
    let mut toml = writer.head();
    for index in 0..steps - rollback - 1 {
        if index % 20 == 0 {
            let part = index / 20 + 1;
            let title = writer.text(&format!("第 {part} 部分"), &format!("Part {part}"));
            let atomic = part % 2 == 0;
            let _ = writeln!(toml, "[[hot]]\ntitle = {title}\natomic = {atomic}\non-failure = \"rollback\"\n");
        }
        toml.push_str("[[hot.step]]\n");
        writer.step(&mut toml, index);
        toml.push('\n');
    }
    let title = writer.text("回滚操作", "Roll back");
    let _ = writeln!(toml, "[[rollback]]\ntitle = {title}\natomic = true\n");
    for index in 0..rollback {
        let action = writer.text(
            &format!("恢复 server-{index} 上的 {{{{ previous }}}}"),
            &format!("Restore {{{{ previous }}}} on server-{index}"),
        );
        let _ = writeln!(toml, "[[rollback.step]]\nop = \"write\"\ndo = {action}\nminutes = 1\n");
    }
    toml
}

/// A release of that flow.
pub const RELEASE: &str = r#"flow = "generated"
number = "2013-0042"
start = 2013-01-25T20:00:00+08:00
printed = 2013-01-25T15:02:00+08:00
operator = "张三"
checker = "李四"
values = { version = "2.4.9", previous = "2.4.8" }
"#;

/// Writes full steps in both languages, or terse steps in one.
struct Writer {
    full: bool,
}

impl Writer {
    fn text(&self, chinese: &str, english: &str) -> String {
        if self.full { format!("{{ zh-CN = \"{chinese}\", en = \"{english}\" }}") } else { format!("\"{chinese}\"") }
    }

    /// Writes a line only in a full flow.
    fn extra(&self, toml: &mut String, line: &str) {
        if self.full {
            toml.push_str(line);
            toml.push('\n');
        }
    }

    fn step(&self, toml: &mut String, index: usize) {
        let server = index % 97;
        let _ = match index % 5 {
            0 => {
                let (verb, action) = if index == 0 {
                    ("take", self.text("记录注册中心上的**数据**", "Record the **data** of the registry"))
                } else {
                    ("compare", self.text("检查**数据**", "Compare the **data**"))
                };
                writeln!(toml, "op = \"read\"\ndo = {action}\n{verb} = \"data\"")
            }
            1 => {
                let action = self.text(
                    &format!("在 server-{server} 上停止服务"),
                    &format!("Stop the service on server-{server} and wait until running calls have ended"),
                );
                self.extra(toml, "minutes = 2");
                writeln!(toml, "op = \"write\"\ndo = {action}\ncommand = \"systemctl stop registry@{server}\"")
            }
            2 => {
                let action = self.text(
                    &format!("把 server-{server} 升级到 **{{{{ version }}}}**"),
                    &format!("Upgrade server-{server} to **{{{{ version }}}}**"),
                );
                let caution = self.text("不要同时升级两台", "Never upgrade two at once");
                self.extra(toml, &format!("caution = {caution}\nminutes = 3"));
                writeln!(toml, "op = \"write\"\ndo = {action}\nexpect = \"{{{{ version }}}}\"")
            }
            3 => writeln!(toml, "op = \"read\"\ncheck = \"status\""),
            _ => {
                let action =
                    self.text(&format!("查看 server-{server} 的日志"), &format!("Look at the log of server-{server}"));
                let expect = self.text("没有新的", "nothing new");
                self.extra(toml, "otherwise = { call = \"apps\", within = \"10 minutes\", then = \"rollback\" }");
                writeln!(toml, "op = \"read\"\ndo = {action}\nexpect = {expect}")
            }
        };
    }

    fn head(&self) -> String {
        let text = |chinese: &str, english: &str| self.text(chinese, english);
        let mut toml = String::from("schema = 1\nid = \"generated\"\ntimezone = \"Asia/Shanghai\"\n");
        toml.push_str("mail-from = \"Release team <release@example.com>\"\n");
        toml.push_str(if self.full { "lang = [\"zh-CN\", \"en\"]\n" } else { "lang = \"zh-CN\"\n" });
        let lines = [
            ("title = ", text("注册中心发布", "Release of the registry")),
            ("[values]\nversion = ", text("新版本", "new version")),
            ("previous = ", text("现在的版本", "version now")),
            ("[decision]\ndecider = \"checker\"\nwhen = ", text("有未知连接", "Unknown connections")),
            (
                "[contacts.apps]\nemail = \"apps@example.com\"\nname = ",
                text("网站应用负责人", "Owners of applications"),
            ),
            ("[readings.data]\ntitle = ", text("注册中心上的数据", "Data of the registry")),
            ("[[readings.data.rows]]\nrecord = \"number\"\nitem = ", text("机器", "Machines")),
            ("[[readings.data.rows]]\nrelation = \"within 5%\"\nitem = ", text("连接", "Connections")),
            ("[checks.status]\ntitle = ", text("检查状态", "Check the status")),
            ("[[checks.status.items]]\nexpect = \"0\"\ndo = ", text("Active Task", "Active tasks")),
            ("[[checks.status.items]]\nexpect = \"0\"\ndo = ", text("新的 Error 日志", "New errors in the log")),
            ("[[cold]]\nlead = \"3 days\"\nnotify = [\"apps\"]\ndo = ", text("通知升级时间", "Tell them when")),
        ];
        for (key, value) in lines {
            let _ = writeln!(toml, "{key}{value}");
        }
        toml.push('\n');
        toml
    }
}
