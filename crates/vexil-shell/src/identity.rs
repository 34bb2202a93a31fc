//! Which snapshot is in force, as JSON text.

use alloc::string::String;

use vexil::Engine;
use vexil::patterns::Patterns;
use vexil::words::text::decimal;

use crate::json::{member, texts};

/// `{"killRevision":…,"revision":…,"content":…,"lineage":…,"environment":…}`: the digest of the content as a text, since no
/// number of JavaScript holds it.
pub(crate) fn to_json<P: Patterns>(engine: &Engine<P>) -> String {
    let mut json = String::from("{\"killRevision\":");
    json.push_str(&decimal(engine.kill_set().revision));
    let identity = &engine.ruleset().identity;
    if let Some(revision) = identity.revision {
        member(&mut json, "revision", &decimal(revision));
    }
    let content = decimal(identity.content);
    let (lineage, environment) = (identity.lineage.as_deref(), identity.environment.as_deref());
    texts(&mut json, &[("content", Some(&content)), ("lineage", lineage), ("environment", environment)]);
    json.push('}');
    json
}
