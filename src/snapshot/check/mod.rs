//! What is wrong between the parts of a document: references, circles, costs, and what is
//! probably not meant. Reads drafts, so that broken parts are looked at too, and marks as broken
//! what reaches something broken.

mod decision;
mod flags;
mod graph;
mod negative;
mod prerequisites;
mod reach;
mod segments;
mod splits;

use crate::words::diagnostic::{Code, Path, Report};
use crate::words::limits;

use self::decision::Ground;
use super::draft::Drafts;

/// Checks what the parts say about each other.
pub(super) fn check(drafts: &mut Drafts, report: &mut Report) {
    let Drafts { flags, segments, rings, layers, holdouts, services } = drafts;
    let standings = segments::check(segments, rings, report);
    let ground = Ground { reach: reach::Reach { segments, rings, standings }, layers };

    let path = Path::Root.key("flags");
    let mut costs = flags::check(flags, &ground, report);
    flags::check_holdouts(flags, holdouts, &mut costs, report);
    prerequisites::check(flags, &costs, report);
    for flag in flags.iter() {
        let path = path.key(&flag.key);
        negative::check(&flag.part.decision, path, report);
        if !flag.broken {
            splits::check(&flag.part.decision, path, path.key("default"), report);
        }
    }

    let path = Path::Root.key("services");
    for service in services.iter_mut() {
        let path = path.key(&service.key);
        let before = report.errors();
        if ground.check(&service.part.decision, path, report) > limits::COST {
            too_costly(path, report);
        }
        service.broken |= report.errors() > before;
        negative::check(&service.part.decision, path, report);
        if !service.broken {
            splits::check(&service.part.decision, path, path, report);
        }
    }

    let broken = ground.reach.standings;
    for (draft, standing) in segments.iter_mut().zip(&broken) {
        draft.broken |= standing.broken;
    }
    for (draft, standing) in rings.iter_mut().zip(broken.iter().skip(segments.len())) {
        draft.broken |= standing.broken;
    }
}

/// Reports that one evaluation would take too long.
fn too_costly(path: Path<'_>, report: &mut Report) {
    report.add(Code::TooCostly, path, "with all that it reaches, one evaluation would take more than 1000000 steps");
}
