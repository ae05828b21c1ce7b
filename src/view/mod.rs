//! The words of each output, in order, ready to print.

pub mod chart;
pub mod checklist;
pub mod labels;
pub mod mail;
pub mod markup;
pub mod runbook;
pub mod words;
