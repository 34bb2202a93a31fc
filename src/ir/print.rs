//! A listing of a ruleset for people: every flag with what it does, in the order of evaluation.
//!
//! Not a format: it is read by eyes and by snapshot tests. Nothing else of the crate uses it, so
//! artifacts that do not print do not pay for it.

use alloc::collections::{BTreeMap, BTreeSet};
use core::fmt::{self, Display, Formatter, Result};

use super::binary::{FORMAT, tables};
use super::{
    AddressBlock, Cause, Condition, Curve, DictionaryEntry, FAILS, Flag, HOLDS, NONE, Operation, Ramp, Reason, Ruleset,
    Scalar, Source, Span, Step, VersionRow, View, ViewKind, fixed, flag_bits,
};

/// How many elements of a list are shown.
const SHOWN: usize = 16;

/// Words for the bits of flags; services are told by their place.
const FLAG_BITS: [(u32, &str); 6] = [
    (flag_bits::BROKEN, "broken"),
    (flag_bits::DISABLED, "disabled"),
    (flag_bits::TIMED, "timed"),
    (flag_bits::DEPRECATED, "deprecated"),
    (flag_bits::CLIENT, "client"),
    (flag_bits::NEEDS_PATTERNS, "patterns"),
];

impl<P> Display for Ruleset<P> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        Listing::new(self).print(f)
    }
}

/// A ruleset with what is only needed to print it.
struct Listing<'r, P> {
    ruleset: &'r Ruleset<P>,
    /// The value of each id of each view.
    values: BTreeMap<(u32, u32), &'r DictionaryEntry>,
}

/// The elements with a space between them, the first few of many.
fn list<T: Display>(items: impl Iterator<Item = T>, f: &mut Formatter<'_>) -> Result {
    let mut left = 0usize;
    for (index, item) in items.enumerate() {
        match index {
            0 => write!(f, "{item}")?,
            index if index < SHOWN => write!(f, " {item}")?,
            _ => left += 1,
        }
    }
    if left > 0 { write!(f, " and {left} more") } else { Ok(()) }
}

impl<'r, P> Listing<'r, P> {
    fn new(ruleset: &'r Ruleset<P>) -> Self {
        let values = ruleset.dictionary.iter().map(|entry| ((entry.view, entry.id), entry)).collect();
        Self { ruleset, values }
    }

    fn print(&self, f: &mut Formatter<'_>) -> Result {
        self.identity(f)?;
        self.tables(f)?;
        writeln!(f)?;
        self.slots(f)?;
        for number in 0..self.ruleset.segments.len() {
            writeln!(f)?;
            self.segment(number, f)?;
        }
        for (number, flag) in self.ruleset.flags.iter().enumerate() {
            writeln!(f)?;
            self.flag(number, flag, f)?;
        }
        Ok(())
    }

    fn identity(&self, f: &mut Formatter<'_>) -> Result {
        let identity = &self.ruleset.identity;
        writeln!(f, "vexil ruleset, format {FORMAT}, content {:016x}", identity.content)?;
        if let Some(lineage) = &identity.lineage {
            writeln!(f, "lineage {lineage:?}")?;
        }
        if let Some(revision) = identity.revision {
            writeln!(f, "revision {revision}")?;
        }
        if let Some(environment) = &identity.environment {
            writeln!(f, "environment {environment:?}")?;
        }
        let kills = &identity.kills;
        if *kills != crate::words::kill::KillSet::default() {
            let all = if kills.all { " everything" } else { "" };
            writeln!(f, "kills, revision {}:{all}", kills.revision)?;
            for (what, keys) in [("namespace", &kills.namespaces), ("flag", &kills.flags), ("service", &kills.services)]
            {
                keys.iter().try_for_each(|key| writeln!(f, "  {what} {key:?}"))?;
            }
        }
        Ok(())
    }

    /// How long each table is, the empty ones left out.
    fn tables(&self, f: &mut Formatter<'_>) -> Result {
        macro_rules! print_tables {
            ($($id:literal $table:ident $row:ident $required:literal,)*) => { $(
                let length = self.ruleset.$table.len();
                if length > 0 {
                    write!(f, " {} {length}", stringify!($table))?;
                }
            )* };
        }
        write!(f, "tables:")?;
        tables!(print_tables);
        writeln!(f)
    }

    fn text(&self, number: u32) -> &'r str {
        self.ruleset.text(number)
    }

    fn version(&self, row: &VersionRow) -> impl Display {
        let ([major, minor, patch], pre) = (row.numbers, self.text(row.pre));
        let hyphen = if pre.is_empty() { "" } else { "-" };
        fmt::from_fn(move |f| write!(f, "{major}.{minor}.{patch}{hyphen}{pre}"))
    }

    fn slot(&self, slot: u32) -> &'r str {
        self.ruleset.slots.get(slot as usize).map_or("?", |slot| self.text(slot.path))
    }

    fn view(&self, number: u32) -> View {
        self.ruleset.views.get(number as usize).copied().unwrap_or_default()
    }

    /// The attribute that holds a unit.
    fn unit(&self, view: u32) -> &'r str {
        self.slot(self.ruleset.views.get(view as usize).map_or(NONE, |view| view.slot))
    }

    fn slots(&self, f: &mut Formatter<'_>) -> Result {
        for (number, slot) in self.ruleset.slots.iter().enumerate() {
            write!(f, "slot {number} {:?}:", self.text(slot.path))?;
            for (number, view) in (slot.views.start..).zip(slot.views.of(&self.ruleset.views)) {
                match ViewKind::of(view.kind) {
                    Some(kind) => write!(f, " {kind:?} v{number}")?,
                    None => write!(f, " ? v{number}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn segment(&self, number: usize, f: &mut Formatter<'_>) -> Result {
        let Some(segment) = self.ruleset.segments.get(number) else { return Ok(()) };
        writeln!(f, "segment {number} {:?}", self.text(segment.key))?;
        if segment.unit != NONE {
            let (include, exclude) = (segment.include.count, segment.exclude.count);
            writeln!(f, "  by {}: {exclude} excluded, {include} included", self.unit(segment.unit))?;
        }
        self.code(segment.entry, f)
    }

    fn flag(&self, number: usize, flag: &Flag, f: &mut Formatter<'_>) -> Result {
        let word = if number < self.ruleset.flag_count as usize { "flag" } else { "service" };
        write!(f, "{word} {number} {:?}", self.text(flag.key))?;
        if let Some(kind) = self.ruleset.kind(flag) {
            write!(f, " {}", kind.name())?;
        }
        let mut set = FLAG_BITS.iter().filter(|(bit, _)| flag.bits & bit != 0);
        set.try_for_each(|(_, name)| write!(f, " {name}"))?;
        writeln!(f, " rank {}", flag.rank)?;
        let slots = (0..32).filter(|slot| flag.mask >> slot & 1 != 0);
        let slots = slots.chain(flag.more_slots.of(&self.ruleset.numbers).iter().copied());
        if flag.mask != 0 || flag.more_slots.count != 0 {
            write!(f, "  reads ")?;
            list(slots.map(|slot| self.slot(slot)), f)?;
            writeln!(f)?;
        }
        if let Some(metadata) = self.ruleset.optional_text(flag.metadata) {
            writeln!(f, "  metadata {metadata}")?;
        }
        for variant in flag.variants.of(&self.ruleset.variants) {
            writeln!(f, "  variant {:?} = {}", self.text(variant.key), self.text(variant.value))?;
        }
        writeln!(f, "  killed -> {}", self.outcome(flag.outcomes.start.wrapping_add(fixed::KILLED_SELF)))?;
        self.before_rules(flag, f)?;
        for rule in flag.rules.of(&self.ruleset.rules) {
            writeln!(f, "  rule {:?}", self.text(rule.id))?;
            self.code(rule.entry, f)?;
            self.layer(rule.layer, f)?;
            self.split(rule.split, f)?;
            if rule.split == NONE {
                writeln!(f, "    -> {}", self.outcome(rule.outcome))?;
            }
        }
        writeln!(f, "  default")?;
        self.split(flag.default_split, f)?;
        if flag.default_split != NONE {
            writeln!(f, "    without a unit -> {}", self.outcome(flag.default_without_unit))?;
        }
        writeln!(f, "    -> {}", self.outcome(flag.default_outcome))
    }

    fn before_rules(&self, flag: &Flag, f: &mut Formatter<'_>) -> Result {
        for row in flag.prerequisites.of(&self.ruleset.prerequisites) {
            let required = self.ruleset.flags.get(row.flag as usize).map_or("?", |flag| self.text(flag.key));
            write!(f, "  requires {required:?} to serve ")?;
            list(row.variants.of(&self.ruleset.numbers).iter().map(|&variant| self.variant(variant)), f)?;
            writeln!(f, ", else -> {}", self.outcome(row.unmet))?;
        }
        for row in flag.overrides.of(&self.ruleset.overrides) {
            let (unit, count) = (self.unit(row.unit), row.units.count);
            writeln!(f, "  override by {unit}, {count} units -> {}", self.outcome(row.outcome))?;
        }
        for row in flag.holdouts.of(&self.ruleset.holdouts) {
            let (unit, share) = (self.unit(row.unit), row.exposure);
            writeln!(
                f,
                "  holdout by {unit}, seed {:?}, 0..{share} -> {}",
                self.text(row.seed_text),
                self.outcome(row.outcome)
            )?;
        }
        Ok(())
    }

    fn layer(&self, number: u32, f: &mut Formatter<'_>) -> Result {
        let Some(layer) = self.ruleset.layers.get(number as usize) else { return Ok(()) };
        let (key, unit) = (self.text(layer.key), self.unit(layer.unit));
        writeln!(f, "    layer {key:?} by {unit}, seed {:?}, {}..{}", self.text(layer.seed_text), layer.from, layer.to)
    }

    fn split(&self, number: u32, f: &mut Formatter<'_>) -> Result {
        let Some(split) = self.ruleset.splits.get(number as usize) else { return Ok(()) };
        writeln!(f, "    split by {}, seed {:?}", self.unit(split.unit), self.text(split.seed_text))?;
        if let Some(ramp) = self.ruleset.ramps.get(split.ramp as usize) {
            self.ramp(ramp, f)?;
        }
        for range in split.ranges.of(&self.ruleset.ranges) {
            writeln!(f, "      {}..{} -> {}", range.from, range.to, self.outcome(range.outcome))?;
        }
        if split.outside == NONE {
            writeln!(f, "      outside: go on")
        } else {
            writeln!(f, "      outside -> {}", self.outcome(split.outside))
        }
    }

    fn ramp(&self, ramp: &Ramp, f: &mut Formatter<'_>) -> Result {
        let curve = [Curve::Linear, Curve::Exponential, Curve::Steps];
        let curve = curve.get(ramp.curve as usize).map_or("?", |curve| match curve {
            Curve::Linear => "linear",
            Curve::Exponential => "exponential",
            Curve::Steps => "steps",
        });
        let Ramp { start, end, from, to, .. } = *ramp;
        write!(f, "      ramp {curve}, {from} at {start} to {to} at {end}")?;
        for &Step { at, exposure } in ramp.steps.of(&self.ruleset.steps) {
            write!(f, ", {exposure} at {at}")?;
        }
        writeln!(f)
    }

    fn variant(&self, number: u32) -> impl Display {
        let key = self.ruleset.variants.get(number as usize).map(|variant| self.text(variant.key));
        fmt::from_fn(move |f| match key {
            Some(key) => write!(f, "{key:?}"),
            None => f.write_str("nothing"),
        })
    }

    /// An outcome: its number, and what it says.
    fn outcome(&self, number: u32) -> impl Display {
        fmt::from_fn(move |f| {
            let Some(outcome) = self.ruleset.outcomes.get(number as usize) else { return f.write_str("nothing") };
            let reason = Reason::of(outcome.reason()).map_or("?", Reason::name);
            write!(f, "o{number} {} {reason}", self.variant(outcome.variant))?;
            match Cause::of(outcome.cause()) {
                None => f.write_str(" ?")?,
                Some(Cause::None) => {}
                Some(cause) => write!(f, " {cause:?}")?,
            }
            self.ruleset.optional_text(outcome.detail()).map_or(Ok(()), |detail| write!(f, " {detail:?}"))
        })
    }

    /// The conditions that can be reached from one, in their order.
    fn code(&self, entry: u32, f: &mut Formatter<'_>) -> Result {
        let mut reached = BTreeSet::new();
        let mut next = alloc::vec![entry];
        while let Some(at) = next.pop() {
            if let Some(condition) = self.ruleset.conditions.get(at as usize)
                && reached.insert(at)
            {
                next.extend([condition.on_true, condition.on_false]);
            }
        }
        if entry >= FAILS || reached.first().is_some_and(|&first| first != entry) {
            writeln!(f, "    {}", target(entry))?;
        }
        for at in reached {
            let Some(condition) = self.ruleset.conditions.get(at as usize) else { continue };
            write!(f, "    c{at} ")?;
            self.condition(condition, f)?;
            write!(f, " ? {} : {}", target(condition.on_true), target(condition.on_false))?;
            if let Some(Source { path, operator, .. }) = self.ruleset.sources.get(at as usize) {
                let operator = self.ruleset.optional_text(*operator).unwrap_or("?");
                write!(f, "   ; {operator} at when{}", self.text(*path))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn condition(&self, condition: &Condition, f: &mut Formatter<'_>) -> Result {
        let Some(operation) = Operation::of(condition.operation) else {
            return write!(f, "operation {}?", condition.operation);
        };
        write!(f, "{operation:?}")?;
        match operation {
            Operation::Range => self.range(condition, f),
            Operation::Now => bounds(condition, f),
            Operation::Segment => {
                let segment = self.ruleset.segments.get(condition.low as usize);
                write!(f, " {:?}", segment.map_or("?", |segment| self.text(segment.key)))
            }
            Operation::Id => {
                let ids = (0..64).filter(|id| condition.low >> id & 1 != 0);
                self.ids(condition.operand, ids, f)
            }
            Operation::WideId => self.ids(condition.operand, self.set(condition.low), f),
            Operation::Contains | Operation::ContainsFolded | Operation::ContainsAny => {
                self.ids(condition.operand, self.set(condition.low), f)
            }
            Operation::ContainsAll => {
                let ids = Span::from_word(condition.low).of(&self.ruleset.numbers);
                self.ids(condition.operand, ids.iter().copied(), f)
            }
            Operation::StartsWith | Operation::EndsWith | Operation::StartsWithFolded | Operation::EndsWithFolded => {
                write!(f, " {} {:?}", self.slot(condition.operand), self.text(condition.low as u32))
            }
            Operation::Matches => {
                let pattern = self.ruleset.patterns.get(condition.low as usize).copied().unwrap_or_default();
                let case = if pattern.ignore_case == 0 { "" } else { ", case ignored" };
                write!(f, " {} {:?}{case}", self.slot(condition.operand), self.text(pattern.text))
            }
            Operation::InCidr => {
                write!(f, " {} ", self.slot(condition.operand))?;
                let blocks = Span::from_word(condition.low).of(&self.ruleset.blocks);
                let block = |&AddressBlock { first, last, .. }: &AddressBlock| {
                    fmt::from_fn(move |f| write!(f, "{first:x}-{last:x}"))
                };
                list(blocks.iter().map(block), f)
            }
        }
    }

    /// The ids of a set of `bits`.
    fn set(&self, span: u64) -> impl Iterator<Item = u32> {
        let words = Span::from_word(span).of(&self.ruleset.bits);
        let ids = (0..).step_by(64).zip(words);
        ids.flat_map(|(first, &word)| (0..64).filter(move |id| word >> id & 1 != 0).map(move |id| first + id))
    }

    fn ids(&self, view: u32, ids: impl Iterator<Item = u32>, f: &mut Formatter<'_>) -> Result {
        write!(f, " {} ", self.slot(self.view(view).slot))?;
        let value = |id| {
            fmt::from_fn(move |f| match self.values.get(&(view, id)).map(|entry| self.ruleset.scalar(entry)) {
                Some(Scalar::Text(text)) => write!(f, "{:?}", core::str::from_utf8(text).unwrap_or_default()),
                Some(Scalar::Number(number)) => write!(f, "{number}"),
                Some(Scalar::Boolean(value)) => write!(f, "{value}"),
                None if self.view(view).kind == ViewKind::Existence as u32 => f.write_str("present"),
                None => write!(f, "#{id}"),
            })
        };
        list(ids.map(value), f)
    }

    fn range(&self, condition: &Condition, f: &mut Formatter<'_>) -> Result {
        let view = self.view(condition.operand);
        write!(f, " {}", self.slot(view.slot))?;
        if view.kind != ViewKind::Version as u32 {
            return bounds(condition, f);
        }
        let versions = view.versions.of(&self.ruleset.versions);
        let version = |place: i32| versions.get(usize::try_from(place).ok()?).map(|row| self.version(row));
        // An odd rank is that of an operand, an even one lies below the operand of half of it.
        let rank = |bits: u64| f64::from_bits(bits).clamp(0.0, f64::from(i32::MAX)) as i32;
        let (low, high) = (rank(condition.low), rank(condition.high));
        match (low % 2, version(low / 2 + low % 2 - 1)) {
            (1, Some(version)) => write!(f, " >= {version}")?,
            (_, Some(version)) => write!(f, " > {version}")?,
            _ => {}
        }
        match (high % 2, version(high / 2)) {
            (1, Some(version)) => write!(f, " <= {version}"),
            (_, Some(version)) => write!(f, " < {version}"),
            _ => Ok(()),
        }
    }
}

fn bounds(condition: &Condition, f: &mut Formatter<'_>) -> Result {
    let (low, high) = (f64::from_bits(condition.low), f64::from_bits(condition.high));
    if low > f64::NEG_INFINITY {
        write!(f, " >= {low}")?;
    }
    if high < f64::INFINITY {
        write!(f, " <= {high}")?;
    }
    Ok(())
}

fn target(number: u32) -> impl Display {
    fmt::from_fn(move |f| match number {
        HOLDS => f.write_str("holds"),
        FAILS => f.write_str("fails"),
        at => write!(f, "c{at}"),
    })
}
