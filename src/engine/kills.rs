//! The kill overlay: which rows a kill set hits.

use alloc::vec;
use alloc::vec::Vec;

use crate::evaluate::Kills;
use crate::ir::Ruleset;
use crate::words::kill::{KillScope, KillSet};
use crate::words::text::join;

/// The overlay of a kill set on a ruleset. Costs what the set names, not what the ruleset holds.
pub(super) fn overlay<P>(ruleset: &Ruleset<P>, kills: &KillSet) -> Kills {
    if kills.all {
        return Kills::new(vec![Some(KillScope::All); ruleset.flags.len()]);
    }
    let mut scopes = vec![None; ruleset.flags.len()];
    let mut hit = |rows: core::ops::Range<usize>, scope| {
        scopes.get_mut(rows).unwrap_or_default().fill(Some(scope));
    };
    // The wider scope is written last: it is the one that an answer names.
    let own = kills.flags.iter().filter_map(|key| ruleset.find_flag(key));
    for row in own.chain(kills.services.iter().filter_map(|key| ruleset.find_service(key))) {
        hit(row as usize..row as usize + 1, KillScope::Own);
    }
    let flags = ruleset.flags.get(..ruleset.flag_count as usize).unwrap_or_default();
    for namespace in &kills.namespaces {
        if let Some(row) = ruleset.find_flag(namespace) {
            hit(row as usize..row as usize + 1, KillScope::Namespace);
        }
        // Flags are in the order of their keys, so those of a namespace stand together.
        let before = |text: &[u8]| flags.partition_point(|flag| ruleset.text_bytes(flag.key) < text);
        let [start, end] = [".", "/"].map(|end| before(join(&[namespace, end]).as_bytes()));
        hit(start..end, KillScope::Namespace);
    }
    Kills::new(scopes)
}

/// The rows whose answer differs between two overlays, those included that require such a row.
pub(super) fn changed_rows<P>(ruleset: &Ruleset<P>, old: &Kills, new: &Kills) -> Vec<bool> {
    let mut changed: Vec<bool> = (0..ruleset.flags.len() as u32).map(|row| old.scope(row) != new.scope(row)).collect();
    // A flag is of a higher rank than those that it requires. Ranks are few.
    for rank in 1..=ruleset.flags.iter().map(|flag| flag.rank).max().unwrap_or(0) {
        for (row, flag) in ruleset.flags.iter().enumerate().filter(|(_, flag)| flag.rank == rank) {
            let mut required = flag.prerequisites.of(&ruleset.prerequisites).iter();
            let hit = required.any(|required| changed.get(required.flag as usize).copied().unwrap_or(false));
            if let Some(cell) = changed.get_mut(row) {
                *cell |= hit;
            }
        }
    }
    changed
}
