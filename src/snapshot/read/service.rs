//! Services and their tracks.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::quoted;
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{Decision, Serve, Service, Variant};
use crate::words::limits;

use super::object::{Entry, Node};
use super::reader::Reader;
use super::rule::{Owner, SERVICE};

const FIELDS: &[&str] = &["tracks", "defaultTrack", "rules", "split", "description", "owner", "requires"];

impl Reader {
    /// A service.
    pub(super) fn service(&mut self, entry: &Entry<'_>) -> Service {
        let object = self.object(entry.node, FIELDS);
        let tracks = self.need(&object, "tracks").map_or_else(Vec::new, |node| self.tracks(node));
        let owner = Owner { grammar: &SERVICE, key: entry.key, variants: &tracks };
        let default_track = self.need(&object, "defaultTrack").map_or(NO_VARIANT, |node| self.variant(node, owner));
        let rules = self.rules(object.field("rules"), owner);
        let default = object.field("split").map(|node| Serve::Split(self.split(node, owner)));
        let about = self.about(&object);
        Service { default_track, decision: Decision { rules, default }, about, tracks }
    }

    fn tracks(&mut self, node: Node<'_>) -> Vec<Variant> {
        let entries = self.entries(&node);
        self.check_variant_count(node, entries.len());
        let mut tracks = Vec::with_capacity(entries.len());
        for entry in entries.iter().take(limits::VARIANTS) {
            self.check_key(entry);
            let object = self.object(entry.node, &["version", "requires"]);
            let version = self.need(&object, "version").and_then(|node| self.text(node));
            if !entry.repeated {
                tracks.push(Variant { key: entry.key.into(), value: version.map_or_else(String::new, quoted) });
            }
        }
        tracks
    }
}
