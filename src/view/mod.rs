//! The texts of each output, in order and ready to print.

pub mod agenda;
pub mod approvals;
pub mod chart;
pub mod checklist;
pub mod clocks;
pub mod commands;
pub mod conditions;
pub mod follow_up;
pub mod labels;
pub mod mail;
pub mod markup;
pub mod messages;
pub mod notice;
pub mod parts;
pub mod references;
pub mod runbook;
pub mod template;
pub mod ticket;
pub mod titles;
pub mod ways;
pub mod wiki;
pub mod words;
