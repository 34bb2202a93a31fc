//! From JSON to drafts: each part by itself, with what is wrong in it. What parts say about each
//! other is the business of `check`.

mod address;
mod condition;
mod declared;
mod document;
mod flag;
mod kills;
mod object;
mod operand;
mod population;
mod ramp;
mod reader;
mod rule;
mod scalars;
mod service;
mod split;
mod units;
mod value;
mod variants;

pub(super) use self::document::document;
pub(super) use self::kills::kill_message;
pub(super) use self::reader::{PatternSize, Reader};
