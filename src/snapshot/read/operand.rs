//! What attributes are compared with, in the form that each operator needs.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::model::{Number, Operand, Operator, Scalar};
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::version::Version;

use super::address;
use super::object::{Object, room};
use super::reader::Reader;

/// Stands for an operand that could not be read.
const UNREADABLE: Operand = Operand::Scalars(Vec::new());

impl<'d> Reader<'d> {
    /// The operand of a comparison.
    pub(super) fn operand(&mut self, object: Object<'d>, operator: Operator, ignore_case: bool) -> Operand {
        if operator == Operator::Exists {
            return Operand::Presence(self.boolean(object, "value").unwrap_or(true));
        }
        let operand = self.need(object, "value", |reader, json| {
            reader.check_value(json);
            match operator {
                Operator::Eq | Operator::Ne | Operator::Contains => {
                    reader.scalar(json).map(|scalar| Operand::Scalars(Vec::from([scalar])))
                }
                Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => {
                    reader.number(json).and_then(Number::new).map(Operand::Number)
                }
                Operator::StartsWith | Operator::EndsWith => reader.owned(json).map(Operand::Text),
                Operator::Matches => reader.pattern(json, ignore_case).map(Operand::Pattern),
                Operator::SemverEq
                | Operator::SemverLt
                | Operator::SemverLte
                | Operator::SemverGt
                | Operator::SemverGte => reader.version(json).map(Operand::Version),
                Operator::Before | Operator::After => reader.instant(json).map(Operand::Instant),
                Operator::InCidr => Some(reader.blocks(json)),
                Operator::In | Operator::NotIn | Operator::ContainsAny | Operator::ContainsAll | Operator::Exists => {
                    Some(reader.scalars(json))
                }
            }
        });
        operand.flatten().unwrap_or(UNREADABLE)
    }

    fn scalars(&mut self, json: &'d Json<'d>) -> Operand {
        let mut scalars = Vec::with_capacity(room(json, limits::OPERAND_LIST));
        self.list(json, "elements", limits::OPERAND_LIST, &mut |reader, item| scalars.extend(reader.scalar(item)));
        Operand::Scalars(scalars)
    }

    #[inline(never)]
    fn scalar(&mut self, json: &'d Json<'d>) -> Option<Scalar> {
        match json.bare() {
            Json::String(text) => Some(Scalar::Text(text.as_ref().into())),
            Json::Bool(value) => Some(Scalar::Boolean(*value)),
            Json::Number(number) => Number::new(*number).map(Scalar::Number),
            _ => {
                self.wrong_type(json, "a string, a number or a boolean");
                None
            }
        }
    }

    fn pattern(&mut self, json: &'d Json<'d>, ignore_case: bool) -> Option<String> {
        let pattern = self.text(json)?;
        if pattern.len() > limits::PATTERN_BYTES {
            self.too_many(pattern.len(), "bytes", limits::PATTERN_BYTES);
        } else if let Err(error) = (self.compiles)(pattern, ignore_case) {
            self.trail.add_about(Code::InvalidPattern, "", pattern, &[" is not a pattern: ", &error].concat());
        }
        Some(pattern.into())
    }

    fn version(&mut self, json: &'d Json<'d>) -> Option<String> {
        let text = self.text(json)?;
        let version = text.strip_prefix('v').unwrap_or(text);
        if Version::parse(version.as_bytes()).is_none() {
            self.trail.add_about(Code::InvalidSemver, "", text, " is not a semantic version such as `2.3.0`");
            return None;
        }
        version.split('+').next().map(String::from)
    }

    fn blocks(&mut self, json: &'d Json<'d>) -> Operand {
        let mut blocks = Vec::with_capacity(room(json, limits::OPERAND_LIST));
        let mut read = |reader: &mut Self, json| {
            let Some(text) = reader.text(json) else { return };
            let block = address::block(text);
            blocks.extend(block);
            if block.is_none() {
                let message = " is not a block of addresses such as `10.0.0.0/8`";
                reader.trail.add_about(Code::InvalidCidr, "", text, message);
            }
        };
        match json.bare() {
            Json::Array(_) => self.list(json, "elements", limits::OPERAND_LIST, &mut read),
            _ => read(self, json),
        }
        Operand::Blocks(blocks)
    }
}
