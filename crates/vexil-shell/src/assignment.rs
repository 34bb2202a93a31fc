//! What chance decided, as JSON text.

use alloc::string::String;

use vexil::Assignment;
use vexil::json::quoted;
use vexil::words::text::decimal;

use crate::json::texts;

/// `{"flag":…,"variant":…,"seed":…,"by":…,"digest":…,"rule":…,"layer":…,"holdout":…}`: the digest as a text, since no number
/// of JavaScript holds it.
pub(crate) fn to_json(assignment: &Assignment<'_>) -> String {
    let Assignment { flag, variant, rule, layer, holdout, seed, by, digest } = *assignment;
    let mut json = String::from("{\"flag\":");
    json.push_str(&quoted(flag));
    let digest = decimal(digest);
    let known = [("variant", Some(variant)), ("seed", Some(seed)), ("by", Some(by)), ("digest", Some(digest.as_str()))];
    texts(&mut json, &known);
    texts(&mut json, &[("rule", rule), ("layer", layer), ("holdout", holdout)]);
    json.push('}');
    json
}
