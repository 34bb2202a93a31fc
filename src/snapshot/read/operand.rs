//! What attributes are compared with, in the form that each operator needs.

use alloc::string::String;
use alloc::vec::Vec;

use semver::{BuildMetadata, Version};

use crate::json::Json;
use crate::snapshot::model::{Block, Number, Operand, Operator, Scalar};
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::address;
use super::object::{Node, Object};
use super::reader::{Reader, quoted};

/// Stands for an operand that could not be read.
const UNREADABLE: Operand = Operand::Scalars(Vec::new());

impl Reader {
    /// The operand of a comparison.
    pub(super) fn operand(&mut self, object: &Object<'_>, operator: Operator, ignore_case: bool) -> Operand {
        if operator == Operator::Exists {
            return Operand::Presence(self.boolean(object, "value").unwrap_or(true));
        }
        let Some(node) = self.need(object, "value") else { return UNREADABLE };
        self.check_value(node);
        let operand = match operator {
            Operator::Eq | Operator::Ne | Operator::Contains => {
                self.scalar(node).map(|scalar| Operand::Scalars(Vec::from([scalar])))
            }
            Operator::In | Operator::NotIn | Operator::ContainsAny | Operator::ContainsAll => {
                Some(Operand::Scalars(self.scalars(node)))
            }
            Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => self.finite(node).map(Operand::Number),
            Operator::StartsWith | Operator::EndsWith => self.text(node).map(|text| Operand::Text(text.into())),
            Operator::Matches => self.pattern(node, ignore_case).map(Operand::Pattern),
            Operator::SemverEq
            | Operator::SemverLt
            | Operator::SemverLte
            | Operator::SemverGt
            | Operator::SemverGte => self.version(node).map(Operand::Version),
            Operator::Before | Operator::After => self.instant(node).map(Operand::Instant),
            Operator::InCidr => Some(Operand::Blocks(self.blocks(node))),
            Operator::Exists => None,
        };
        operand.unwrap_or(UNREADABLE)
    }

    fn scalars(&mut self, node: Node<'_>) -> Vec<Scalar> {
        let scalars = self.list(Some(node), "elements", limits::OPERAND_LIST, Self::scalar);
        scalars.into_iter().flatten().collect()
    }

    fn scalar(&mut self, node: Node<'_>) -> Option<Scalar> {
        match node.json.bare() {
            Json::String(text) => Some(Scalar::Text(text.as_ref().into())),
            Json::Bool(value) => Some(Scalar::Boolean(*value)),
            Json::Number(_) => self.finite(node).map(Scalar::Number),
            _ => {
                self.wrong_type(node, "a string, a number or a boolean");
                None
            }
        }
    }

    fn finite(&mut self, node: Node<'_>) -> Option<Number> {
        self.number(node).and_then(Number::new)
    }

    fn pattern(&mut self, node: Node<'_>, ignore_case: bool) -> Option<String> {
        let pattern = self.text(node)?;
        if pattern.len() > limits::PATTERN_BYTES {
            self.too_many(node.path, pattern.len(), "bytes", limits::PATTERN_BYTES);
            return None;
        }
        if let Err(error) = (self.compiles)(pattern, ignore_case) {
            self.say(Code::InvalidPattern, node.path, &[&quoted(pattern), " is not a pattern: ", &error]);
        }
        Some(pattern.into())
    }

    fn version(&mut self, node: Node<'_>) -> Option<Version> {
        let text = self.text(node)?;
        let version = Version::parse(text.strip_prefix('v').unwrap_or(text)).ok();
        if version.is_none() {
            let message = [&quoted(text), " is not a semantic version such as `2.3.0`"];
            self.say(Code::InvalidSemver, node.path, &message);
        }
        version.map(|version| Version { build: BuildMetadata::EMPTY, ..version })
    }

    fn blocks(&mut self, node: Node<'_>) -> Vec<Block> {
        if let Json::Array(_) = node.json.bare() {
            let blocks = self.list(Some(node), "elements", limits::OPERAND_LIST, Self::block);
            return blocks.into_iter().flatten().collect();
        }
        self.block(node).into_iter().collect()
    }

    fn block(&mut self, node: Node<'_>) -> Option<Block> {
        let text = self.text(node)?;
        let block = address::block(text);
        if block.is_none() {
            let message = [&quoted(text), " is not a block of addresses such as `10.0.0.0/8`"];
            self.say(Code::InvalidCidr, node.path, &message);
        }
        block
    }
}
