//! The lines under an action.

use super::super::pen::{FieldInput, told, with_pages};
use super::super::signs;
use super::RowBuilder;
use crate::geometry::Pt;
use crate::page::TagRole;
use crate::text::Text;
use crate::view::checklist::{Detail, DetailLead};

/// Distance from the middle of a box to the words behind it.
const BOX_BEFORE: Pt = Pt(13_000);

/// Room for a box before an answer that stands on a line with others.
const ANSWER: Pt = Pt(18_000);

/// Between a question and its answers on one line.
const BETWEEN: Pt = Pt(16_000);

impl RowBuilder<'_, '_, '_> {
    /// Draws lines under an action. A question and its answers share a line where they have room.
    pub(super) fn details(&mut self, details: &[Detail]) {
        let asks = |detail: &Detail| matches!(detail.lead, DetailLead::Choice(_) | DetailLead::Decision);
        for together in details.chunk_by(|one, next| asks(one) && matches!(next.lead, DetailLead::Choice(_))) {
            if together.len() == 1 || !self.answers(together) {
                for Detail { lead, text } in together {
                    self.detail(text, lead);
                }
            }
        }
    }

    /// Draws a question and its answers on one line; returns false where they have no room.
    fn answers(&mut self, details: &[Detail]) -> bool {
        let theme = self.pen.theme;
        let setting = self.pen.rows.below;
        let lead = |detail: &Detail| if detail.lead == DetailLead::Decision { Pt(18_000) } else { ANSWER };
        let widths: Vec<Pt> = details.iter().map(|detail| self.pen.width(&detail.text, setting)).collect();
        let needed: Pt = details.iter().zip(&widths).map(|(detail, width)| lead(detail) + *width + BETWEEN).sum();
        if !details.iter().all(|detail| detail.text.is_one_line()) || self.left + needed - BETWEEN > self.below_right()
        {
            return false;
        }
        let height = setting.leading + Pt(3_000);
        let mut x = self.left;
        for (detail, width) in details.iter().zip(widths) {
            let tag = self.pen.tag(self.cell, TagRole::Paragraph);
            let words = self.pen.lay(&detail.text, setting, width + Pt(10));
            let top = self.bottom + (height - setting.leading) / 2;
            let middle = top + words.first_base() - setting.middle();
            match &detail.lead {
                DetailLead::Choice(field) => {
                    let input = FieldInput { field: field.clone(), told: self.told_of_step(&detail.text), tag };
                    self.pen.tick(&mut self.strip, (x + BOX_BEFORE / 2, middle), theme.steps.item_box, input);
                }
                _ => signs::diamond(&mut self.strip, (x + Pt(7_000), middle), theme.line.sign),
            }
            self.strip.text(Some(tag), &words, x + lead(detail), top);
            x += lead(detail) + width + BETWEEN;
        }
        self.bottom += height;
        true
    }

    /// What is told of a field of the step: its number and these words.
    fn told_of_step(&self, words: &Text) -> String {
        told(&[&self.row.number.to_plain(), &with_pages(words)])
    }

    /// A line under an action.
    pub(super) fn detail(&mut self, text: &Text, lead: &DetailLead) {
        let theme = self.pen.theme;
        let cell = self.pen.tag(self.cell, TagRole::Paragraph);
        let setting = self.pen.rows.below;
        let (indent, least) = match lead {
            DetailLead::Plain => (Pt::ZERO, Pt::ZERO),
            DetailLead::WayOut => (theme.steps.cross, Pt::ZERO),
            DetailLead::Choice(_) => (Pt(37_000), setting.leading + Pt(4_000)),
            DetailLead::Decision => (Pt(18_000), Pt::ZERO),
            DetailLead::Tick(_) => (Pt(20_000), setting.leading + Pt(4_000)),
        };
        let (left, top) = (self.left, self.bottom);
        let paragraph = self.pen.lay(text, setting, self.below_right() - left - indent);
        let height = least.max(paragraph.height);
        let shift = if paragraph.height < height { (height - paragraph.height) / 2 } else { Pt::ZERO };
        let base = top + shift + paragraph.first_base();
        match lead {
            DetailLead::Plain => {}
            DetailLead::WayOut => {
                signs::cross_and_arrow(&mut self.strip, (left, base - setting.middle()), theme.line.sign);
            }
            DetailLead::Choice(field) | DetailLead::Tick(field) => {
                let input = FieldInput { field: field.clone(), told: self.told_of_step(text), tag: cell };
                let center = (left + indent - BOX_BEFORE, base - setting.middle());
                self.pen.tick(&mut self.strip, center, theme.steps.item_box, input);
            }
            DetailLead::Decision => {
                signs::diamond(&mut self.strip, (left + Pt(7_000), base - setting.middle()), theme.line.sign);
            }
        }
        self.strip.text(Some(cell), &paragraph, left + indent, top + shift);
        self.bottom = top + height;
    }
}
