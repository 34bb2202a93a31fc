//! Canary deployments: another version of a service, for more and more of its visitors.
//!
//! Like a rollout, a deployment lies over its service while it runs: publishing gives the canary track the new version and
//! splits the visitors. Completing writes the new version into the stable track; what ran before is kept, so that a
//! completed deployment can be rolled back as well. Each deployment draws other visitors by a seed of its own, which a
//! retry takes over.

mod decide;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::progress::{Exposure, Happened, Plan, Progress, Reached, Stages};
use crate::analysis::guardrail::StageVerdict;
use crate::analysis::metric::Observation;
use crate::words::time::Timestamp;
use crate::words::value::Value;
use crate::words::weight::WHOLE;

/// What can be asked of a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeploymentCommand"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Begins to send visitors to another version. The id of the deployment was never used before.
    Start {
        /// Where.
        environment: String,
        /// The service, which has no other deployment on its way there.
        service: String,
        /// What is deployed.
        version: String,
        /// What is to be done; 10 %, 50 % and 100 % with bounds on errors by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Plan>,
        /// An earlier deployment of the service, whose visitors are the canary's again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_of: Option<String>,
    },
    /// Sends all visitors to another version at once. A deployment that is on its way is superseded.
    Instant {
        /// Where.
        environment: String,
        /// The service.
        service: String,
        /// What is deployed.
        version: String,
    },
    /// Takes in what the host has observed of the visitors that the split chose, and rolls back on evidence of harm.
    Record {
        /// Each at or before now. The arms are `canary` and `control`.
        observations: Vec<Observation>,
    },
    /// Opens the gate of a stage, or ends a stage before its time.
    Advance {
        /// Why it shall go on although its guardrails do not say that it may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<String>,
    },
    /// Stops its time. The share that was reached stays, and guardrails are still watched.
    Pause {},
    /// Lets its time run on, from where it stood.
    Resume {},
    /// Takes it back, also after it was completed: everyone gets the version that ran before.
    RollBack {},
    /// Calls it off: everyone gets the version that ran before.
    Abort {},
    /// Ends it with the new version for everyone, whatever stages are left.
    Complete {},
}

/// What happens to a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeploymentEvent"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// It began.
    Started {
        /// What is deployed, and along what.
        course: Course,
    },
    /// Something was observed.
    Observed {
        /// What.
        observations: Vec<Observation>,
    },
    /// Its guardrails said something else than before, or something was decided by them.
    Judged {
        /// What they said, with the evidence.
        verdict: StageVerdict,
    },
    /// It is somewhere else.
    Reached {
        /// Where.
        reached: Reached,
    },
}

impl From<Happened> for Event {
    fn from(happened: Happened) -> Self {
        match happened {
            Happened::Observed(observations) => Self::Observed { observations },
            Happened::Judged(verdict) => Self::Judged { verdict },
            Happened::Reached(reached) => Self::Reached { reached },
        }
    }
}

/// What is deployed, and along what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeploymentCourse"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Course {
    /// Where.
    pub environment: String,
    /// The service.
    pub service: String,
    /// What ran before, and is the target of a rollback.
    pub from: String,
    /// What is deployed.
    pub to: String,
    /// Decides which visitors come first.
    pub seed: String,
    /// The stages. Their exposure is the canary's share.
    pub plan: Stages,
}

/// A deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    environment: String,
    service: String,
    from: String,
    to: String,
    seed: String,
    /// Its place among all deployments, by their start.
    number: u64,
    progress: Progress,
}

impl Deployment {
    pub(super) fn new(course: Course, number: u64, at: Timestamp) -> Self {
        let Course { environment, service, from, to, seed, plan } = course;
        Self { environment, service, from, to, seed, number, progress: Progress::new(plan, at) }
    }

    /// Where.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The version that ran before.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// The version that is deployed.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Its place among all deployments of the workspace, by their start, from 1.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// How far it is.
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    pub(super) fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            // It begins as a whole.
            Event::Started { .. } => {}
            Event::Observed { observations } => self.progress.observed(observations, at),
            Event::Judged { verdict } => self.progress.judged(verdict),
            Event::Reached { reached } => self.progress.reached(reached, at),
        }
    }

    /// Whether it serves something in an environment.
    pub(super) fn lies_over(&self, environment: &str) -> bool {
        self.progress.status().is_active() && self.environment == environment
    }

    /// Whether a service is served by it.
    pub(super) fn drives(&self, environment: &str, service: &str) -> bool {
        self.lies_over(environment) && self.service == service
    }

    /// What the service has in the place of its own tracks and split.
    pub(super) fn served(&self, service: &Document) -> Document {
        let tracks = with_version(service, "canary", &self.to);
        service.with(&Document::new([
            (String::from("tracks"), tracks),
            (String::from("split"), split(service, &self.seed, self.progress.served())),
        ]))
    }

    /// What the service itself gets at the end: one version for everyone.
    fn settled(&self, service: &Document, version: &str) -> Document {
        Document::new([
            (String::from("tracks"), with_version(service, "stable", version)),
            (String::from("split"), split(service, &self.seed, Exposure::NONE)),
        ])
    }
}

/// The tracks of a service, of which one has another version.
fn with_version(service: &Document, track: &str, version: &str) -> Value {
    let tracks = match service.get("tracks") {
        Some(Value::Object(members)) => Document::new(members.iter().cloned()),
        _ => Document::default(),
    };
    let known = match tracks.get(track) {
        Some(Value::Object(members)) => Document::new(members.iter().cloned()),
        _ => Document::default(),
    };
    let set = known.with(&Document::new([(String::from("version"), Value::from(version))]));
    tracks.with(&Document::new([(String::from(track), set.to_value())])).to_value()
}

/// A split of a service by the unit that it is split by, with a share for the canary. The canary has the end of the
/// buckets, so that who is in it stays while its share grows.
fn split(service: &Document, seed: &str, canary: Exposure) -> Value {
    let weight = |track: &str, ppm: u32| {
        let members = [("track", Value::from(track)), ("weight", Value::Number(f64::from(ppm) / 1e4))];
        Value::Object(members.into_iter().map(|(name, value)| (String::from(name), value)).collect())
    };
    let ppm = canary.0.get();
    let mut weights = Vec::from([weight("stable", WHOLE - ppm)]);
    // A service without a canary has no track of that name.
    if ppm > 0 {
        weights.push(weight("canary", ppm));
    }
    let by = service.get("split").and_then(|split| split.member("by")).cloned();
    let members = [(String::from("seed"), Value::from(seed)), (String::from("weights"), Value::List(weights))];
    Value::Object(by.map(|by| (String::from("by"), by)).into_iter().chain(members).collect())
}

/// The version of a service's track.
fn version<'s>(service: &'s Document, track: &str) -> Option<&'s str> {
    match service.get("tracks")?.member(track)?.member("version")? {
        Value::String(version) => Some(version),
        _ => None,
    }
}
