//! What attributes are compared with, in the form that each operator needs.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, Node};
use crate::snapshot::model::{Block, Number, Operand, Operator, Scalar};
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::text::join;
use crate::words::version::Version;

use super::address;
use super::reader::Reader;

/// Stands for an operand that could not be read.
const UNREADABLE: Operand = Operand::Scalars(Vec::new());

impl<'d> Reader<'d> {
    /// The operand of a comparison, the field `value` of an object.
    pub(super) fn operand(
        &mut self,
        object: &'d Node,
        node: &'d Node,
        operator: Operator,
        ignore_case: bool,
    ) -> Operand {
        if operator == Operator::Exists {
            return Operand::Presence(self.boolean(node).unwrap_or(true));
        }
        if !node.is_there() {
            self.missing(object, "value");
        }
        self.check_value(node);
        let operand = match operator {
            Operator::Eq | Operator::Ne | Operator::Contains => {
                self.scalar(node).map(|scalar| Operand::Scalars(Vec::from([scalar])))
            }
            Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => {
                self.number(node).and_then(Number::new).map(Operand::Number)
            }
            Operator::StartsWith | Operator::EndsWith => self.owned(node).map(Operand::Text),
            Operator::Matches => self.pattern(node, ignore_case).map(Operand::Pattern),
            Operator::SemverEq
            | Operator::SemverLt
            | Operator::SemverLte
            | Operator::SemverGt
            | Operator::SemverGte => self.version(node).map(Operand::Version),
            Operator::Before | Operator::After => self.instant(node).map(Operand::Instant),
            Operator::InCidr => Some(Operand::Blocks(self.blocks(node))),
            Operator::In | Operator::NotIn | Operator::ContainsAny | Operator::ContainsAll | Operator::Exists => {
                Some(Operand::Scalars(self.scalars(node)))
            }
        };
        operand.unwrap_or(UNREADABLE)
    }

    fn scalars(&mut self, node: &'d Node) -> Vec<Scalar> {
        let items = self.list(node, "elements", limits::OPERAND_LIST);
        let mut scalars = Vec::with_capacity(items.len());
        for item in items {
            if let Some(scalar) = self.scalar(item) {
                scalars.push(scalar);
            }
        }
        scalars
    }

    #[inline(never)]
    fn scalar(&mut self, node: &Node) -> Option<Scalar> {
        match node.json {
            Json::String(text) => Some(Scalar::Text(self.document.slice(text).into())),
            Json::Bool(value) => Some(Scalar::Boolean(value)),
            Json::Number(number) => Number::new(number).map(Scalar::Number),
            _ => {
                self.wrong_type(node, "a string, a number or a boolean");
                None
            }
        }
    }

    fn pattern(&mut self, node: &'d Node, ignore_case: bool) -> Option<String> {
        let pattern = self.text(node)?;
        if pattern.len() > limits::PATTERN_BYTES {
            self.too_many(node, pattern.len(), "bytes", limits::PATTERN_BYTES);
        } else {
            match (self.pattern_size)(pattern, ignore_case) {
                Ok(size) => self.note_pattern(pattern, ignore_case, size),
                Err(error) => {
                    self.add_about(node, Code::InvalidPattern, pattern, &join(&[" is not a pattern: ", &error]));
                }
            }
        }
        Some(pattern.into())
    }

    fn version(&mut self, node: &'d Node) -> Option<String> {
        let text = self.text(node)?;
        let version = text.strip_prefix('v').unwrap_or(text);
        if Version::parse(version.as_bytes()).is_none() {
            self.add_about(node, Code::InvalidSemver, text, " is not a semantic version such as `2.3.0`");
            return None;
        }
        version.split('+').next().map(String::from)
    }

    fn blocks(&mut self, node: &'d Node) -> Vec<Block> {
        let mut blocks = Vec::new();
        if let Json::Array(_) = node.json {
            for item in self.list(node, "elements", limits::OPERAND_LIST) {
                self.block(item, &mut blocks);
            }
        } else {
            self.block(node, &mut blocks);
        }
        blocks
    }

    #[inline(never)]
    fn block(&mut self, node: &'d Node, blocks: &mut Vec<Block>) {
        let Some(text) = self.text(node) else { return };
        match address::block(text) {
            Some(block) => blocks.push(block),
            None => self.add_about(node, Code::InvalidCidr, text, " is not a block of addresses such as `10.0.0.0/8`"),
        }
    }
}
