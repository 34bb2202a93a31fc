//! The engine: a ruleset with its kills, and how one is replaced by the next. This is what every
//! host holds, so that none of them decides anything itself.

mod answer;
mod assignment;
mod kills;

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::{fmt, mem};

pub use answer::{Evaluation, Route};
pub use assignment::Assignment;

use crate::compile::{self, compile};
use crate::context::Context;
use crate::evaluate::{self, Block, Evaluator, Kills, Silent, Tracer, Trail};
use crate::explain::{self, Explanation};
use crate::hash::Fingerprint;
use crate::ir::{self, Identity, NONE, Ruleset};
use crate::patterns::{Patterns, RegexPatterns};
use crate::snapshot::{self, Reading};
use crate::words::diagnostic::{Code, Diagnostic, Severity};
use crate::words::error_code::ErrorCode;
use crate::words::kill::{KillMessage, KillSet};
use crate::words::text::{decimal, join};
use crate::words::time::Timestamp;
use crate::words::value::ValueType;

/// Evaluates the flags and services of one environment.
///
/// ```
/// use vexil::{Context, Engine, Timestamp};
///
/// let engine = Engine::from_json(r#"{
///     "schema": "vexil/1",
///     "flags": {
///         "new-search": {
///             "variants": { "on": true, "off": false },
///             "offVariant": "off",
///             "rules": [{
///                 "id": "germany",
///                 "when": { "attribute": "country", "op": "eq", "value": "DE" },
///                 "serve": { "variant": "on" }
///             }],
///             "default": { "variant": "off" }
///         }
///     }
/// }"#)?;
///
/// let now = Timestamp::from_ms(0);
/// let visitor = Context::new("u-1").with("country", "DE");
/// assert!(engine.boolean("new-search", &visitor, now, false));
/// assert_eq!(engine.evaluate("new-search", &visitor, now).rule, Some("germany"));
/// # Ok::<(), vexil::SnapshotError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine<P = RegexPatterns> {
    ruleset: Ruleset<P>,
    kill_set: KillSet,
    kills: Kills,
    diagnostics: Vec<Diagnostic>,
}

/// A document that was refused. The engine is as it was, but for kills, which are applied even
/// from a document that is otherwise refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    /// Everything that is wrong, the fatal problems first.
    pub diagnostics: Vec<Diagnostic>,
    /// What the kills of the refused document changed.
    pub changes: Changes,
}

impl From<Vec<Diagnostic>> for SnapshotError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, changes: Changes::default() }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document is refused")?;
        // A kill message is refused for less than a snapshot is.
        let is_fatal = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Fatal;
        let has_fatal = self.diagnostics.iter().any(is_fatal);
        let mut told = self.diagnostics.iter().filter(|diagnostic| is_fatal(diagnostic) || !has_fatal);
        told.try_for_each(|diagnostic| write!(f, "\n  {diagnostic}"))
    }
}

impl core::error::Error for SnapshotError {}

/// What could be different after an update or a kill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Keys of flags whose answer could differ for somebody, in order; new and removed ones too.
    pub flags: Vec<String>,
    /// Keys of services, likewise.
    pub services: Vec<String>,
}

impl Engine {
    /// An engine for a snapshot document.
    ///
    /// # Errors
    /// The document is unusable. Lesser problems are in [`Engine::diagnostics`].
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        Self::for_environment(text, None)
    }

    /// An engine for a snapshot document that must be of the environment asked for.
    ///
    /// # Errors
    /// The document is unusable, or says that it is of another environment.
    pub fn for_environment(text: &str, environment: Option<&str>) -> Result<Self, SnapshotError> {
        let Reading { snapshot, diagnostics, .. } = snapshot::read::<RegexPatterns>(text);
        let Some(snapshot) = snapshot else { return Err(SnapshotError::from(diagnostics)) };
        if let Some(problem) = wrong_environment(environment, snapshot.environment.as_deref()) {
            return Err(SnapshotError::from(alloc::vec![problem]));
        }
        let mut engine = Self::from_ruleset(compile(&snapshot, Fingerprint::of(text)));
        engine.diagnostics = diagnostics;
        engine.assume_environment(environment);
        Ok(engine)
    }
}

impl<P: Patterns> Engine<P> {
    /// An engine for a ruleset that was compiled before.
    pub fn from_ruleset(ruleset: Ruleset<P>) -> Self {
        let kill_set = ruleset.identity.kills.clone();
        let kills = kills::overlay(&ruleset, &kill_set);
        Self { ruleset, kill_set, kills, diagnostics: Vec::new() }
    }

    /// An engine for a ruleset in its binary form.
    ///
    /// # Errors
    /// The bytes are no ruleset, damaged, or of a format that this engine does not read.
    pub fn from_ruleset_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        Self::from_ruleset_bytes_for(bytes, None)
    }

    /// An engine for a ruleset in its binary form that must be of the environment asked for.
    ///
    /// # Errors
    /// Those of [`Engine::from_ruleset_bytes`], or the ruleset says that it is of another environment.
    pub fn from_ruleset_bytes_for(bytes: &[u8], environment: Option<&str>) -> Result<Self, SnapshotError> {
        let ruleset = Ruleset::from_bytes(bytes).map_err(|problem| alloc::vec![problem])?;
        if let Some(problem) = wrong_environment(environment, ruleset.identity.environment.as_deref()) {
            return Err(SnapshotError::from(alloc::vec![problem]));
        }
        let mut engine = Self::from_ruleset(ruleset);
        engine.assume_environment(environment);
        Ok(engine)
    }

    /// What says nothing of its environment is of the one asked for.
    fn assume_environment(&mut self, environment: Option<&str>) {
        if let Some(environment) = environment {
            self.ruleset.identity.environment.get_or_insert_with(|| environment.into());
        }
    }

    /// The compiled ruleset.
    pub const fn ruleset(&self) -> &Ruleset<P> {
        &self.ruleset
    }

    /// The compiled ruleset, of which nothing else is needed any more.
    pub fn into_ruleset(self) -> Ruleset<P> {
        self.ruleset
    }

    /// The kill set in force.
    pub const fn kill_set(&self) -> &KillSet {
        &self.kill_set
    }

    /// What validation had to say of the snapshot in force.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Replaces the snapshot as a whole, and says what could be different.
    ///
    /// Within a lineage revisions only rise. The kill set of the higher kill revision stays, so
    /// that an old snapshot cannot lift a kill.
    ///
    /// # Errors
    /// The document is unusable, of another environment, of an older revision, or of the same
    /// revision with other bytes. The engine then answers as before, but for its kills.
    pub fn update(&mut self, text: &str) -> Result<Changes, SnapshotError> {
        let Reading { snapshot, kills, environment, mut diagnostics } = snapshot::read::<P>(text);
        let content = Fingerprint::of(text);
        let successor = snapshot.filter(|snapshot| match self.order(&compile::identity(snapshot, content)) {
            Ok(warning) => {
                diagnostics.extend(warning);
                true
            }
            Err(problem) => {
                diagnostics = alloc::vec![problem];
                false
            }
        });
        if let Some(snapshot) = successor {
            let changes = self.replace(compile(&snapshot, content));
            self.diagnostics = diagnostics;
            return Ok(changes);
        }
        let changes = self.raise_from_refused(kills.unwrap_or_default(), environment.as_deref());
        Err(SnapshotError { diagnostics, changes })
    }

    /// [`Engine::update`] for a ruleset in its binary form.
    ///
    /// # Errors
    /// Those of [`Engine::update`], and the bytes are no ruleset, damaged, or of a format that this
    /// engine does not read.
    pub fn update_ruleset_bytes(&mut self, bytes: &[u8]) -> Result<Changes, SnapshotError> {
        let mut next = Ruleset::from_bytes(bytes).map_err(|problem| alloc::vec![problem])?;
        match self.order(&next.identity) {
            Ok(warning) => {
                let changes = self.replace(next);
                self.diagnostics = Vec::from_iter(warning);
                Ok(changes)
            }
            Err(problem) => {
                let kills = mem::take(&mut next.identity.kills);
                let changes = self.raise_from_refused(kills, next.identity.environment.as_deref());
                Err(SnapshotError { changes, ..SnapshotError::from(alloc::vec![problem]) })
            }
        }
    }

    /// Applies a kill message: a kill set of its own, outside any snapshot. One whose revision is
    /// not higher than that of the set in force changes nothing.
    ///
    /// # Errors
    /// The message is malformed, or of another environment or lineage. Nothing is changed.
    pub fn kill(&mut self, message: &str) -> Result<Changes, SnapshotError> {
        self.apply(snapshot::read_kill_message(message)?)
    }

    /// [`Engine::kill`] for a message in binary form: the identity section of a ruleset.
    ///
    /// # Errors
    /// Those of [`Engine::kill`].
    pub fn kill_bytes(&mut self, message: &[u8]) -> Result<Changes, SnapshotError> {
        let Some(Identity { kills, environment, lineage, .. }) = ir::binary::read_identity(message) else {
            let problem = Diagnostic::new(Code::NotARuleset, "", "the kill message is damaged");
            return Err(SnapshotError::from(alloc::vec![problem]));
        };
        self.apply(KillMessage { kills, environment, lineage })
    }

    fn apply(&mut self, message: KillMessage) -> Result<Changes, SnapshotError> {
        let foreign = wrong_environment(self.environment(), message.environment.as_deref());
        if let Some(problem) = foreign {
            return Err(SnapshotError::from(alloc::vec![problem]));
        }
        if let Some((own, other)) = differing(self.ruleset.identity.lineage.as_deref(), message.lineage.as_deref()) {
            let text = join(&["the kill message is of lineage `", other, "`, the snapshot of `", own, "`"]);
            let problem = Diagnostic::new(Code::LineageChanged, "/lineage", text);
            return Err(SnapshotError::from(alloc::vec![Diagnostic { severity: Severity::Fatal, ..problem }]));
        }
        Ok(self.raise(message.kills))
    }

    fn environment(&self) -> Option<&str> {
        self.ruleset.identity.environment.as_deref()
    }

    /// Whether a snapshot may follow the present one; a new lineage may, and is reported.
    fn order(&self, next: &Identity) -> Result<Option<Diagnostic>, Diagnostic> {
        let current = &self.ruleset.identity;
        if let Some(problem) = wrong_environment(self.environment(), next.environment.as_deref()) {
            return Err(problem);
        }
        if let Some((own, other)) = differing(current.lineage.as_deref(), next.lineage.as_deref()) {
            let text = join(&["the snapshot is of lineage `", other, "`, the one before of `", own, "`"]);
            return Ok(Some(Diagnostic::new(Code::LineageChanged, "/lineage", text)));
        }
        let is_history = current.lineage.is_some() && next.lineage.is_some();
        let (Some(present), Some(coming), true) = (current.revision, next.revision, is_history) else {
            return Ok(None);
        };
        let number = decimal(coming);
        let (code, text) = if coming < present {
            let text = ["revision ", &number, " is older than ", &decimal(present), ", which is in force"];
            (Code::OlderRevision, join(&text))
        } else if coming == present && next.content != current.content {
            let text = ["revision ", &number, " is in force with other content; a change needs a new revision"];
            (Code::SameRevisionOtherBytes, join(&text))
        } else {
            return Ok(None);
        };
        Err(Diagnostic::new(code, "/revision", text))
    }

    /// Takes over the kill set of a document that is otherwise refused, unless it is of another environment.
    fn raise_from_refused(&mut self, kills: KillSet, environment: Option<&str>) -> Changes {
        let is_foreign = differing(self.environment(), environment).is_some();
        self.raise(if is_foreign { KillSet::default() } else { kills })
    }

    /// Takes over a kill set if its revision is higher.
    fn raise(&mut self, kill_set: KillSet) -> Changes {
        if kill_set.revision <= self.kill_set.revision {
            return Changes::default();
        }
        let overlay = kills::overlay(&self.ruleset, &kill_set);
        let changed = kills::changed_rows(&self.ruleset, &self.kills, &overlay);
        (self.kill_set, self.kills) = (kill_set, overlay);
        let mut changes = Changes::default();
        for (row, changed) in (0..).zip(changed) {
            if changed {
                changes.add(&self.ruleset, row);
            }
        }
        changes
    }

    fn replace(&mut self, mut next: Ruleset<P>) -> Changes {
        if next.identity.environment.is_none() {
            next.identity.environment = self.ruleset.identity.environment.take();
        }
        if next.identity.kills.revision > self.kill_set.revision {
            self.kill_set = next.identity.kills.clone();
        }
        let overlay = kills::overlay(&next, &self.kill_set);
        let pairs = pairs(&self.ruleset, &next);
        // What the old kills would do to the new rules: the difference to what the new ones do is
        // the kills' part of the change, spread over prerequisites.
        let remaining = pairs.iter().filter(|pair| pair.new.is_some());
        let before = Kills::new(remaining.map(|pair| pair.old.and_then(|row| self.kills.scope(row))).collect());
        let by_kills = kills::changed_rows(&next, &before, &overlay);
        let mut changes = Changes::default();
        for Pair { old, new } in pairs {
            let fingerprint =
                |ruleset: &Ruleset<P>, row: Option<u32>| Some(ruleset.flags.get(row? as usize)?.fingerprint);
            let same = fingerprint(&self.ruleset, old) == fingerprint(&next, new);
            match (old, new) {
                (_, Some(row)) if !same || by_kills.get(row as usize).copied().unwrap_or(true) => {
                    changes.add(&next, row);
                }
                (Some(row), None) => changes.add(&self.ruleset, row),
                _ => {}
            }
        }
        (self.ruleset, self.kills) = (next, overlay);
        changes
    }

    /// A context block with all that the ruleset reads of a context: evaluating many flags for
    /// one context is fastest on one block. It belongs to the ruleset in force.
    pub fn block(&self, context: &Context) -> Block {
        let mut block = Block::new(&self.ruleset);
        for (slot, row) in self.ruleset.slots.iter().enumerate() {
            if let Some(value) = context.get(self.ruleset.text(row.path)) {
                block.write(&self.ruleset, slot as u32, Some(value));
            }
        }
        block
    }

    /// The outcome of a row of the ruleset's flags, a row of its outcomes: the fastest form, for
    /// hosts that keep rows. Nothing is allocated.
    #[inline]
    pub fn outcome(&self, flag: u32, block: &Block, now: Timestamp) -> u32 {
        self.outcome_traced(flag, block, now, Silent)
    }

    /// [`Engine::outcome`] for one who listens.
    #[inline]
    pub fn outcome_traced<T: Tracer>(&self, flag: u32, block: &Block, now: Timestamp, tracer: T) -> u32 {
        Evaluator { ruleset: &self.ruleset, kills: &self.kills, block, now, tracer }.evaluate(flag)
    }

    /// What chance decided in an outcome that a [`Trail`] has noted.
    pub fn assignment(&self, outcome: u32) -> Option<Assignment<'_>> {
        Assignment::of(&self.ruleset, outcome)
    }

    /// Evaluates a flag, and says what chance decided: for the flag itself, and before it for the prerequisites that were
    /// reached. These are what an exposure is recorded for.
    ///
    /// ```
    /// use vexil::{Context, Engine, Timestamp};
    ///
    /// let engine = Engine::from_json(r#"{
    ///     "schema": "vexil/1",
    ///     "flags": { "theme": {
    ///         "variants": { "light": "light", "dark": "dark" }, "offVariant": "light",
    ///         "default": { "split": { "weights": [{ "variant": "light", "weight": 1 }, { "variant": "dark", "weight": 1 }] } }
    ///     } }
    /// }"#)?;
    ///
    /// let (answer, assignments) = engine.evaluate_assigned("theme", &Context::new("u-1"), Timestamp::from_ms(0));
    /// assert_eq!(answer.variant, assignments.first().map(|assignment| assignment.variant));
    /// assert_eq!(assignments.first().map(|assignment| (assignment.seed, assignment.by)), Some(("theme", "targetingKey")));
    /// # Ok::<(), vexil::SnapshotError>(())
    /// ```
    pub fn evaluate_assigned<'e>(
        &'e self,
        key: &'e str,
        context: &Context,
        now: Timestamp,
    ) -> (Evaluation<'e>, Vec<Assignment<'e>>) {
        let mut trail = Trail::new();
        let row = self.ruleset.find_flag(key);
        let block = self.block(context);
        let answer = row.and_then(|row| self.answer(row, self.outcome_traced(row, &block, now, &mut trail)));
        let assignments = trail.outcomes().iter().filter_map(|&outcome| self.assignment(outcome)).collect();
        (answer.unwrap_or(Evaluation::error(key, ErrorCode::FlagNotFound)), assignments)
    }

    /// The answer that an outcome stands for.
    pub fn answer(&self, flag: u32, outcome: u32) -> Option<Evaluation<'_>> {
        self.ruleset.flags.get(flag as usize).map(|flag| Evaluation::new(&self.ruleset, flag, outcome))
    }

    /// Evaluates a flag.
    pub fn evaluate<'e>(&'e self, key: &'e str, context: &Context, now: Timestamp) -> Evaluation<'e> {
        self.evaluate_block(key, &self.block(context), now)
    }

    /// Evaluates a flag for a context block of the ruleset in force.
    pub fn evaluate_block<'e>(&'e self, key: &'e str, block: &Block, now: Timestamp) -> Evaluation<'e> {
        let row = self.ruleset.find_flag(key);
        let answer = row.and_then(|row| self.answer(row, self.outcome(row, block, now)));
        answer.unwrap_or(Evaluation::error(key, ErrorCode::FlagNotFound))
    }

    /// Evaluates a flag whose values must be of a type.
    pub fn evaluate_as<'e>(
        &'e self,
        key: &'e str,
        kind: ValueType,
        context: &Context,
        now: Timestamp,
    ) -> Evaluation<'e> {
        let answer = self.evaluate(key, context, now);
        let own = self.ruleset.find_flag(key).and_then(|row| self.ruleset.flags.get(row as usize));
        let other = own.and_then(|flag| self.ruleset.kind(flag)).filter(|own| *own != kind);
        match other {
            // A broken flag is broken before its type is looked at.
            Some(own) if answer.error_code.is_none() => Evaluation::mismatch(key, kind, own),
            _ => answer,
        }
    }

    /// The value of a boolean flag, or the default if there is none.
    pub fn boolean(&self, key: &str, context: &Context, now: Timestamp, default: bool) -> bool {
        self.evaluate(key, context, now).boolean().unwrap_or(default)
    }

    /// The value of a text flag, or the default if there is none.
    pub fn string(&self, key: &str, context: &Context, now: Timestamp, default: &str) -> String {
        let value = self.evaluate(key, context, now).string().map(String::from);
        value.unwrap_or_else(|| default.into())
    }

    /// The value of a number flag, or the default if there is none.
    pub fn number(&self, key: &str, context: &Context, now: Timestamp, default: f64) -> f64 {
        self.evaluate(key, context, now).number().unwrap_or(default)
    }

    /// Evaluates every flag, in the order of the keys. Flags that answer with an error are left out.
    pub fn all(&self, context: &Context, now: Timestamp) -> Vec<Evaluation<'_>> {
        let block = self.block(context);
        let rows = 0..self.ruleset.flag_count;
        let answers = rows.filter_map(|row| self.answer(row, self.outcome(row, &block, now)));
        answers.filter(|answer| answer.error_code.is_none()).collect()
    }

    /// Routes a request of a service.
    pub fn route<'e>(&'e self, service: &'e str, context: &Context, now: Timestamp) -> Route<'e> {
        let row = self.ruleset.find_service(service);
        let answer = row.and_then(|row| self.answer(row, self.outcome(row, &self.block(context), now)));
        Route::new(answer.unwrap_or(Evaluation::error(service, ErrorCode::FlagNotFound)))
    }

    /// How the answer of a flag comes about, step by step; `None` if there is no such flag.
    pub fn explain(&self, key: &str, context: &Context, now: Timestamp) -> Option<Explanation> {
        self.explain_row(self.ruleset.find_flag(key).unwrap_or(NONE), &self.block(context), now)
    }

    /// How a request of a service comes to its track, step by step; `None` if there is no such service.
    pub fn explain_route(&self, service: &str, context: &Context, now: Timestamp) -> Option<Explanation> {
        self.explain_row(self.ruleset.find_service(service).unwrap_or(NONE), &self.block(context), now)
    }

    /// How the answer of a row of the ruleset's flags comes about.
    pub fn explain_row(&self, row: u32, block: &Block, now: Timestamp) -> Option<Explanation> {
        explain::explain(&self.ruleset, &self.kills, row, block, now)
    }

    /// The first instant after `now` at which time alone could change an answer.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        evaluate::next_change(&self.ruleset, now)
    }
}

/// The rows that a flag or service has in two rulesets.
struct Pair {
    old: Option<u32>,
    new: Option<u32>,
}

/// What rows are in the order of: flags before services, then their keys.
fn place<P>(ruleset: &Ruleset<P>, row: u32) -> Option<(bool, &[u8])> {
    let flag = ruleset.flags.get(row as usize)?;
    Some((row >= ruleset.flag_count, ruleset.text_bytes(flag.key)))
}

/// All flags of two rulesets, then all services, in the order of their keys.
fn pairs<P>(old: &Ruleset<P>, new: &Ruleset<P>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rows = [0_u32; 2];
    loop {
        let [a, b] = rows;
        let order = match (place(old, a), place(new, b)) {
            (None, None) => return pairs,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.cmp(&b),
        };
        let pair = Pair { old: order.is_le().then_some(a), new: order.is_ge().then_some(b) };
        rows = [a + u32::from(pair.old.is_some()), b + u32::from(pair.new.is_some())];
        pairs.push(pair);
    }
}

impl Changes {
    fn add<P>(&mut self, ruleset: &Ruleset<P>, row: u32) {
        let Some(flag) = ruleset.flags.get(row as usize) else { return };
        let keys = if row < ruleset.flag_count { &mut self.flags } else { &mut self.services };
        keys.push(ruleset.text(flag.key).into());
    }
}

fn wrong_environment(asked: Option<&str>, given: Option<&str>) -> Option<Diagnostic> {
    let (asked, given) = differing(asked, given)?;
    let text = join(&["this is of the environment `", given, "`; asked for is `", asked, "`"]);
    Some(Diagnostic::new(Code::WrongEnvironment, "/environment", text))
}

/// Both, where both are there and are not the same.
fn differing<'t>(own: Option<&'t str>, other: Option<&'t str>) -> Option<(&'t str, &'t str)> {
    own.zip(other).filter(|(own, other)| own != other)
}
