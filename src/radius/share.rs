//! Shares of units that are products of shares: finer than parts per million.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::words::value::Value;
use crate::words::weight::{Ppm, WHOLE};

/// Of a share in parts per million this many parts are one.
const PARTS: u64 = WHOLE as u64;

/// A share of units, in parts of 10^12: exact for one bucket and for two independent ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u64);

impl Share {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Everybody.
    pub const ALL: Self = Self(PARTS * PARTS);

    /// A share of whole parts per million.
    pub const fn of(ppm: Ppm) -> Self {
        Self(ppm.get() as u64 * PARTS)
    }

    /// A share of so many cells of a grid with so many axes of a million buckets each, rounded down beyond two axes.
    pub(super) const fn of_cells(cells: u128, axes: u32) -> Self {
        let parts = match axes {
            0 => cells * (PARTS * PARTS) as u128,
            1 => cells * PARTS as u128,
            axes => cells / (PARTS as u128).pow(axes - 2),
        };
        Self(parts as u64)
    }

    /// The share in parts of 10^12.
    pub const fn parts(self) -> u64 {
        self.0
    }

    /// The share in parts per million, which may have six decimals.
    #[expect(clippy::cast_precision_loss, reason = "at most 10^12")]
    pub fn ppm(self) -> f64 {
        self.0 as f64 / PARTS as f64
    }

    /// Both together.
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl fmt::Display for Share {
    /// As a percentage: exactly, as far as it has four decimals, else with `about`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 + PARTS / 2) / PARTS;
        if self.0 == rounded * PARTS {
            return Ppm::new(rounded as u32).unwrap_or(Ppm::ALL).fmt(f);
        }
        match rounded {
            0 => f.write_str("less than 0.0001 %"),
            1_000_000 => f.write_str("nearly 100 %"),
            _ => write!(f, "about {}", Ppm::new(rounded as u32).unwrap_or(Ppm::ALL)),
        }
    }
}

impl Serialize for Share {
    /// As a number of parts per million.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::Number(self.ppm()).serialize(serializer)
    }
}
