//! What a document says of the attributes of contexts.

use crate::snapshot::draft::Draft;
use crate::snapshot::model::{Attribute, AttributeType, Keyed};

use super::object::{Entry, Fields};
use super::reader::Reader;

const ATTRIBUTE: Fields<'_> = Fields { needed: 1, names: &["type", "private", "description", "requires"] };

impl<'d> Reader<'d> {
    /// An attribute, under its path.
    pub(super) fn declared(&mut self, entry: Entry<'d>, draft: &mut Draft) {
        let [kind, private, description, ..] = self.fields(entry.node, &ATTRIBUTE);
        self.text(description);
        let kind = self.choice(kind, AttributeType::NAMES).and_then(|place| AttributeType::ALL.get(place));
        let attribute =
            Attribute { kind: kind.copied().unwrap_or_default(), is_private: self.boolean(private).unwrap_or(false) };
        draft.snapshot.attributes.push(Keyed { key: entry.key.into(), part: Ok(attribute) });
    }
}
