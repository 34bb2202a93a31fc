//! What stands between reading and checking: every part of a document, the broken ones too, with
//! placeholders where something could not be read. A placeholder keeps its position, so that the
//! place of everything else can be told from the draft.

use alloc::string::String;
use alloc::vec::Vec;

use super::model::{Flag, Holdout, Layer, Segment, Service};

/// Stands for the position of a variant that could not be read.
pub(super) const NO_VARIANT: usize = usize::MAX;

/// The parts of a document, those under keys in the order of their keys.
#[derive(Default)]
pub(super) struct Drafts {
    pub(super) flags: Vec<Draft<Flag>>,
    pub(super) segments: Vec<Draft<Segment>>,
    /// By name, in the order of the document; each with the key of its segment.
    pub(super) rings: Vec<Draft<Option<String>>>,
    pub(super) layers: Vec<Draft<Layer>>,
    pub(super) holdouts: Vec<Draft<Holdout>>,
    pub(super) services: Vec<Draft<Service>>,
}

/// A part of a document as far as it could be read.
pub(super) struct Draft<T> {
    pub(super) key: String,
    pub(super) part: T,
    pub(super) broken: bool,
}

/// The position of the part with that key among parts sorted by key.
pub(super) fn position<T>(drafts: &[Draft<T>], key: &str) -> Option<usize> {
    drafts.binary_search_by(|draft| draft.key.as_str().cmp(key)).ok()
}
