//! The flow chart as a graph (steps, what follows what, and the ways out), and as Mermaid code.
//!
//! Texts are shortened here, so a chart never replaces the steps themselves.

mod flow_chart;

pub use self::flow_chart::{ChartBlock, ChartNode, Exit, ExitTo, FlowChart, StepForm, StepKey, flow_chart};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::labels::{Labels, WordName, fill, word};
use crate::chars::columns;
use crate::plan::Plan;
use crate::text::Text;

/// Width of a label, in columns.
const LABEL: usize = 48;

/// The largest chart that GitHub draws, in characters and edges.
const MOST: (usize, usize) = (50_000, 500);

/// Steps and what follows what. A block that is repeated appears once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// The blocks, hot ones first.
    pub groups: Vec<Group>,
    /// The nodes outside the blocks: the beginning, and the possible ends.
    pub ends: Vec<GraphNode>,
    /// The edges: what follows what.
    pub edges: Vec<Edge>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// A unique id of letters and digits.
    pub id: String,
    /// Its heading, and the elements that it is repeated for.
    pub label: String,
    /// Its steps.
    pub nodes: Vec<GraphNode>,
}

/// A step, or an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphNode {
    /// A unique id of letters and digits, such as `s4` and `sR1`.
    pub id: String,
    /// Number, read or write, and action, shortened to [`LABEL`] columns.
    pub label: String,
    /// The shape that it is drawn with.
    pub shape: NodeShape,
}

/// What a node is, which decides how it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeShape {
    /// A read step, which changes nothing.
    Read,
    /// A write step, which changes something.
    Write,
    /// A wait: something must come true.
    Wait,
    /// A hold or a choice: somebody decides.
    Decision,
    /// The beginning or an end.
    End,
}

/// An edge: one thing that follows another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Id of a node, or of a group when the edge leads from every node in it.
    pub from: String,
    /// Id of a node.
    pub to: String,
    /// The condition on which it is taken.
    pub label: Option<String>,
    /// True when it is taken because the step failed.
    pub failed: bool,
}

/// The chart of a plan.
#[must_use]
pub fn graph(plan: &Plan, labels: &Labels) -> Graph {
    let view = flow_chart(plan, labels, None);
    let blocks = || view.hot.iter().chain(&view.back);
    let ids = blocks().flat_map(|block| &block.nodes).map(|node| (node.step, id(node))).collect();
    let heads = blocks().enumerate().filter_map(|(index, block)| Some((block.nodes.first()?.step, group_id(index))));
    let heads = heads.collect();
    let mut chart = GraphBuilder {
        labels,
        ids,
        heads,
        graph: Graph { groups: Vec::new(), ends: Vec::new(), edges: Vec::new() },
        ends: BTreeSet::new(),
    };
    let begin = chart.end("begin", word!("start"));
    if let Some(first) = view.hot.first().and_then(|block| block.nodes.first()) {
        chart.edge(begin, id(first), None, false);
    }
    for (index, block) in view.hot.iter().enumerate() {
        let next = match view.hot.get(index + 1).and_then(|next| next.nodes.first()) {
            Some(first) => id(first),
            None => chart.end("end", word!("chart.end")),
        };
        chart.block(block, &next);
    }
    for block in &view.back {
        let next = chart.end("rolled-back", word!("chart.rolled-back"));
        chart.block(block, &next);
    }
    chart.graph
}

/// For each step, the index of the step that represents it: in a repeated block the copy for the first element,
/// otherwise the step itself.
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

/// The id of a step's node. It is unique because step numbers are.
fn id(node: &ChartNode) -> String {
    format!("s{}", node.number)
}

/// The id of a block's group, by its place among all blocks.
fn group_id(index: usize) -> String {
    format!("b{index}")
}

struct GraphBuilder<'a> {
    labels: &'a Labels,
    ids: BTreeMap<StepKey, String>,
    /// The group of each block, by its first step: a rollback is entered at its head.
    heads: BTreeMap<StepKey, String>,
    graph: Graph,
    ends: BTreeSet<String>,
}

impl GraphBuilder<'_> {
    fn label(&self, word: WordName) -> String {
        self.labels.say(word).to_owned()
    }

    fn edge(&mut self, from: String, to: String, label: Option<String>, failed: bool) {
        self.graph.edges.push(Edge { from, to, label, failed });
    }

    /// The id of an end's node, which is made when it is first needed.
    fn end(&mut self, name: &str, word: WordName) -> String {
        // The name alone won't do: `end` is a keyword of Mermaid.
        let id = format!("e{}", name.replace('-', ""));
        if self.ends.insert(id.clone()) {
            let label = self.label(word);
            self.graph.ends.push(GraphNode { id: id.clone(), label, shape: NodeShape::End });
        }
        id
    }

    fn block(&mut self, block: &ChartBlock, next: &str) {
        let labels = self.labels;
        let mut more: Vec<String> = Vec::new();
        more.extend(block.atomic.then(|| self.label(word!("chart.atomic"))));
        more.extend(
            block.names.as_ref().map(|names| fill(&self.label(word!("chart.each")), &[("names", &shorten(names))])),
        );
        let mut label = shorten(&block.title.to_plain().replace("  ", " "));
        if !more.is_empty() {
            let _ = write!(
                label,
                "{}{}{}",
                labels.say(word!("open")),
                more.join(labels.say(word!("semicolon"))),
                labels.say(word!("close"))
            );
        }
        let group = group_id(self.graph.groups.len());
        let nodes = block.nodes.iter().map(|node| self.node(node)).collect();
        self.graph.groups.push(Group { id: group.clone(), label, nodes });
        // Ways out of the block on failure become one edge for all steps that share them.
        let mut common_ways: BTreeMap<ExitTo, Vec<usize>> = BTreeMap::new();
        for (index, node) in block.nodes.iter().enumerate() {
            for exit in node.exits.iter().filter(|exit| is_common(block, exit)) {
                common_ways.entry(exit.to).or_default().push(index);
            }
        }
        common_ways.retain(|_, steps| steps.len() > 1);
        for (index, node) in block.nodes.iter().enumerate() {
            let here = id(node);
            let last = index + 1 == block.nodes.len();
            let ahead = block.nodes.get(index + 1).map_or_else(|| next.to_owned(), id);
            let again = block.again.as_ref().filter(|_| last);
            if let Some(conditions) = &node.ahead {
                let conditions = conditions.iter().chain(again.map(|[_, done]| done));
                self.edge(here.clone(), ahead.clone(), joined(conditions), false);
            }
            if let (Some([next, _]), Some(first)) = (again, block.nodes.first()) {
                self.edge(here.clone(), id(first), joined([next]), false);
            }
            for exit in &node.exits {
                let common = common_ways.get(&exit.to).filter(|_| is_common(block, exit));
                let Some(to) = self.target(&here, &ahead, exit.to) else { continue };
                match common {
                    Some(steps) if steps.first() == Some(&index) => {
                        let label = self.failing(block, steps);
                        self.edge(group.clone(), to, Some(label), true);
                    }
                    Some(_) => {}
                    None => {
                        let failed =
                            exit.failed.then(|| Text::plain(&block.title.lang, self.label(word!("chart.failed"))));
                        // These targets have no end node that names them, so the edge does.
                        let stays = matches!(exit.to, ExitTo::Retry | ExitTo::Continue | ExitTo::Next);
                        let to_where =
                            stays.then(|| format!("{}{}", self.labels.say(word!("colon")), exit.name.to_plain()));
                        let label = joined(failed.iter().chain(&exit.words));
                        let label = label.map(|label| label + &to_where.unwrap_or_default());
                        self.edge(here.clone(), to, label, exit.failed);
                    }
                }
            }
        }
    }

    /// The label for steps that fail: it names the steps unless it holds for the whole block.
    fn failing(&self, block: &ChartBlock, steps: &[usize]) -> String {
        let mut label = self.label(word!("chart.failed"));
        if steps.len() == block.nodes.len() {
            return label;
        }
        let number = |index: usize| block.nodes.get(index).map_or("", |node| &*node.number);
        let ranges: Vec<String> = steps
            .chunk_by(|one, next| one + 1 == *next)
            .map(|range| match *range {
                [only] => number(only).to_owned(),
                [first, last] => format!("{}{}{}", number(first), self.labels.say(word!("list")), number(last)),
                [first, .., last] => format!("{}–{}", number(first), number(last)),
                [] => String::new(),
            })
            .collect();
        let _ = write!(label, " {}", ranges.join(self.labels.say(word!("list"))));
        label
    }

    fn node(&self, node: &ChartNode) -> GraphNode {
        let labels = self.labels;
        let op = if node.write { labels.say(word!("write")) } else { labels.say(word!("read")) };
        let shape = match node.form {
            StepForm::Decision => NodeShape::Decision,
            StepForm::Wait => NodeShape::Wait,
            StepForm::Action if node.write => NodeShape::Write,
            StepForm::Action => NodeShape::Read,
        };
        let mut label = format!("{} {op} {}", node.number, shorten(&node.action.to_plain()));
        if node.no_return {
            let _ = write!(
                label,
                "{}{}{}",
                labels.say(word!("open")),
                self.label(word!("chart.no-return")),
                labels.say(word!("close"))
            );
        }
        GraphNode { id: id(node), label, shape }
    }

    /// The id of the node that a way out leads to; `None` when it leads nowhere.
    fn target(&mut self, here: &str, ahead: &str, to: ExitTo) -> Option<String> {
        Some(match to {
            ExitTo::Rollback(step) => self.heads.get(&step)?.clone(),
            ExitTo::Step(step) => self.ids.get(&step)?.clone(),
            ExitTo::Retry => here.to_owned(),
            ExitTo::Continue | ExitTo::Next => ahead.to_owned(),
            ExitTo::Hold => self.end("hold", word!("chart.hold")),
            ExitTo::Abort => self.end("abort", word!("chart.abort")),
            ExitTo::Nowhere => return None,
        })
    }
}

/// True when steps of a block may share a way out: it is taken only on failure, and leads out of the block.
fn is_common(block: &ChartBlock, exit: &Exit) -> bool {
    let leads_out = match exit.to {
        ExitTo::Rollback(_) | ExitTo::Hold | ExitTo::Abort => true,
        ExitTo::Step(step) => block.nodes.iter().all(|node| node.step != step),
        ExitTo::Retry | ExitTo::Continue | ExitTo::Next | ExitTo::Nowhere => false,
    };
    exit.failed && exit.words.is_empty() && leads_out
}

/// The conditions that lead to one place, joined.
fn joined<'t>(words: impl IntoIterator<Item = &'t Text>) -> Option<String> {
    let all: Vec<String> = words.into_iter().map(|words| shorten(&words.to_plain())).collect();
    (!all.is_empty()).then(|| all.join(" / "))
}

/// A text cut to [`LABEL`] columns, which end with `…` when something was cut off.
fn shorten(words: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for c in words.chars() {
        width += columns(c);
        if width > LABEL {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

impl Graph {
    /// The content of a `mermaid` code block; `None` when the chart is larger than GitHub draws.
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
            let arrow = if edge.failed { "-.->" } else { "-->" };
            let label = edge.label.as_ref().map_or_else(String::new, |label| format!("|\"{}\"|", encode(label)));
            let _ = writeln!(out, "  {} {arrow}{label} {}", edge.from, edge.to);
        }
        (out.chars().count() <= MOST.0).then_some(out)
    }
}

fn mermaid_node(node: &GraphNode) -> String {
    let (id, label) = (&node.id, encode(&node.label));
    match node.shape {
        NodeShape::Read => format!("{id}(\"{label}\")"),
        NodeShape::Write => format!("{id}[\"{label}\"]:::write"),
        NodeShape::Wait => format!("{id}{{{{\"{label}\"}}}}"),
        NodeShape::Decision => format!("{id}{{\"{label}\"}}"),
        NodeShape::End => format!("{id}([\"{label}\"])"),
    }
}

/// A label in which every character that Mermaid, its Markdown or HTML might interpret is an entity in Mermaid's own
/// form.
fn encode(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut before = ' ';
    let mut chars = label.chars().enumerate().peekable();
    while let Some((index, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |(_, after)| *after);
        let inside = before.is_alphanumeric() && after.is_alphanumeric();
        let plain = match c {
            '.' | '_' => inside,
            // At the beginning of a label this might begin a list.
            '-' | '=' => index > 2,
            ',' | '/' | '(' | ')' | '?' | '\'' => index > 0,
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
    use crate::testing::examples;

    #[test]
    fn any_words_are_safe_in_a_label() {
        assert_eq!(encode("4 写 a\"b]#<br>`c`"), "4 写 a#34;b#93;#35;#60;br#62;#96;c#96;");
        assert_eq!(encode("1. x"), "1#46; x");
        assert_eq!(encode("- x"), "#45; x");
        assert_eq!(encode("升级到 app_a-2.4.9_"), "升级到 app_a-2.4.9#95;");
    }

    /// The numbers of the steps that the label of a shared way out names; without names, those of all steps of the
    /// block.
    fn meant(label: &str, group: &Group) -> Vec<String> {
        let all: Vec<String> = group.nodes.iter().map(|node| node.id[1..].to_owned()).collect();
        let Some(named) = label.strip_prefix("✗ ") else { return all };
        let place = |number: &str| all.iter().position(|other| other == number).unwrap();
        let range = |part: &str| match part.split_once('–') {
            Some((first, last)) => all[place(first)..=place(last)].to_vec(),
            None => vec![all[place(part)].clone()],
        };
        named.split([',', '、']).flat_map(|part| range(part.trim())).collect()
    }

    #[test]
    fn every_way_out_has_a_line_that_names_its_step() {
        for plan in examples() {
            let (view, graph) =
                (flow_chart(&plan, &Labels::of(&plan.lang), None), graph(&plan, &Labels::of(&plan.lang)));
            let mut drawn: Vec<(String, String)> = Vec::new();
            for edge in &graph.edges {
                let label = edge.label.as_deref().unwrap_or_default();
                match graph.groups.iter().find(|group| group.id == edge.from) {
                    Some(group) => {
                        drawn.extend(meant(label, group).into_iter().map(|step| (format!("s{step}"), edge.to.clone())));
                    }
                    None => drawn.push((edge.from.clone(), edge.to.clone())),
                }
            }
            let mut wanted: Vec<(String, String)> = vec![("ebegin".to_owned(), "s1".to_owned())];
            let number = |step: StepKey| {
                let mut number = plan.step(step.0).number.clone();
                number.instance = None;
                format!("s{number}")
            };
            // A rollback is entered at its head.
            let head = |step: StepKey| {
                let of = |group: &&Group| group.nodes.first().is_some_and(|node| node.id == number(step));
                graph.groups.iter().find(of).map_or_else(String::new, |group| group.id.clone())
            };
            for (part, end) in [(&view.hot, "eend"), (&view.back, "erolledback")] {
                let steps: Vec<(&ChartBlock, &ChartNode)> =
                    part.iter().flat_map(|block| block.nodes.iter().map(move |node| (block, node))).collect();
                for (index, (block, node)) in steps.iter().enumerate() {
                    let next = steps.get(index + 1).filter(|(next, _)| end == "eend" || std::ptr::eq(*next, *block));
                    let ahead = next.map_or_else(|| end.to_owned(), |(_, next)| id(next));
                    let last = block.nodes.last().is_some_and(|last| last.step == node.step);
                    wanted.extend(node.ahead.iter().map(|_| (id(node), ahead.clone())));
                    wanted.extend(block.again.iter().filter(|_| last).map(|_| (id(node), id(&block.nodes[0]))));
                    wanted.extend(node.exits.iter().filter_map(|exit| {
                        let to = match exit.to {
                            ExitTo::Rollback(step) => head(step),
                            ExitTo::Step(step) => number(step),
                            ExitTo::Retry => id(node),
                            ExitTo::Continue | ExitTo::Next => ahead.clone(),
                            ExitTo::Hold => "ehold".to_owned(),
                            ExitTo::Abort => "eabort".to_owned(),
                            ExitTo::Nowhere => return None,
                        };
                        Some((id(node), to))
                    }));
                }
            }
            drawn.sort();
            wanted.sort();
            assert_eq!(drawn, wanted, "{}", plan.id);
        }
    }

    #[test]
    fn a_long_label_ends_in_an_ellipsis() {
        assert_eq!(shorten(&"字".repeat(25)), format!("{}…", "字".repeat(24)));
        assert_eq!(shorten(&"a".repeat(48)), "a".repeat(48));
        assert_eq!(shorten(&"ж".repeat(49)), format!("{}…", "ж".repeat(48)));
    }
}
