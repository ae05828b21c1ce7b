//! A flow that isn't finished: what was read, and what is asked about it.

use super::words::{cut, width};
use crate::chars::columns;

/// What must be asked, in English and in Chinese.
pub type AskWords = (&'static str, &'static str);

/// A question, and what of the document it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The words.
    pub question: AskWords,
    /// The document's own words behind it; may be empty.
    pub about: String,
}

impl Ask {
    /// A question alone.
    #[must_use]
    pub const fn new(question: AskWords) -> Self {
        Self { question, about: String::new() }
    }

    /// A question about some words.
    #[must_use]
    pub fn about(question: AskWords, about: &str) -> Self {
        Self { question, about: about.to_owned() }
    }
}

/// A command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftCommand {
    /// What to paste.
    pub run: String,
    /// What it is for, or where it is run.
    pub title: String,
    /// Its language.
    pub syntax: String,
    /// What comes out.
    pub shows: String,
    /// Whether a name in it is filled in.
    pub fill: bool,
    /// What is asked about it.
    pub asks: Vec<Ask>,
}

/// A step or task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftStep {
    /// How long before or after, where the step says it itself.
    pub lead: Option<(String, Vec<Ask>)>,
    /// What is done.
    pub action: String,
    /// The condition.
    pub condition: Option<(String, Vec<Ask>)>,
    /// What shows that it worked.
    pub expect: String,
    /// What is ticked one by one.
    pub items: Vec<String>,
    /// Its commands.
    pub commands: Vec<DraftCommand>,
    /// Whether one of its commands is used.
    pub pick: bool,
    /// Remarks.
    pub note: Vec<String>,
    /// What may be damaged.
    pub caution: Vec<String>,
    /// What may be lost for good.
    pub warning: Vec<String>,
    /// What is asked about the step as a whole.
    pub asks: Vec<Ask>,
    /// What no reader of the document saw.
    pub comments: Vec<String>,
}

/// A block of steps, or a group of tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftBlock {
    /// Its heading.
    pub title: String,
    /// How long before or after its tasks are done.
    pub lead: Option<(String, Vec<Ask>)>,
    /// Remarks before the steps.
    pub note: Vec<String>,
    /// What may be damaged.
    pub caution: Vec<String>,
    /// What may be lost for good.
    pub warning: Vec<String>,
    /// Its steps.
    pub steps: Vec<DraftStep>,
    /// What is asked about it.
    pub asks: Vec<Ask>,
    /// What no reader of the document saw.
    pub comments: Vec<String>,
}

/// Text that is no step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftAppendix {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub markdown: String,
    /// What is asked about it.
    pub asks: Vec<Ask>,
    /// What no reader of the document saw.
    pub comments: Vec<String>,
}

/// A flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub about: Vec<String>,
    /// What is asked about the document as a whole.
    pub asks: Vec<Ask>,
    /// When to roll back.
    pub when: Vec<String>,
    /// Before the day.
    pub cold: Vec<DraftBlock>,
    /// On the day.
    pub hot: Vec<DraftBlock>,
    /// The ways back.
    pub rollback: Vec<DraftBlock>,
    /// Afterwards.
    pub after: Vec<DraftBlock>,
    /// What is no step.
    pub appendix: Vec<DraftAppendix>,
    /// What no reader of the document saw.
    pub comments: Vec<String>,
}

/// The widest action, expected value, condition and heading, in columns: what is longer goes on in a note, which reaches over pages.
const WIDEST: usize = 400;
/// The widest caution or warning.
const WIDEST_NOTICE: usize = 800;
/// The most lines of output that stand beside a command, all commands of a step together.
const MOST_LINES: usize = 30;
/// How many columns of output stand on a line.
const COLUMNS: usize = 60;

/// How many lines an output takes.
#[must_use]
pub fn lines(shows: &str) -> usize {
    shows.lines().map(|line| 1 + width(line) / COLUMNS).sum()
}

impl DraftStep {
    /// Keeps to what fits on a page: the rest goes on in the note.
    pub fn fit(&mut self) {
        let mut rest = Vec::new();
        let mut keep = |words: &mut String, most: usize| {
            let (kept, left) = cut(words, most);
            if !left.is_empty() {
                rest.push(left);
            }
            *words = kept;
        };
        keep(&mut self.action, WIDEST);
        keep(&mut self.expect, WIDEST);
        if let Some((condition, _)) = &mut self.condition {
            keep(condition, WIDEST / 2);
        }
        self.items.iter_mut().for_each(|item| keep(item, WIDEST));
        self.commands.iter_mut().for_each(|command| keep(&mut command.title, WIDEST / 2));
        let mut shown = 0;
        for command in &mut self.commands {
            shown += lines(&command.shows);
            if shown > MOST_LINES && !command.shows.is_empty() {
                rest.push(std::mem::take(&mut command.shows));
            }
        }
        rest.append(&mut self.note);
        self.note = rest;
        fit_notices([&mut self.caution, &mut self.warning], &mut self.note);
    }
}

/// Keeps notices short enough for a page: the rest goes on in the note.
fn fit_notices(notices: [&mut Vec<String>; 2], note: &mut Vec<String>) {
    for notice in notices {
        let words = notice.join("\n");
        let mut height = 0;
        let end = words.char_indices().find(|(_, c)| {
            // A line break takes the rest of a line.
            height += if *c == '\n' { COLUMNS } else { columns(*c) };
            height > WIDEST_NOTICE
        });
        let Some((end, _)) = end else { continue };
        let (kept, left) = cut(&words, width(&words[..end]));
        *notice = vec![kept];
        note.insert(0, left);
    }
}

impl DraftBlock {
    /// Keeps to what fits on a page: the rest goes on in the note.
    pub fn fit(&mut self) {
        let (kept, left) = cut(&self.title, WIDEST / 2);
        self.title = kept;
        if !left.is_empty() {
            self.note.insert(0, left);
        }
        fit_notices([&mut self.caution, &mut self.warning], &mut self.note);
        self.steps.iter_mut().for_each(DraftStep::fit);
    }
}

/// The questions that are asked, in English and in Chinese.
pub mod ask {
    use super::AskWords;

    /// About `op`.
    pub const OP: AskWords =
        ("does it change something (write), or only look (read)?", "是改动（write），还是只查看（read）？");
    /// About the way out of a block.
    pub const FAILURE: AskWords = (
        "where does a step lead that fails: hold, rollback, abort?",
        "步骤失败时转到哪里：hold、rollback 还是 abort？",
    );
    /// About the time before the start.
    pub const LEAD: AskWords = ("how long before the start?", "提前多久做？");
    /// About the time after the end.
    pub const LAG: AskWords = ("how long after the end?", "结束之后多久做？");
    /// About a condition.
    pub const CONDITION: AskWords = ("when exactly is it done?", "到底什么情况下做？");
    /// About what is struck out.
    pub const STRUCK: AskWords = ("it is struck out in the document: is it still done?", "文档里划掉了：还做吗？");
    /// About a sentence that became a step.
    pub const SENTENCE: AskWords = ("a sentence of the document: is it a step?", "文档里的一句话：是一个步骤吗？");
    /// About a heading that became a step.
    pub const HEADING: AskWords =
        ("a heading of the document: is this what is done?", "文档里的标题：要做的就是这个吗？");
    /// About code that nothing calls a command.
    pub const COMMAND: AskWords = ("is this pasted?", "这是要粘贴的吗？");
    /// About what comes out.
    pub const SHOWS: AskWords = ("is this what comes out?", "这是命令的输出吗？");
    /// About what stands before a command.
    pub const ACTION: AskWords =
        ("the document doesn't say what the command does: what is done?", "文档没说这条命令做什么：要做什么？");
    /// About two ways to do the same.
    pub const PICK: AskWords = ("is one of these commands enough?", "这几条命令选一条即可吗？");
    /// About the part that is done before.
    pub const COLD: AskWords = ("is it done before the day?", "这部分在当天之前做吗？");
    /// About the part that is done afterwards.
    pub const AFTER: AskWords = ("is it done after the release?", "这部分在发布之后做吗？");
    /// About the way back.
    pub const ROLLBACK: AskWords = (
        "until which step is this way back open (valid-until), and which steps does it take back (from)?",
        "到哪一步为止还能这样回滚（valid-until）？各步撤销的是哪一步（from）？",
    );
    /// About a way back whose heading another one has, too.
    pub const SAME: AskWords = (
        "two headings of the document are called so: is this a way back of its own?",
        "文档里有两个同名的标题：这是另一种回滚办法吗？",
    );
    /// About remarks under the title.
    pub const NOTICE: AskWords = (
        "a note, caution or warning of this block stands under the document's title: for which steps does it hold?",
        "本块的备注、注意或警告在文档里写在标题下面：针对哪些步骤？",
    );
    /// About a box in a text that is no step.
    pub const BOX: AskWords = (
        "a caution or warning stands in it, far from the steps: for which one does it hold?",
        "里面有注意或警告，离步骤很远：针对哪一步？",
    );
    /// About tables and lists of HTML.
    pub const FLATTENED: AskWords = (
        "a table or list of HTML in the document became words, in `about`, a note or an appendix: are there steps in it?",
        "文档里的 HTML 表格或列表变成了 `about`、备注或附录里的文字：里面有要做的步骤吗？",
    );
    /// About a way back that is missing.
    pub const NO_ROLLBACK: AskWords = (
        "the document has no way back: how is the change undone ([[rollback]])?",
        "文档没有回滚办法：怎样撤销（[[rollback]]）？",
    );
    /// About who decides.
    pub const DECISION: AskWords =
        ("who decides on a rollback, and when ([decision])?", "谁决定回滚，在什么情况下（[decision]）？");
    /// About who decides, where the document says when.
    pub const DECIDER: AskWords = ("who decides?", "由谁决定？");
    /// About a list that isn't taken for steps.
    pub const APPENDIX: AskWords = ("are there steps in it?", "里面有要做的步骤吗？");
    /// About a value.
    pub const VALUE: AskWords = ("does each release fill it in? In the document:", "每次发布都要填写吗？文档里写作：");
    /// About characters that can't be printed.
    pub const GLYPHS: AskWords =
        ("no font has these characters, so their numbers stand for them:", "字库里没有这些字符，先写成编码：");
    /// About characters that nobody sees.
    pub const UNSEEN: AskWords = (
        "spaces and characters that can't be seen were replaced: is the command right?",
        "替换了看不见的字符和特殊空格：命令对吗？",
    );
    /// About a document without steps.
    pub const NOTHING: AskWords =
        ("the document has no list and no command: what are the steps?", "文档里没有列表和命令：步骤是什么？");
    /// About a document whose steps are all done before, afterwards or to go back.
    pub const NOTHING_HOT: AskWords = (
        "nothing in the document seems to be done on the day: what are the steps?",
        "文档里似乎没有当天要做的内容：步骤是什么？",
    );
    /// About the title.
    pub const TITLE: AskWords = ("the document has no title: what is it called?", "文档没有标题：叫什么？");
}
