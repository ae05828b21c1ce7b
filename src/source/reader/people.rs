//! One release: its people, its times and its values.

use super::super::release::{PersonDecl, ReleaseFile};
use super::{Fields, Reader, Slot};

impl Reader<'_> {
    pub(super) fn release(&mut self, mut fields: Fields<'_>) -> ReleaseFile {
        let f = &mut fields;
        let release = ReleaseFile {
            flow: self.get(f, "flow", Self::id),
            number: self.get(f, "number", Self::line),
            start: self.get(f, "start", Self::moment),
            printed: self.get(f, "printed", Self::moment),
            operator: self.get(f, "operator", Self::person).unwrap_or_default(),
            checker: self.get(f, "checker", Self::person).unwrap_or_default(),
            values: self
                .map(f, "values", Self::check_id, |reader, name, slot| Some((name, reader.elements(slot, Self::line)))),
            contacts: self.map(f, "contacts", Self::check_id, |reader, id, slot| Some((id, reader.person(slot)?))),
        };
        fields.done();
        release
    }

    /// A person in the short form, a name, or the long one.
    fn person(&mut self, slot: Slot<'_>) -> Option<PersonDecl> {
        let span = self.span(slot.value.span());
        let (slot, is_long) = self.form(slot);
        if !is_long {
            return Some(PersonDecl { name: Some(self.line(slot)?), span, ..PersonDecl::default() });
        }
        let mut fields = self.table(slot)?;
        let person = PersonDecl {
            name: self.get(&mut fields, "name", Self::line),
            phone: self.get(&mut fields, "phone", Self::line),
            email: if fields.knows("email") { self.list(&mut fields, "email", Self::mail) } else { Vec::new() },
            span,
        };
        fields.done();
        Some(person)
    }
}
