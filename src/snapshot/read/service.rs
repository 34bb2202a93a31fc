//! Services and their tracks.

use alloc::vec::Vec;

use crate::json::{Json, Member, quoted};
use crate::snapshot::model::{Decision, Serve, Service, Variant};

use super::reader::Reader;
use super::rule::{Owner, SERVICE};

const FIELDS: &[&str] = &["tracks", "defaultTrack", "rules", "split", "description", "owner", "requires"];

impl<'d> Reader<'d> {
    /// A service.
    pub(super) fn service(&mut self, member: &'d Member<'d>) -> Service {
        let object = self.object(&member.value, FIELDS);
        let tracks = self.need(object, "tracks", Self::tracks).unwrap_or_default();
        let owner = Owner { grammar: &SERVICE, key: &member.key, variants: &tracks };
        Service {
            default_track: self.need_named(object, "defaultTrack", &owner),
            decision: Decision {
                rules: self.rules(object, &owner),
                default: self.field(object, "split", |reader, json| Serve::Split(reader.split(json, &owner))),
            },
            about: self.about(object),
            tracks,
        }
    }

    fn tracks(&mut self, json: &'d Json<'d>) -> Vec<Variant> {
        let mut tracks = Vec::new();
        self.check_count(json);
        self.entries(json, &mut |reader, member, is_first| {
            reader.check_key(&member.key, is_first);
            let object = reader.object(&member.value, &["version", "requires"]);
            let version = reader.need(object, "version", Self::text).flatten();
            if is_first {
                tracks
                    .push(Variant { key: member.key.as_ref().into(), value: version.map(quoted).unwrap_or_default() });
            }
        });
        tracks
    }
}
