//! What an artifact holds, and what its exports do: integers in, integers out. Texts and bytes lie in the exchange buffer.

use alloc::string::String;
use alloc::vec::Vec;

use vexil::ir::NONE;
use vexil::ir::binary::MAGIC;
use vexil::json::quoted;
use vexil::patterns::{NoPatterns, Patterns, RegexPatterns};
use vexil::{Changes, Code, Diagnostic, Engine, SnapshotError, Timestamp};
use vexil_boundary::{Hosted, Slab};

use crate::{Exchange, answer, assignment, identity, outcome, to_json};

/// All engines of an artifact, and the buffer over which texts and bytes are exchanged.
#[derive(Debug)]
pub struct Shell<P> {
    engines: Slab<Hosted<P>>,
    exchange: Exchange,
}

impl<P> Shell<P> {
    /// Without engines.
    pub const fn new() -> Self {
        Self { engines: Slab::new(), exchange: Exchange::new() }
    }

    /// [`Exchange::room`].
    pub fn room(&mut self, length: u32) -> usize {
        self.exchange.room(length)
    }

    /// [`Exchange::output`].
    pub fn output(&self) -> usize {
        self.exchange.output()
    }

    /// [`Exchange::put_version`].
    pub fn version(&mut self) -> u32 {
        self.exchange.put_version()
    }

    /// Disposes of an engine.
    pub fn dispose(&mut self, handle: u32) {
        self.engines.remove(handle);
    }
}

impl<P: Patterns> Shell<P> {
    /// What `of` makes of an engine; nothing once it was disposed of.
    fn of<R: Default>(&mut self, handle: u32, of: impl FnOnce(&mut Hosted<P>) -> R) -> R {
        self.engines.get_mut(handle).map(of).unwrap_or_default()
    }

    /// Takes in an engine for the input, of which the first bytes are the environment asked for, unless that is
    /// [`NONE`]. Puts out what became of it; without a handle and a refusal if too many engines are alive.
    fn load_with(
        &mut self,
        environment: u32,
        load: impl FnOnce(&[u8], Option<&str>) -> Result<Engine<P>, SnapshotError>,
    ) -> u32 {
        let input = self.exchange.take();
        let length = if environment == NONE { 0 } else { environment as usize };
        let (asked, document) = input.split_at_checked(length).unwrap_or_default();
        let asked = (environment != NONE).then(|| core::str::from_utf8(asked).unwrap_or_default());
        let (handle, result) = match load(document, asked) {
            Ok(engine) => (self.engines.insert(Hosted::new(engine)), Ok(Changes::default())),
            Err(refused) => (None, Err(refused)),
        };
        self.exchange.put(outcome::to_json(handle, &result))
    }

    /// Changes an engine by the input, and puts out what became of it.
    fn change(
        &mut self,
        handle: u32,
        change: impl FnOnce(&mut Hosted<P>, &[u8]) -> Result<Changes, SnapshotError>,
    ) -> u32 {
        let input = self.exchange.take();
        let result = self.engines.get_mut(handle).map_or(Ok(Changes::default()), |hosted| change(hosted, &input));
        self.exchange.put(outcome::to_json(None, &result))
    }

    /// Makes an engine for a ruleset in its binary form; see [`Engine::from_ruleset_bytes_for`].
    pub fn load_ruleset(&mut self, environment: u32) -> u32 {
        self.load_with(environment, Engine::from_ruleset_bytes_for)
    }

    /// Replaces the ruleset by one in its binary form.
    pub fn update_ruleset(&mut self, handle: u32) -> u32 {
        self.change(handle, |hosted, bytes| hosted.update(|engine| engine.update_ruleset_bytes(bytes)))
    }

    /// Applies a kill message in binary form.
    pub fn kill_bytes(&mut self, handle: u32) -> u32 {
        self.change(handle, |hosted, bytes| hosted.kill(|engine| engine.kill_bytes(bytes)))
    }

    /// What there is to say of the snapshot or ruleset in force: an array.
    pub fn diagnostics(&mut self, handle: u32) -> u32 {
        let diagnostics = self.of(handle, |hosted| outcome::diagnostics(hosted.engine().diagnostics()));
        self.exchange.put(diagnostics)
    }

    /// How many flags there are; services follow them.
    pub fn flag_count(&mut self, handle: u32) -> u32 {
        self.of(handle, |hosted| hosted.engine().ruleset().flag_count)
    }

    /// For each flag and service, the mask of the first 32 attributes that it may read.
    pub fn masks(&mut self, handle: u32) -> u32 {
        let masks = self.of(handle, |hosted| hosted.masks());
        self.exchange.put_numbers(&masks)
    }

    /// For each flag and service, its bits.
    pub fn bits(&mut self, handle: u32) -> u32 {
        let bits = self.of(handle, |hosted| hosted.bits());
        self.exchange.put_numbers(&bits)
    }

    /// The attributes beyond the mask that a flag or service may read.
    pub fn more_slots(&mut self, handle: u32, flag: u32) -> u32 {
        let slots = self.of(handle, |hosted| hosted.more_slots(flag));
        self.exchange.put_numbers(&slots)
    }

    /// The path of each attribute: an array.
    pub fn slots(&mut self, handle: u32) -> u32 {
        let paths = self.of(handle, |hosted| {
            let ruleset = hosted.engine().ruleset();
            outcome::list(&ruleset.slots, |slot| quoted(ruleset.text(slot.path)))
        });
        self.exchange.put(paths)
    }

    /// The row of the flag whose key is the input, or [`NONE`].
    pub fn find_flag(&mut self, handle: u32) -> u32 {
        self.find(handle, |hosted, key| hosted.engine().ruleset().find_flag(key))
    }

    /// The row of the service whose key is the input, or [`NONE`].
    pub fn find_service(&mut self, handle: u32) -> u32 {
        self.find(handle, |hosted, key| hosted.engine().ruleset().find_service(key))
    }

    fn find(&mut self, handle: u32, find: impl FnOnce(&Hosted<P>, &str) -> Option<u32>) -> u32 {
        let key = core::str::from_utf8(self.exchange.input()).unwrap_or_default();
        self.engines.get_mut(handle).and_then(|hosted| find(hosted, key)).unwrap_or(NONE)
    }

    /// The address of a block's cells.
    pub fn cells(&mut self, handle: u32, block: u32) -> usize {
        self.of(handle, |hosted| hosted.cells(block))
    }

    /// The address of room for an attribute that does not fit into its cell.
    pub fn spill(&mut self, handle: u32, block: u32, slot: u32, length: u32) -> usize {
        self.of(handle, |hosted| hosted.spill(block, slot, length))
    }

    /// The answer of an outcome, as JSON.
    pub fn answer(&mut self, handle: u32, outcome: u32) -> u32 {
        let answer = self.of(handle, |hosted| {
            let row = hosted.engine().ruleset().outcomes.get(outcome as usize);
            let answer = row.and_then(|row| hosted.engine().answer(row.flag, outcome));
            answer.map_or_else(String::new, |answer| answer::to_json(&answer))
        });
        self.exchange.put(answer)
    }

    /// The address of what chance decided in the last evaluation: how many outcomes, and these; see [`Shell::assignment`].
    pub fn trail(&mut self, handle: u32) -> usize {
        self.of(handle, |hosted| hosted.trail())
    }

    /// What chance decided in an outcome, as JSON.
    pub fn assignment(&mut self, handle: u32, outcome: u32) -> u32 {
        let assignment = self.of(handle, |hosted| {
            let assignment = hosted.engine().assignment(outcome);
            assignment.map_or_else(String::new, |assignment| assignment::to_json(&assignment))
        });
        self.exchange.put(assignment)
    }

    /// Which snapshot is in force, as JSON.
    pub fn identity(&mut self, handle: u32) -> u32 {
        let identity = self.of(handle, |hosted| identity::to_json(hosted.engine()));
        self.exchange.put(identity)
    }

    /// When time alone could change an answer, in milliseconds; infinity for never.
    pub fn next_change(&mut self, handle: u32, now: f64) -> f64 {
        let next = self.of(handle, |hosted| hosted.engine().next_change(Timestamp::at_or_before(now)));
        next.map_or(f64::INFINITY, Timestamp::as_number)
    }
}

macro_rules! evaluation {
    ($($patterns:ty)*) => { $(
        /// What is called for every evaluation, and is the engines' own.
        impl Shell<$patterns> {
            /// [`Slab::resolve`].
            pub fn resolve(&mut self, handle: u32, block: u32, slot: u32) {
                self.engines.resolve(handle, block, slot);
            }

            /// [`Slab::evaluate`].
            pub fn evaluate(&mut self, handle: u32, flag: u32, block: u32, written: u32, now: f64) -> u32 {
                self.engines.evaluate(handle, flag, block, written, now)
            }

            /// [`Slab::evaluate_all`].
            pub fn evaluate_all(&mut self, handle: u32, block: u32, written: u32, now: f64) -> usize {
                self.engines.evaluate_all(handle, block, written, now)
            }
        }
    )* };
}

evaluation!(RegexPatterns NoPatterns);

/// What only the full artifact has.
impl Shell<RegexPatterns> {
    /// Makes an engine for a snapshot's text; see [`Engine::for_environment`].
    pub fn load_json(&mut self, environment: u32) -> u32 {
        self.load_with(environment, |bytes, environment| Engine::for_environment(text(bytes)?, environment))
    }

    /// Replaces the snapshot by one as text.
    pub fn update_json(&mut self, handle: u32) -> u32 {
        self.change(handle, |hosted, bytes| hosted.update(|engine| engine.update(text(bytes)?)))
    }

    /// Applies a kill message as text.
    pub fn kill_json(&mut self, handle: u32) -> u32 {
        self.change(handle, |hosted, bytes| hosted.kill(|engine| engine.kill(text(bytes)?)))
    }

    /// How the answer of a flag or service comes about, for a block that was written: an `Explanation`.
    pub fn explain(&mut self, handle: u32, flag: u32, block: u32, now: f64) -> u32 {
        let explanation: String = self.of(handle, |hosted| {
            let block = hosted.context(block);
            to_json(&block.and_then(|block| hosted.engine().explain_row(flag, block, Timestamp::at_or_before(now))))
        });
        self.exchange.put(explanation)
    }
}

/// Text of JSON is UTF-8.
fn text(bytes: &[u8]) -> Result<&str, SnapshotError> {
    core::str::from_utf8(bytes).map_err(|_| {
        let is_ruleset = bytes.starts_with(&MAGIC);
        let message =
            if is_ruleset { "not JSON but a ruleset, which `vexil/slim` takes" } else { "not JSON: it is not UTF-8" };
        let problem = Diagnostic::new(Code::NotJson, "", message);
        SnapshotError::from(Vec::from([problem]))
    })
}

impl<P> Default for Shell<P> {
    fn default() -> Self {
        Self::new()
    }
}
