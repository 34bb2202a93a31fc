//! From what is asked for to what is carried out: phases by type, and what is refused.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::super::author::{Decided, key_of, nothing, unknown};
use super::super::duration::Duration;
use super::super::progress::{Exposure, Freezes, Gate, Monitoring, Plan, Stages, Step};
use super::super::rejection::{Rejection, RejectionCode};
use super::super::workspace::Workspace;
use super::asked::{Draft, Rollback, Terms};
use super::decide::{fact, rollout_of};
use super::manifest::{Content, Manifest, Recovery};
use super::version::{Kind, Version};
use super::{Event, Release, State, Trigger};
use crate::words::limits;
use crate::words::weight::Ppm;

const HOUR: i64 = 60 * 60 * 1_000;

impl Kind {
    /// The phases of a type: exposures in ppm, and for how many hours each is held. The last one is a target.
    pub const fn phases(self) -> &'static [(u32, i64)] {
        match self {
            Self::Hotfix => &[(1_000_000, 0)],
            Self::Major => &[(10_000, 24), (50_000, 72), (200_000, 168), (500_000, 168), (1_000_000, 0)],
            Self::Minor | Self::Patch | Self::Beta | Self::Alpha => {
                &[(50_000, 24), (200_000, 72), (500_000, 72), (1_000_000, 0)]
            }
        }
    }

    /// The plan of a type. What is held against those who are exposed is so while there are others, and for a time: not
    /// in the last phase, which is over when it is reached.
    fn plan(self, triggers: Option<&Monitoring>) -> Result<Plan, Rejection> {
        let phases = self.phases();
        if triggers.is_some() && phases.len() == 1 {
            let message = format!(
                "a {} is for everybody at once, so that there is nothing to watch: give a `plan` of its own instead of \
                 `triggers`",
                self.name()
            );
            return Err(malformed(message));
        }
        let guardrails = |place: usize| triggers.filter(|_| place + 1 < phases.len()).map(|all| all.guardrails.clone());
        let step = |(place, &(ppm, hours)): (usize, &(u32, i64))| Step {
            exposure: Exposure(Ppm::new(ppm).unwrap_or(Ppm::ALL)),
            hold: Duration::from_ms(hours * HOUR).unwrap_or_default(),
            gate: Gate::None,
            guardrails: guardrails(place).unwrap_or_default(),
            deadline: Duration::default(),
        };
        let monitoring = triggers.map(|all| Monitoring { guardrails: Vec::new(), ..all.clone() });
        Ok(Plan::Stepped { steps: phases.iter().enumerate().map(step).collect(), monitoring })
    }
}

impl Draft {
    /// The release as it is carried out.
    pub(super) fn manifest(&self) -> Result<Manifest, Rejection> {
        let Self { environment, version, kind, older_line, notes, rules, plan, terms } = self;
        if rules.is_empty() {
            return Err(malformed("a release drives at least one rule: name it in `rules`"));
        }
        if *older_line && *kind != Kind::Hotfix {
            return Err(malformed("only a hotfix is of an older line"));
        }
        let notes_are = |lines: &Vec<String>| lines.len() <= limits::RELEASE_NOTES;
        if ![&notes.features, &notes.fixes, &notes.breaking_changes].into_iter().all(notes_are) {
            return Err(malformed(format!("`notes` has at most {} lines of each sort", limits::RELEASE_NOTES)));
        }
        let triggers = terms.rollback.triggers.as_ref();
        if plan.is_some() && triggers.is_some() {
            return Err(malformed("a plan of its own has its own `monitoring`: put the `triggers` there"));
        }
        let plan = plan.clone().map_or_else(|| kind.plan(triggers), Ok)?;
        let mut plan = plan.stages().map_err(|wrong| malformed(format!("`plan`: {wrong}")))?;
        if plan.target() == Exposure::NONE {
            return Err(malformed("`plan`: a release ends above 0 %, since it would serve nobody"));
        }
        if terms.approvals.each_phase {
            close_gates(&mut plan);
        }
        let (freezes, recovery) = terms.checked()?;
        Ok(Manifest {
            environment: environment.clone(),
            version: version.clone(),
            kind: *kind,
            older_line: *older_line,
            notes: notes.clone(),
            content: Content::Rollout { rules: rules.clone(), plan },
            approvals: terms.approvals.clone(),
            freezes,
            recovery,
        })
    }
}

/// Every phase but the last ends at a gate.
fn close_gates(plan: &mut Stages) {
    let inner = plan.stages.len().saturating_sub(1);
    plan.stages.iter_mut().take(inner).for_each(|stage| stage.gate = Gate::Approval);
}

impl Terms {
    /// What is carried out of it.
    fn checked(&self) -> Result<(Freezes, Recovery), Rejection> {
        let Self { approvals, freezes, rollback: Rollback { steps, verification, .. } } = self;
        let (named, least) = (approvals.by.len(), approvals.needed());
        if named > 0 && least > named {
            return Err(malformed(format!("`approvals` takes {least} of {named} people, which nobody can get")));
        }
        if approvals.each_phase && least == 0 {
            return Err(malformed("`approvals` for each phase are of somebody: say `by` whom, or how many at `least`"));
        }
        let freezes = Freezes::new(freezes).map_err(|wrong| malformed(format!("`freezes`: {wrong}")))?;
        let recovery = Recovery { steps: steps.clone(), verification: verification.clone() };
        let names: Vec<&str> = recovery.all().map(|(name, _)| name).collect();
        if names.len() > limits::ROLLBACK_STEPS {
            return Err(malformed(format!("`rollback` has at most {} steps and checks", limits::ROLLBACK_STEPS)));
        }
        for (place, name) in names.iter().enumerate() {
            key_of("a step of `rollback`", name)?;
            if names.iter().take(place).any(|known| known == name) {
                return Err(malformed(format!("the step `{name}` of `rollback` is there twice")));
            }
        }
        if let Some((name, _)) = recovery.all().find(|(_, within)| *within == Some(0)) {
            return Err(malformed(format!(
                "nobody can do `{name}` in no time: say in `within` how long there is for it"
            )));
        }
        Ok((freezes, recovery))
    }
}

impl Workspace {
    /// The release of the version that runs in an environment: the highest that was completed there and not taken back.
    pub fn current_release(&self, environment: &str) -> Option<(&str, &Release)> {
        current(&self.releases, environment)
    }

    pub(super) fn plan_release(&self, id: &str, draft: &Draft) -> Decided {
        self.fresh_release(id)?;
        let manifest = draft.manifest()?;
        self.free_version(id, &manifest)?;
        Ok(vec![fact(id, Event::Planned { manifest: Box::new(manifest) })])
    }

    pub(super) fn change_release(&self, id: &str, before: &Manifest, draft: &Draft) -> Decided {
        if matches!(before.content, Content::Copy { .. }) {
            let message = format!("the release `{id}` is a copy of what ran: cancel it, and promote again");
            return Err(Rejection::new(RejectionCode::WrongState, message));
        }
        let after = draft.manifest()?;
        if after == *before {
            return Err(nothing(format!("the release `{id}` is planned so already")));
        }
        self.free_version(id, &after)?;
        Ok(vec![fact(id, Event::Changed { before: Box::new(before.clone()), after: Box::new(after) })])
    }

    pub(super) fn promote_release(&self, id: &str, of: &str, to: &str, terms: &Terms) -> Decided {
        self.fresh_release(id)?;
        let source = self.releases.get(of).ok_or_else(|| unknown("release", of))?;
        source.expects(of, Trigger::Promote)?;
        if terms.rollback.triggers.is_some() || terms.approvals.each_phase {
            return Err(malformed("a copy is written at once: it has no phases, and no `triggers`"));
        }
        let (freezes, recovery) = terms.checked()?;
        let Manifest { version, kind, notes, .. } = &source.manifest;
        let manifest = Manifest {
            environment: to.into(),
            version: version.clone(),
            kind: *kind,
            older_line: false,
            notes: notes.clone(),
            content: Content::Copy { of: of.into(), flags: source.flags.clone() },
            approvals: terms.approvals.clone(),
            freezes,
            recovery,
        };
        self.free_version(id, &manifest)?;
        Ok(vec![fact(id, Event::Planned { manifest: Box::new(manifest) })])
    }

    fn fresh_release(&self, id: &str) -> Result<(), Rejection> {
        key_of("a release", &rollout_of(id))?;
        if self.releases.contains_key(id) {
            let message = format!("there is or was a release `{id}`: another one has another id");
            return Err(Rejection::new(RejectionCode::Taken, message));
        }
        Ok(())
    }

    /// Refuses a version that was planned before, does not lie above that which runs, or is of another type.
    pub(super) fn free_version(&self, id: &str, manifest: &Manifest) -> Result<(), Rejection> {
        let Manifest { environment, version, kind, .. } = manifest;
        self.environment(environment)?;
        let others = self.releases.iter().filter(|(other, release)| {
            // What was called off before anybody saw it leaves its version free.
            let was_seen = release.state != State::Cancelled || release.started.is_some();
            *other != id && was_seen && release.manifest.environment == *environment
        });
        let others: Vec<(&String, &Release)> = others.map(|(other, release)| (other, release.as_ref())).collect();
        let is_same = |release: &Release| release.manifest.version.precedence(version).is_eq();
        if let Some((other, release)) = others.iter().find(|(_, release)| is_same(release)) {
            let message = format!(
                "the release `{other}` of the version `{}` {} in `{environment}`: choose a higher version",
                release.manifest.version,
                release.state.says()
            );
            return Err(Rejection::new(RejectionCode::Taken, message));
        }
        let ran = others.iter().map(|(_, release)| *release).filter(|release| release.state.has_run());
        let highest = |accepts: &dyn Fn(&Manifest) -> bool| {
            let versions = ran.clone().map(|release| &release.manifest).filter(|ran| accepts(ran));
            versions.map(|ran| &ran.version).max_by(|a, b| a.precedence(b))
        };
        let current = highest(&|ran| !ran.older_line);
        let wrong = |message: String| Err(Rejection::new(RejectionCode::WrongState, message));
        let spent = others
            .iter()
            .filter(|(_, release)| release.state.is_taken_back())
            .map(|(_, release)| &release.manifest.version);
        let spent: Vec<[u64; 3]> = spent.filter(|spent| spent.pre().is_empty()).map(Version::numbers).collect();
        let fits = |base| kind.fits(version, base, |numbers| spent.contains(&numbers)).or_else(wrong);
        let is_above = current.is_none_or(|current| version.precedence(current).is_gt());
        if manifest.older_line {
            let line = |[major, minor, _]: [u64; 3]| [major, minor];
            let of_line = |ran: &Manifest| line(ran.version.numbers()) == line(version.numbers());
            return match highest(&|ran| of_line(ran) && ran.version.pre().is_empty()) {
                _ if is_above => wrong(format!("`{version}` is not of an older line: leave out `olderLine`")),
                None => wrong(format!("no version of the line of `{version}` has run in `{environment}`")),
                base => fits(base),
            };
        }
        if let Some(current) = current.filter(|_| !is_above) {
            return wrong(format!("`{version}` is not above `{current}`, which runs in `{environment}`"));
        }
        match manifest.content {
            // Between the copies of an environment there may be versions that it never had.
            Content::Copy { .. } => Ok(()),
            Content::Rollout { .. } => fits(highest(&|ran| !ran.older_line && ran.version.pre().is_empty())),
        }
    }
}

/// The release of the version that runs in an environment.
pub(super) fn current<'r>(
    releases: &'r BTreeMap<String, Arc<Release>>,
    environment: &str,
) -> Option<(&'r str, &'r Release)> {
    let ran = releases.iter().map(|(id, release)| (id.as_str(), release.as_ref())).filter(|(_, release)| {
        let Manifest { environment: place, older_line, .. } = &release.manifest;
        release.state.has_run() && !older_line && place == environment
    });
    ran.max_by(|(_, a), (_, b)| a.manifest.version.precedence(&b.manifest.version))
}

fn malformed(message: impl Into<String>) -> Rejection {
    Rejection::new(RejectionCode::Malformed, message)
}
