//! Values that are handed on as text, or compared with attributes: what hosts would read
//! differently in them.

use crate::json::{Json, Node};
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::reader::Reader;

impl<'d> Reader<'d> {
    /// Reports what is ambiguous in a value: whole numbers that silently become others, and keys
    /// that are there twice.
    #[inline(never)]
    pub(super) fn check_value(&mut self, node: &'d Node) {
        match node.json {
            // `1e300` is fine: who writes a fraction or an exponent means the nearest float.
            Json::Number(number)
                if libm::fabs(number) > limits::SAFE_INTEGER && !self.document.text(node).contains(['.', 'e', 'E']) =>
            {
                let message = "whole numbers beyond 2^53 - 1 are no longer told apart; write this one as a string";
                self.add(node, Code::NumberOutOfRange, message);
            }
            Json::Array(_) => self.document.children(node).for_each(|item| self.check_value(item)),
            Json::Object(_) => {
                for &entry in &self.entries(node) {
                    if !entry.is_first {
                        self.add(entry.node, Code::DuplicateKey, "the key is there twice");
                    }
                    self.check_value(entry.node);
                }
            }
            _ => {}
        }
    }
}
