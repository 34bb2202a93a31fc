//! What of a snapshot browsers get: the flags of the audience `client`, and what these reach.
//!
//! Everything that a browser loads can be read by whoever has the browser. So it gets no more than its flags need, no list
//! of units as they are called but their digests, nothing that people wrote for each other, and nothing at all if a rule
//! would have to say what it does with an attribute that is private.

mod guess;
mod reach;
mod write;

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::attributes::{Declared, Read, of_flag, of_holdout, of_layer, of_segment};
use crate::json::parse_snapshot;
use crate::patterns::Patterns;
use crate::snapshot::model::{Keyed, Snapshot};
use crate::snapshot::{is_valid, read};
use crate::words::diagnostic::{Code, Diagnostic, Severity};
use crate::words::order;
use crate::words::text::join;

use reach::Reached;

/// A snapshot for browsers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClientSnapshot {
    /// The document, in `"schema": "vexil/1"` as the whole one.
    pub text: String,
    /// The kill message that goes with it, for those who get kills ahead of snapshots; none where the document has no kills.
    pub kills: Option<String>,
    /// What is worth a second look before it is shipped: warnings, whose places are in the whole document.
    pub diagnostics: Vec<Diagnostic>,
}

/// The snapshot for browsers of a whole one, of the same revision.
///
/// Every flag of the audience `client` answers in it as in the whole one, for every context at every instant. Other flags
/// are in it only where these require them. Services are left out: requests are routed on servers. Lists of units become
/// lists of digests, which are pseudonyms and no secrets: anybody can test a guess, and so
/// [`guessable-units`](Code::GuessableUnits) warns where units can be guessed. Where that will not do, ship answers.
///
/// ```
/// use vexil::Code;
/// use vexil::client::client_snapshot;
/// use vexil::patterns::RegexPatterns;
///
/// let text = |audience: &str| format!(r#"{{ "schema": "vexil/1", "attributes": {{ "email": {{ "type": "string", "private": true }} }},
///     "flags": {{ "search": {{ "audience": "{audience}", "variants": {{ "on": true, "off": false }}, "offVariant": "off",
///         "rules": [{{ "id": "staff", "when": {{ "attribute": "email", "op": "endsWith", "value": "@shop.example" }},
///             "serve": {{ "variant": "on" }} }}], "default": {{ "variant": "off" }} }} }} }}"#);
/// let shipped = client_snapshot::<RegexPatterns>(&text("server")).unwrap_or_default();
/// assert_eq!(shipped.text, r#"{"schema":"vexil/1","flags":{}}"#);
/// let refused = client_snapshot::<RegexPatterns>(&text("client")).unwrap_err();
/// assert_eq!((refused[0].code, refused[0].path.as_str()), (Code::PrivateAttribute, "/flags/search/rules/0/when"));
/// ```
///
/// # Errors
/// The document has errors, a declaration of an attribute has a field that is not known, or what browsers would get reads an
/// attribute that is declared private: all of them.
pub fn client_snapshot<P: Patterns>(text: &str) -> Result<ClientSnapshot, Vec<Diagnostic>> {
    let reading = read::<P>(text);
    let Some(snapshot) = reading.snapshot.filter(|_| is_valid(&reading.diagnostics)) else {
        let is_error = |problem: &Diagnostic| !is_valid(core::slice::from_ref(problem));
        return Err(reading.diagnostics.into_iter().filter(is_error).collect());
    };
    // What is not known in a declaration may be a misspelt `private`.
    let unknown = |problem: &Diagnostic| problem.code == Code::UnknownField && problem.path.starts_with("/attributes/");
    let misspelt: Vec<Diagnostic> = reading.diagnostics.into_iter().filter(unknown).collect();
    if !misspelt.is_empty() {
        return Err(misspelt.into_iter().map(|problem| Diagnostic { severity: Severity::Error, ..problem }).collect());
    }
    let reached = Reached::from_client_flags(&snapshot);
    let reads = reads(&snapshot, &reached);
    let private = private(&snapshot, &reads);
    if !private.is_empty() {
        return Err(private);
    }
    let document = parse_snapshot(text).map_err(|problem| Vec::from([problem]))?;
    let mut diagnostics = guess::guessable(&document, &reached);
    diagnostics.extend(reached.server_flags());
    order::sort(&mut diagnostics, |a, b| a.path.cmp(&b.path));
    let read = reads.iter().map(|read| read.attribute).collect();
    let (text, kills) = write::document(&document, &snapshot, &reached, &read);
    Ok(ClientSnapshot { text, kills, diagnostics })
}

/// Where what is reached reads attributes.
fn reads<'s>(snapshot: &'s Snapshot, reached: &Reached<'s>) -> Vec<Read<'s>> {
    let flags =
        sound(&snapshot.flags, |key| reached.flags.contains_key(key)).flat_map(|(key, flag)| of_flag(key, flag));
    let segments = sound(&snapshot.segments, |key| reached.segments.contains(key));
    let layers = sound(&snapshot.layers, |key| reached.layers.contains(key));
    let holdouts = sound(&snapshot.holdouts, |key| reached.holdouts.contains(key));
    let shared = segments.flat_map(|(key, segment)| of_segment(key, segment));
    let shared = shared.chain(layers.flat_map(|(key, layer)| of_layer(key, layer)));
    let shared = shared.chain(holdouts.flat_map(|(key, holdout)| of_holdout(key, holdout)));
    flags.chain(shared).collect()
}

/// Those of private attributes.
fn private(snapshot: &Snapshot, reads: &[Read<'_>]) -> Vec<Diagnostic> {
    let declared = Declared::new(&snapshot.attributes);
    let private = reads.iter().filter(|read| declared.is_private(read.attribute));
    let mut problems: Vec<Diagnostic> = private
        .map(|read| {
            let message = ["`", read.attribute, "` is private, and browsers would read here what depends on it"];
            Diagnostic::new(Code::PrivateAttribute, read.place.as_str(), join(&message))
        })
        .collect();
    order::sort(&mut problems, |a, b| a.path.cmp(&b.path));
    problems
}

/// The parts whose keys are wanted.
fn sound<T>(parts: &[Keyed<T>], is_wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, &T)> {
    let wanted = parts.iter().filter(move |keyed| is_wanted(&keyed.key));
    wanted.filter_map(|keyed| Some((keyed.key.as_str(), keyed.part.as_ref().ok()?)))
}
