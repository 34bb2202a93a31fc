//! Sums as warehouses write them, read as the aggregates of the core.

use alloc::vec::Vec;
use core::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, from_value, json};

use super::Cause;
use super::input::Sums;
use crate::stats::aggregate::{Moments, PairMoments};
use crate::stats::{self, real};

/// A variance below this part of the mean square is not told from the rounding of the sums.
const ROUNDING: f64 = 1e-11;

/// A sum: one number, or a list of floats that add up to it, which is how aggregates write what one float cannot hold.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number | readonly number[]"))]
pub struct Sum(Vec<f64>);

impl Sum {
    /// The sum as one float.
    pub fn value(&self) -> f64 {
        self.0.iter().rev().sum()
    }
}

impl From<f64> for Sum {
    fn from(number: f64) -> Self {
        Self(alloc::vec![number])
    }
}

impl Serialize for Sum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [] => serializer.serialize_f64(0.0),
            [one] => serializer.serialize_f64(*one),
            several => serializer.collect_seq(several),
        }
    }
}

impl<'de> Deserialize<'de> for Sum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Sum;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a list of numbers that add up to a sum")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Sum, E> {
        Ok(number.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "as for any number of JSON that is read as a float")]
    fn visit_i64<E>(self, number: i64) -> Result<Sum, E> {
        Ok((number as f64).into())
    }

    #[expect(clippy::cast_precision_loss, reason = "as for any number of JSON that is read as a float")]
    fn visit_u64<E>(self, number: u64) -> Result<Sum, E> {
        Ok((number as f64).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Sum, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element()? {
            parts.push(part);
        }
        Ok(Sum(parts))
    }
}

impl Sums {
    /// Whether the row has a second quantity: all of it, or nothing.
    pub(super) fn has_second(&self) -> Result<bool, Cause> {
        match (&self.x, &self.xx, &self.xy) {
            (Some(_), Some(_), Some(_)) => Ok(true),
            (None, None, None) => Ok(false),
            _ => Err(Cause::HalfCovariate),
        }
    }

    /// The moments of `x` and `y`.
    pub(super) fn pairs(&self) -> Result<PairMoments, Cause> {
        let second = |sum: &Option<Sum>| sum.as_ref().map_or_else(Vec::new, |sum| sum.0.clone());
        read(json!({
            "n": self.n, "y": self.y.0, "yy": self.yy.0,
            "x": second(&self.x), "xx": second(&self.xx), "xy": second(&self.xy),
        }))
    }

    /// The moments of `y`. Least and greatest are not known; the root of the sum of squares bounds both.
    pub(super) fn moments(&self) -> Result<Result<Moments, stats::Error>, Cause> {
        let (n, y, yy) = (real(self.n), self.y.value(), self.yy.value());
        if !(y.is_finite() && yy.is_finite() && yy >= 0.0 && (self.n > 0 || y == 0.0 && yy == 0.0)) {
            return Err(Cause::Impossible);
        }
        if self.n < 2 {
            return Ok(Err(stats::Error::TooFew));
        }
        // What a warehouse has rounded can look like less than no variance.
        let spread = n * yy - y * y;
        if spread.abs() <= ROUNDING * n * yy {
            return Ok(Err(stats::Error::NoVariance));
        }
        let bound = libm::sqrt(yy) * (1.0 + 1e-9);
        read(json!({ "n": self.n, "sum": self.y.0, "squares": self.yy.0, "min": -bound, "max": bound })).map(Ok)
    }
}

/// An aggregate from its own strict form.
fn read<A: for<'de> Deserialize<'de>>(json: Value) -> Result<A, Cause> {
    from_value(json).map_err(|_| Cause::Impossible)
}
