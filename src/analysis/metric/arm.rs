//! Arms: who saw what, beside each other.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::analysis::{Cause, Error};
use crate::words::limits;

/// A part of those who are observed, in which all got the same.
///
/// As JSON, and as text: `control`, `canary`, or `variant:` and the variant's key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "\"control\" | \"canary\" | `variant:${string}`"))]
#[serde(try_from = "String", into = "String")]
pub enum Arm {
    /// What ran before, or runs beside.
    Control,
    /// What is being rolled out.
    Canary,
    /// A variant, by its key.
    Variant(String),
}

const VARIANT: &str = "variant:";

impl Arm {
    /// Reads the text of an arm.
    ///
    /// # Errors
    ///
    /// [`Cause::Name`] for another text, and for a variant's key that is empty or longer than 256 bytes.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "control" => Ok(Self::Control),
            "canary" => Ok(Self::Canary),
            _ => Self::variant(text.strip_prefix(VARIANT).ok_or(Cause::Name)?),
        }
    }

    /// The arm of a variant.
    ///
    /// # Errors
    ///
    /// [`Cause::Name`] for a key that is empty or longer than 256 bytes.
    pub fn variant(key: &str) -> Result<Self, Error> {
        let is_key = !key.is_empty() && key.len() <= limits::KEY_BYTES;
        if is_key { Ok(Self::Variant(key.into())) } else { Err(Cause::Name.into()) }
    }
}

impl fmt::Display for Arm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control => f.write_str("control"),
            Self::Canary => f.write_str("canary"),
            Self::Variant(key) => write!(f, "{VARIANT}{key}"),
        }
    }
}

impl TryFrom<String> for Arm {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<Arm> for String {
    fn from(arm: Arm) -> Self {
        alloc::format!("{arm}")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn an_arm_is_its_text() {
        for text in ["control", "canary", "variant:on", "variant:control", "variant:variant:x"] {
            assert_eq!(Arm::parse(text).expect("an arm").to_string(), text);
        }
        for text in ["", "on", "Control", "variant:", &alloc::format!("variant:{}", "k".repeat(257))] {
            assert_eq!(Arm::parse(text), Err(Cause::Name.into()), "{text}");
        }
    }
}
