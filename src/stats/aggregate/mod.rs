//! What hosts collect: small states that merge in any order to the same bits, and are read strictly.
//!
//! Every state has a JSON form (serde). What is read is checked as if it came from a stranger: a state that no
//! observations could have left is refused.

mod distinct;
mod exact;
mod moments;
mod pairs;
mod proportion;
mod sketch;
mod unique;
mod window;
mod winsor;

pub use distinct::Distinct;
pub(crate) use exact::ExactSum;
pub use moments::Moments;
pub use pairs::PairMoments;
pub use proportion::Proportion;
pub use sketch::{Sketch, Tail};
pub use window::Window;
pub use winsor::Winsor;

use super::Error;
use crate::words::limits;

/// What can be merged. Merging is associative and commutative to the bit: whichever way observations came together,
/// the state is the same.
pub trait Aggregate: Clone {
    /// Takes in what another aggregate has seen.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] for aggregates with other parameters, [`Error::TooMany`] for counts beyond 2^53 - 1. The
    /// aggregate is as before then.
    fn merge(&mut self, other: &Self) -> Result<(), Error>;
}

/// The sum of two counts.
fn counted(one: u64, other: u64) -> Result<u64, Error> {
    one.checked_add(other).filter(|sum| *sum <= limits::COUNT).ok_or(Error::TooMany)
}

/// An observation of a quantity: 0, or of a magnitude whose products are exact.
fn observed(value: f64) -> Result<f64, Error> {
    let value = super::finite(value)?;
    if value == 0.0 {
        // -0 is 0: it would have another bit pattern as a minimum.
        Ok(0.0)
    } else if limits::OBSERVATION.contains(&value.abs()) {
        Ok(value)
    } else {
        Err(Error::OutOfRange)
    }
}
