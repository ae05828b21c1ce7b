//! Flows of any length, as a team would write them: in two languages, with checks, readings, routes and commands.

use std::fmt::Write;

/// A flow with this many hot steps, and a tenth of that in the rollback.
pub fn flow(steps: usize) -> String {
    let mut toml = String::from(HEAD);
    for index in 0..steps {
        if index % 20 == 0 {
            let part = index / 20 + 1;
            let _ = write!(
                toml,
                "[[hot]]\nid = \"part-{part}\"\ntitle = {{ zh-CN = \"第 {part} 部分\", en = \"Part {part}\" }}\n\
                 atomic = {}\non-failure = \"rollback\"\n\n",
                part % 2 == 0
            );
        }
        let server = index % 97;
        let _ = match (index, index % 5) {
            (0, _) => writeln!(toml, "[[hot.step]]\nid = \"first\"\nop = \"read\"\n{TAKE}"),
            (_, 0) => writeln!(toml, "[[hot.step]]\nop = \"read\"\n{COMPARE}"),
            (_, 1) => writeln!(
                toml,
                "[[hot.step]]\nop = \"write\"\ndo = {{ zh-CN = \"在 server-{server} 上停止服务，等待已有调用结束\", \
                 en = \"Stop the service on server-{server} and wait until running calls have ended\" }}\n\
                 command = \"systemctl stop registry@{server}\"\nminutes = 2"
            ),
            (_, 2) => writeln!(
                toml,
                "[[hot.step]]\nop = \"write\"\ndo = {{ zh-CN = \"把 server-{server} 升级到 **{{{{ version }}}}**\", \
                 en = \"Upgrade server-{server} to **{{{{ version }}}}**\" }}\n\
                 expect = {{ zh-CN = \"版本为 {{{{ version }}}}\", en = \"the version is {{{{ version }}}}\" }}\nminutes = 3\n\
                 caution = {{ zh-CN = \"不要同时升级两台\", en = \"Never upgrade two at once\" }}"
            ),
            (_, 3) => writeln!(toml, "[[hot.step]]\nop = \"read\"\ncheck = \"status\"\nminutes = 1"),
            _ => writeln!(
                toml,
                "[[hot.step]]\nop = \"read\"\ndo = {{ zh-CN = \"查看 server-{server} 的日志\", \
                 en = \"Look at the log of server-{server}\" }}\nexpect = {{ zh-CN = \"没有新的 Error\", \
                 en = \"no new errors\" }}\notherwise = {{ call = \"apps\", within = \"10 minutes\", then = \"rollback\" }}"
            ),
        };
        toml.push('\n');
    }
    toml.push_str(
        "[[rollback]]\nid = \"back\"\ntitle = { zh-CN = \"回滚操作\", en = \"Roll back\" }\natomic = true\n\n",
    );
    for index in 0..steps.div_ceil(10) {
        let _ = writeln!(
            toml,
            "[[rollback.step]]\nop = \"write\"\ndo = {{ zh-CN = \"恢复 server-{index} 上的旧版本 {{{{ previous }}}}\", \
             en = \"Restore the old version {{{{ previous }}}} on server-{index}\" }}\nminutes = 1\n"
        );
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

const TAKE: &str = r#"do = { zh-CN = "记录注册中心上的**数据**", en = "Record the **data** of the registry" }
take = "data""#;

const COMPARE: &str = r#"do = { zh-CN = "检查**数据**", en = "Compare the **data**" }
compare = "data"
minutes = 2
otherwise = { do = { zh-CN = "遗漏则联系应用", en = "Call whoever is missing" }, call = "apps", then = "rollback" }"#;

const HEAD: &str = r#"schema = 1
id = "generated"
title = { zh-CN = "注册中心发布", en = "Release of the registry" }
lang = ["zh-CN", "en"]
timezone = "Asia/Shanghai"

[values]
version = { label = { zh-CN = "新版本", en = "new version" }, example = "2.4.9" }
previous = { label = { zh-CN = "现在的版本", en = "version now" }, example = "2.4.8" }

[operator]
prepare = [{ zh-CN = "交出手机给检查者", en = "Hand the telephone to the checker" }]

[decision]
decider = "checker"
when = [{ zh-CN = "有未知连接", en = "Unknown connections" }]

[contacts.apps]
name = { zh-CN = "网站应用负责人", en = "Owners of the applications" }
email = ["apps@example.com"]

[readings.data]
title = { zh-CN = "注册中心上的数据", en = "Data of the registry" }
rows = [
  { item = { zh-CN = "机器", en = "Machines" }, record = "number" },
  { item = { zh-CN = "连接", en = "Connections" }, record = "number", relation = "within 5%" },
]

[checks.status]
title = { zh-CN = "检查状态", en = "Check the status" }
items = [
  { do = "Active Task", expect = { zh-CN = "没有", en = "none" } },
  { do = { zh-CN = "Error 日志", en = "Error log" }, expect = { zh-CN = "没有新的", en = "nothing new" } },
]

[[cold]]
lead = "3 days"
do = { zh-CN = "通知网站应用升级时间", en = "Tell the applications when" }
notify = ["apps"]

"#;
