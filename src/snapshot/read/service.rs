//! Services and their tracks.

use alloc::vec::Vec;

use crate::json::{Node, quoted};
use crate::snapshot::draft::Draft;
use crate::snapshot::model::{About, Decision, Keyed, Serve, Service, Variant};

use super::object::{Entry, Fields};
use super::reader::Reader;
use super::rule::{Owner, SERVICE};

const FIELDS: Fields<'_> =
    Fields { needed: 2, names: &["tracks", "defaultTrack", "rules", "split", "description", "owner", "requires"] };
const TRACK: Fields<'_> = Fields { needed: 1, names: &["version", "requires"] };

impl<'d> Reader<'d> {
    /// A service.
    pub(super) fn service(&mut self, entry: Entry<'d>, draft: &mut Draft) {
        let [tracks, default_track, rules, split, description, owner, ..] = self.fields(entry.node, &FIELDS);
        let about = About { description: self.owned(description), owner: self.owned(owner) };
        let tracks = self.tracks(tracks);
        let owner = Owner { grammar: &SERVICE, key: entry.key, variants: &tracks };
        let service = Service {
            default_track: self.variant(default_track, &owner),
            decision: Decision {
                rules: self.rules(rules, &owner),
                default: split.is_there().then(|| Serve::Split(self.split(split, &owner))),
            },
            about,
            tracks,
        };
        draft.snapshot.services.push(Keyed { key: entry.key.into(), part: Ok(service) });
    }

    fn tracks(&mut self, node: &'d Node) -> Vec<Variant> {
        self.check_count(node);
        let mut tracks = Vec::with_capacity(node.count());
        for &entry in &self.entries(node) {
            self.check_key(entry);
            let [version, ..] = self.fields(entry.node, &TRACK);
            let value = self.text(version).map(quoted).unwrap_or_default();
            if entry.is_first {
                tracks.push(Variant { key: entry.key.into(), value });
            }
        }
        tracks
    }
}
