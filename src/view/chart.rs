//! The flow chart: steps, what follows what, and the ways out, as a graph and in Mermaid's words.
//!
//! Words are shortened here, so a chart never stands in for the steps themselves.

mod drawn;

pub use self::drawn::{ChartBlock, Exit, FlowChart, Form, Node as ChartNode, To, flow_chart};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::labels::{Labels, fill};
use crate::plan::{Block, Op, Plan, Step, StepIx, Then, WayOut};
use crate::text::Text;

/// Width of a label, in columns: a Han character takes two.
const LABEL: usize = 48;

/// What GitHub draws at most: characters and edges.
const MOST: (usize, usize) = (50_000, 500);

/// Steps and what follows what. A block that is repeated stands here once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// The blocks, hot ones first.
    pub groups: Vec<Group>,
    /// What isn't in a block: where it begins and where it may end.
    pub ends: Vec<Node>,
    /// What follows what.
    pub edges: Vec<Edge>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Unique: letters and digits.
    pub id: String,
    /// Its heading, and the elements that it is repeated for.
    pub label: String,
    /// Its steps.
    pub nodes: Vec<Node>,
}

/// A step, or an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Unique: letters and digits, such as `s4` and `sR1`.
    pub id: String,
    /// Number, read or write, and action, shortened.
    pub label: String,
    /// What it looks like.
    pub shape: Shape,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Changes nothing.
    Read,
    /// Leaves something changed.
    Write,
    /// Somebody decides.
    Decision,
    /// Where it begins or ends.
    End,
}

/// One thing that follows another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Id of a node, or of a group for what holds in all of it.
    pub from: String,
    /// Id of a node.
    pub to: String,
    /// On which condition.
    pub label: Option<String>,
    /// True for a way out, false for the way ahead.
    pub way_out: bool,
}

/// The chart of a plan.
#[must_use]
pub fn graph(plan: &Plan) -> Graph {
    let labels = Labels::of(&plan.lang);
    let mut chart = Builder {
        plan,
        labels,
        first_of: first_of_each(plan),
        graph: Graph { groups: Vec::new(), ends: Vec::new(), edges: Vec::new() },
        ends: BTreeSet::new(),
    };
    let begin = chart.end("begin");
    for (blocks, end) in [(&plan.hot, "end"), (&plan.rollback, "rolled-back")] {
        let mut before = (end == "end").then(|| begin.clone());
        // Each block of ours, with the elements that it is repeated for.
        let mut own: Vec<(&Block, Vec<&str>)> = Vec::new();
        for block in blocks {
            let element = block.instance.as_ref().map(|instance| instance.name.as_str());
            match own.last_mut() {
                Some((first, elements)) if first.span == block.span => elements.extend(element),
                _ => own.push((block, element.into_iter().collect())),
            }
        }
        for (index, (block, elements)) in own.iter().enumerate() {
            let next = match own.get(index + 1) {
                Some((next, _)) if end == "end" => chart.id(StepIx(next.steps.start)),
                _ => chart.end(end),
            };
            if let Some(before) = before.take() {
                chart.edge(before, chart.id(StepIx(block.steps.start)), None, false);
            }
            chart.block(block, elements, &next);
        }
    }
    chart.graph
}

/// For each step, the one that stands for it: its own, or the same in the first element of a list.
fn first_of_each(plan: &Plan) -> Vec<usize> {
    let mut first_of: Vec<usize> = (0..plan.steps.len()).collect();
    let mut firsts = BTreeMap::new();
    for block in plan.hot.iter().chain(&plan.rollback) {
        let first = *firsts.entry(block.span).or_insert(block.steps.start);
        for (offset, step) in block.steps.clone().enumerate() {
            first_of[step] = first + offset;
        }
    }
    first_of
}

struct Builder<'a> {
    plan: &'a Plan,
    labels: &'a Labels,
    first_of: Vec<usize>,
    graph: Graph,
    ends: BTreeSet<String>,
}

impl Builder<'_> {
    fn label(&self, name: &str) -> String {
        self.labels.chart(name).to_owned()
    }

    fn edge(&mut self, from: String, to: String, label: Option<String>, way_out: bool) {
        self.graph.edges.push(Edge { from, to, label, way_out });
    }

    /// The node of an end, made when it is first needed.
    fn end(&mut self, name: &str) -> String {
        // Not the bare name: Mermaid takes `end` for itself.
        let id = format!("e{}", name.replace('-', ""));
        if self.ends.insert(id.clone()) {
            let label = self.label(name);
            self.graph.ends.push(Node { id: id.clone(), label, shape: Shape::End });
        }
        id
    }

    fn id(&self, step: StepIx) -> String {
        let number = &self.plan.step(StepIx(self.first_of[step.0])).number;
        let letter = number.letter.map_or_else(String::new, String::from);
        format!("s{letter}{}", number.number)
    }

    fn block(&mut self, block: &Block, elements: &[&str], next: &str) {
        let common = &self.labels.common;
        let mut title = block.letter.map_or_else(String::new, |letter| format!("{letter} "));
        title.push_str(&words(&block.title));
        let mut more: Vec<String> = Vec::new();
        more.extend(block.atomic.then(|| self.label("atomic")));
        if !elements.is_empty() {
            more.push(fill(&self.label("each"), &[("names", &shorten(&elements.join(&common.list)))]));
        }
        let mut label = shorten(&title);
        if !more.is_empty() {
            let _ = write!(label, "{}{}{}", common.open, more.join(&common.semicolon), common.close);
        }
        let id = format!("b{}", self.graph.groups.len());
        let nodes = self.plan.block_steps(block).map(|(index, step)| self.node(index, step)).collect();
        self.graph.groups.push(Group { id: id.clone(), label, nodes });
        let mut inherited = BTreeSet::new();
        for (index, step) in self.plan.block_steps(block) {
            let here = self.id(index);
            let last = index.0 + 1 == block.steps.end;
            let ahead = if last { next.to_owned() } else { self.id(StepIx(index.0 + 1)) };
            match &step.choose {
                Some(choose) => {
                    for (case, way) in &choose.options {
                        self.way(&here, &here, &ahead, way, Some(shorten(&words(case))), false);
                    }
                }
                None => self.edge(here.clone(), ahead.clone(), None, false),
            }
            if last && elements.len() > 1 {
                let label = self.label("next");
                self.edge(here.clone(), self.id(StepIx(block.steps.start)), Some(label), false);
            }
            if let Some(way) = step.hold.as_ref().and_then(|hold| hold.no.as_ref()) {
                let label = self.label("no");
                self.way(&here, &here, &ahead, way, Some(label), true);
            }
            if let Some(way) = step.wait.as_ref().and_then(|wait| wait.otherwise.as_ref()) {
                let label = self.label("timeout");
                self.way(&here, &here, &ahead, way, Some(label), true);
            }
            let Some(way) = &step.way_out else { continue };
            let mut from = here.clone();
            if way.inherited {
                let leads_out = match &way.then {
                    Some(Then::Rollback(_, to) | Then::Step(to)) => !block.steps.contains(&self.first_of[to.0]),
                    Some(Then::Hold | Then::Abort) => true,
                    _ => false,
                };
                if leads_out {
                    from.clone_from(&id);
                    if !inherited.insert(self.target(&here, &ahead, way)) {
                        continue;
                    }
                }
            }
            let mut label = self.label("failed");
            if let Some(action) = &way.action {
                let _ = write!(label, " {}", shorten(&words(action)));
            }
            self.way(&from, &here, &ahead, way, Some(label), true);
        }
    }

    fn node(&self, index: StepIx, step: &Step) -> Node {
        let common = &self.labels.common;
        let op = match step.op {
            Some(Op::Write) => &common.write,
            _ => &common.read,
        };
        let shape = match step.op {
            _ if step.hold.is_some() || step.choose.is_some() => Shape::Decision,
            Some(Op::Write) => Shape::Write,
            _ => Shape::Read,
        };
        let letter = step.number.letter.map_or_else(String::new, String::from);
        let label = format!("{letter}{} {op} {}", step.number.number, shorten(&words(&step.action)));
        Node { id: self.id(index), label, shape }
    }

    /// The node that a way out leads to, or nothing when it leads nowhere.
    fn target(&mut self, here: &str, ahead: &str, way: &WayOut) -> Option<String> {
        Some(match way.then.as_ref()? {
            Then::Rollback(_, step) | Then::Step(step) => self.id(*step),
            Then::Retry(_) => here.to_owned(),
            Then::Continue | Then::Next => ahead.to_owned(),
            Then::Hold => self.end("hold"),
            Then::Abort => self.end("abort"),
        })
    }

    fn way(&mut self, from: &str, here: &str, ahead: &str, way: &WayOut, label: Option<String>, way_out: bool) {
        if let Some(to) = self.target(here, ahead, way) {
            self.edge(from.to_owned(), to, label, way_out);
        }
    }
}

/// One line; a blank in a form that needs no escaping.
fn words(text: &Text) -> String {
    text.to_plain().replace('\n', " ").replace("____", "＿＿")
}

/// At most [`LABEL`] columns, the last one `…` when something is left out.
fn shorten(words: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for c in words.chars() {
        width += if c.is_ascii() { 1 } else { 2 };
        if width > LABEL {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

impl Graph {
    /// The chart for a code block of kind `mermaid`; `None` when it is larger than GitHub draws.
    #[must_use]
    pub fn mermaid(&self) -> Option<String> {
        if self.edges.len() > MOST.1 {
            return None;
        }
        let mut out = String::from("flowchart TD\n");
        let _ = writeln!(out, "  classDef write stroke-width:3px");
        for group in &self.groups {
            let _ = writeln!(out, "  subgraph {}[\"{}\"]", group.id, encode(&group.label));
            for node in &group.nodes {
                let _ = writeln!(out, "    {}", mermaid_node(node));
            }
            out.push_str("  end\n");
        }
        for node in &self.ends {
            let _ = writeln!(out, "  {}", mermaid_node(node));
        }
        for edge in &self.edges {
            let arrow = if edge.way_out { "-.->" } else { "-->" };
            let label = edge.label.as_ref().map_or_else(String::new, |label| format!("|\"{}\"|", encode(label)));
            let _ = writeln!(out, "  {} {arrow}{label} {}", edge.from, edge.to);
        }
        (out.chars().count() <= MOST.0).then_some(out)
    }
}

fn mermaid_node(node: &Node) -> String {
    let (id, label) = (&node.id, encode(&node.label));
    match node.shape {
        Shape::Read => format!("{id}(\"{label}\")"),
        Shape::Write => format!("{id}[\"{label}\"]:::write"),
        Shape::Decision => format!("{id}{{\"{label}\"}}"),
        Shape::End => format!("{id}([\"{label}\"])"),
    }
}

/// Everything that Mermaid, its Markdown or HTML might read, as an entity in Mermaid's own form.
fn encode(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut before = ' ';
    let mut chars = label.chars().enumerate().peekable();
    while let Some((index, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |(_, after)| *after);
        let inside = before.is_alphanumeric() && after.is_alphanumeric();
        let plain = match c {
            '.' | '_' => inside,
            // At the beginning it might be a list.
            '-' | '/' | ',' | '=' | '(' | ')' | '?' | '\'' => index > 2,
            c => c == ' ' || !c.is_ascii() || c.is_ascii_alphanumeric(),
        };
        if plain {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_words_are_safe_in_a_label() {
        assert_eq!(encode("4 写 a\"b]#<br>`c`"), "4 写 a#34;b#93;#35;#60;br#62;#96;c#96;");
        assert_eq!(encode("1. x"), "1#46; x");
        assert_eq!(encode("- x"), "#45; x");
        assert_eq!(encode("升级到 app_a-2.4.9_"), "升级到 app_a-2.4.9#95;");
    }

    #[test]
    fn a_long_label_ends_in_an_ellipsis() {
        assert_eq!(shorten(&"字".repeat(25)), format!("{}…", "字".repeat(24)));
        assert_eq!(shorten(&"a".repeat(48)), "a".repeat(48));
    }
}
