//! The binary form of a ruleset: a header, then the tables, each a section.
//!
//! ```text
//! header    magic `VEXILRS\0`, format u32, schema u32, capabilities u32, sections u32, bytes in all u64, checksum u64
//! section   id u32, flags u32 (bit 0: required), bytes u64, then as many bytes, padded to 8
//! ```
//!
//! Everything is little-endian. The first section says where the ruleset comes from, every other
//! one is a table: rows of a size that the format fixes. A reader skips the sections that it does
//! not know unless they are required. The checksum finds damage, not forgery: what a forged
//! ruleset could do, `ir::check` takes away. `docs/ruleset.md` says it to users.

use alloc::string::String;
use alloc::vec::Vec;

use bytemuck::Pod;

use super::table::record;
use super::{
    AddressBlock, Condition, DictionaryEntry, Flag, Holdout, Identity, LayerRange, Outcome, Override, Pattern,
    Prerequisite, Ramp, Range, Rule, Ruleset, Segment, Slot, Source, Span, Split, Step, Unit, Variant, VersionRow,
    View, check,
};
use crate::hash;
use crate::patterns::Patterns;
use crate::words::diagnostic::{Code, Diagnostic};
use crate::words::text::{decimal, join};

/// The first bytes of every ruleset.
pub const MAGIC: [u8; 8] = *b"VEXILRS\0";
/// The format that is written. A change of any row, section or meaning raises it.
pub const FORMAT: u32 = 1;
/// The oldest format that is read: the one before [`FORMAT`], once there is one.
const OLDEST: u32 = 1;
/// The schema whose laws a ruleset follows, bucketing above all: `vexil/1`.
const SCHEMA: u32 = 1;
/// Set in a section's flags if a reader that does not know it cannot evaluate the ruleset.
const REQUIRED: u32 = 1;
/// Sections begin at multiples of this.
const ALIGNMENT: usize = 8;
/// Bytes of a [`Header`].
const HEADER_BYTES: usize = size_of::<Header>();
/// The section that says where the ruleset comes from.
const IDENTITY: u32 = 1;

record! {
    /// What a ruleset begins with.
    Header {
        /// [`MAGIC`].
        magic: [u8; 8],
        /// [`FORMAT`].
        format: u32,
        /// `SCHEMA`.
        schema: u32,
        /// [`Ruleset::capabilities`]: a host sees what it needs before it reads on.
        capabilities: u32,
        /// How many sections follow.
        sections: u32,
        /// The length of the ruleset, header included.
        bytes: u64,
        /// A hash of all the other bytes.
        checksum: u64,
    }
}

record! {
    /// What a section begins with.
    SectionHeader {
        /// Which it is.
        id: u32,
        /// `REQUIRED`.
        flags: u32,
        /// The length of what follows, padding not included.
        bytes: u64,
    }
}

record! {
    /// The fixed part of the section `IDENTITY`. The texts follow, each after its length (u32):
    /// lineage, environment, killed namespaces, flags, services.
    Origin {
        /// See [`Identity`].
        content: u64,
        /// See [`Identity`].
        revision: u64,
        /// See [`crate::words::kill::KillSet`].
        kill_revision: u64,
        /// `HAS_REVISION` and its like.
        bits: u32,
        /// See [`Ruleset::flag_count`].
        flag_count: u32,
        /// How many namespaces are killed.
        killed_namespaces: u32,
        /// How many flags are.
        killed_flags: u32,
        /// How many services are.
        killed_services: u32,
    }
}

/// There is a revision.
const HAS_REVISION: u32 = 1;
/// There is a lineage.
const HAS_LINEAGE: u32 = 1 << 1;
/// There is an environment.
const HAS_ENVIRONMENT: u32 = 1 << 2;
/// Everything is killed.
const ALL_KILLED: u32 = 1 << 3;

/// Hands every stored table to a macro: the number of its section, its field, its rows, and 1 if
/// a ruleset without it cannot be evaluated. A number is never given to another table.
macro_rules! tables {
    ($use_them:ident) => {
        $use_them! {
            2 flags Flag 1,
            3 prerequisites Prerequisite 1,
            4 overrides Override 1,
            5 holdouts Holdout 1,
            6 rules Rule 1,
            7 layers LayerRange 1,
            8 splits Split 1,
            9 ranges Range 1,
            10 ramps Ramp 1,
            11 steps Step 1,
            12 segments Segment 1,
            13 conditions Condition 1,
            14 slots Slot 1,
            15 views View 1,
            16 dictionary DictionaryEntry 1,
            17 dictionary_index u32 1,
            18 bits u64 1,
            19 units Unit 1,
            20 blocks AddressBlock 1,
            21 numbers u32 1,
            22 variants Variant 1,
            23 outcomes Outcome 1,
            24 patterns Pattern 1,
            25 sources Source 0,
            26 strings Span 1,
            27 bytes u8 1,
            28 versions VersionRow 1,
        }
    };
}
pub(super) use tables;

/// One more than the highest number of a section.
const SECTIONS: usize = 29;

macro_rules! sections {
    ($($id:literal $table:ident $row:ident $required:literal,)*) => {
        /// The number of each table's section.
        #[expect(non_upper_case_globals, dead_code, reason = "they are named after their tables, and not all are named")]
        pub(super) mod section {
            $(pub(in crate::ir) const $table: usize = $id;)*
        }

        /// Bytes of a row of each section; of what is no table, 1.
        const ROW_BYTES: [usize; SECTIONS] = {
            let mut bytes = [1; SECTIONS];
            $(bytes[$id] = size_of::<$row>();)*
            bytes
        };

        /// The sections that must be there, a bit each.
        const NEEDED: u32 = 1 << IDENTITY $(| $required << $id)*;
    };
}
tables!(sections);

/// The sections of a ruleset, by number: tables that are not read yet.
#[derive(Debug)]
pub(super) struct Sections<'b>([&'b [u8]; SECTIONS]);

impl<'b> Sections<'b> {
    fn bytes(&self, section: usize) -> &'b [u8] {
        self.0.get(section).copied().unwrap_or_default()
    }

    /// The bytes of every row of a table.
    pub(super) fn rows(&self, section: usize) -> core::slice::ChunksExact<'b, u8> {
        self.bytes(section).chunks_exact(ROW_BYTES.get(section).copied().unwrap_or(1))
    }

    /// How many rows a table has.
    pub(super) fn count(&self, section: usize) -> u64 {
        self.rows(section).len() as u64
    }
}

impl<P> Ruleset<P> {
    /// The binary form. The same ruleset always has the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = alloc::vec![0; HEADER_BYTES];
        write_section(&mut out, IDENTITY, REQUIRED, &origin(&self.identity, self.flag_count));
        let mut sections = 1;
        macro_rules! write_tables {
            ($($id:literal $table:ident $row:ident $required:literal,)*) => { $(
                if $required == REQUIRED || !self.$table.is_empty() {
                    write_section(&mut out, $id, $required, bytemuck::cast_slice(&self.$table));
                    sections += 1;
                }
            )* };
        }
        tables!(write_tables);
        let mut header = Header {
            magic: MAGIC,
            format: FORMAT,
            schema: SCHEMA,
            capabilities: self.capabilities(),
            sections,
            bytes: out.len() as u64,
            checksum: 0,
        };
        write_header(&mut out, header);
        header.checksum = checksum(&out);
        write_header(&mut out, header);
        out
    }
}

impl<P: Patterns> Ruleset<P> {
    /// Reads the binary form, and checks it to the point where evaluation cannot fail whatever
    /// the bytes are.
    ///
    /// # Errors
    /// [`Code::NotARuleset`], with a message that says what is wrong with the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Diagnostic> {
        read(bytes).map_err(|message| Diagnostic::new(Code::NotARuleset, "", message))
    }
}

/// A hash of everything but the place where it stands. Bytes that are too short have one too.
///
/// Every step is reversible, so damage within one word of eight bytes is always found, and other
/// damage but for one time in 2^64. Four lanes, since one would wait for its own products.
pub fn checksum(bytes: &[u8]) -> u64 {
    let (header, content) = bytes.split_at_checked(HEADER_BYTES).unwrap_or_default();
    let before = header.split_last_chunk::<8>().map_or(&[][..], |(before, _)| before);
    let (blocks, rest) = content.as_chunks::<32>();
    let mut lanes = [0; 4];
    for block in blocks {
        mix(&mut lanes, block);
    }
    mix(&mut lanes, rest);
    mix(&mut lanes, before);
    lanes.into_iter().fold(bytes.len() as u64, hash::mix)
}

/// Takes up to one word into each lane.
#[inline]
fn mix(lanes: &mut [u64; 4], bytes: &[u8]) {
    let (words, _) = bytes.as_chunks();
    for (lane, word) in lanes.iter_mut().zip(words) {
        *lane = hash::mix(*lane, u64::from_le_bytes(*word));
    }
}

fn write_header(out: &mut [u8], header: Header) {
    if let Some(place) = out.get_mut(..HEADER_BYTES) {
        copy(place, bytemuck::bytes_of(&header));
    }
}

fn write_section(out: &mut Vec<u8>, id: u32, flags: u32, content: &[u8]) {
    let header = SectionHeader { id, flags, bytes: content.len() as u64 };
    out.extend_from_slice(bytemuck::bytes_of(&header));
    out.extend_from_slice(content);
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
}

/// The content of the section `IDENTITY`.
fn origin(identity: &Identity, flag_count: u32) -> Vec<u8> {
    let Identity { lineage, revision, environment, content, kills } = identity;
    let bit = |set: bool, bit: u32| if set { bit } else { 0 };
    let origin = Origin {
        content: *content,
        revision: revision.unwrap_or_default(),
        kill_revision: kills.revision,
        bits: bit(revision.is_some(), HAS_REVISION)
            | bit(lineage.is_some(), HAS_LINEAGE)
            | bit(environment.is_some(), HAS_ENVIRONMENT)
            | bit(kills.all, ALL_KILLED),
        flag_count,
        killed_namespaces: kills.namespaces.len() as u32,
        killed_flags: kills.flags.len() as u32,
        killed_services: kills.services.len() as u32,
    };
    let mut out = bytemuck::bytes_of(&origin).to_vec();
    let killed = kills.namespaces.iter().chain(&kills.flags).chain(&kills.services);
    for text in lineage.iter().chain(environment).chain(killed) {
        out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

fn read<P: Patterns>(bytes: &[u8]) -> Result<Ruleset<P>, String> {
    let header = read_header(bytes)?;
    let sections = read_sections(header.sections, bytes)?;
    check::check_fields(&sections)?;
    let mut ruleset = Ruleset::default();
    let origin = read_origin(sections.bytes(IDENTITY as usize)).ok_or("its identity is damaged")?;
    (ruleset.identity, ruleset.flag_count) = origin;
    macro_rules! read_tables {
        ($($id:literal $table:ident $row:ident $required:literal,)*) => {
            $(read_rows(&mut ruleset.$table, sections.bytes($id));)*
        };
    }
    tables!(read_tables);
    check::check(&ruleset)?;
    if header.capabilities != ruleset.capabilities() {
        return Err("its header names other capabilities than its flags".into());
    }
    ruleset.derive()?;
    Ok(ruleset)
}

/// The rows of a table. There is one of these for each of them, so it is short.
#[inline(never)]
fn read_rows<R: Pod>(rows: &mut Vec<R>, bytes: &[u8]) {
    *rows = bytemuck::zeroed_vec(bytes.len() / size_of::<R>());
    copy(bytemuck::must_cast_slice_mut::<R, u8>(rows), bytes);
}

#[inline(never)]
fn copy(place: &mut [u8], bytes: &[u8]) {
    // The lengths are the same: no section ends within a row.
    if place.len() == bytes.len() {
        place.copy_from_slice(bytes);
    }
}

/// Reads the identity section of a ruleset by itself: how a kill set comes without JSON.
pub(crate) fn read_identity(bytes: &[u8]) -> Option<Identity> {
    read_origin(bytes).map(|(identity, _)| identity)
}

/// A sentence with numbers in it; the formatting of the standard library is larger than all else
/// that reads rulesets.
fn sentence(parts: [&str; 2], numbers: [u64; 2]) -> String {
    let [first, second] = parts;
    let [a, b] = numbers;
    join(&[first, &decimal(a), second, &decimal(b)])
}

fn read_header(bytes: &[u8]) -> Result<Header, String> {
    let length = bytes.len() as u64;
    let start = bytes.get(..MAGIC.len()).unwrap_or(bytes);
    if !MAGIC.starts_with(start) || length == 0 {
        return Err("not a Vexil ruleset: it does not begin with `VEXILRS`".into());
    }
    let header = bytes.get(..HEADER_BYTES).and_then(|bytes| bytemuck::try_pod_read_unaligned(bytes).ok());
    let Some(header): Option<Header> = header else {
        return Err(sentence(["cut short at byte ", " of a header of "], [length, HEADER_BYTES as u64]));
    };
    if header.format > FORMAT {
        let formats = [header.format.into(), FORMAT.into()];
        return Err(sentence(["format ", " is newer than this engine's "], formats));
    }
    if header.format < OLDEST {
        let formats = [header.format.into(), OLDEST.into()];
        return Err(sentence(["format ", " is older than the oldest that this engine reads, "], formats));
    }
    if header.schema != SCHEMA {
        let schemas = [header.schema.into(), SCHEMA.into()];
        return Err(sentence(["it follows schema vexil/", ", this engine vexil/"], schemas));
    }
    if length < header.bytes {
        return Err(sentence(["cut short at byte ", " of "], [length, header.bytes]));
    }
    if length > header.bytes {
        return Err(sentence(["it has ", " bytes, but ends at byte "], [length, header.bytes]));
    }
    if header.checksum != checksum(bytes) {
        return Err("its checksum differs: the bytes are damaged".into());
    }
    Ok(header)
}

fn read_sections(count: u32, bytes: &[u8]) -> Result<Sections<'_>, String> {
    let mut sections = Sections([&[]; SECTIONS]);
    let mut rest = bytes.get(HEADER_BYTES..).unwrap_or_default();
    let mut seen = 0;
    for _ in 0..count {
        let (header, content) = read_section(&mut rest).ok_or("a section goes beyond the end")?;
        let id = header.id as usize;
        let problem = match sections.0.get_mut(id) {
            Some(section) if id >= IDENTITY as usize => {
                *section = content;
                let again = seen >> id & 1 != 0;
                seen |= 1 << id;
                if again {
                    " is there twice"
                } else if sections.rows(id).remainder().is_empty() {
                    continue;
                } else {
                    " ends within a row"
                }
            }
            _ if header.flags & REQUIRED != 0 => " is required, and this engine does not know it",
            // Known to a later engine, and nothing to this one.
            _ => continue,
        };
        return Err(join(&["section ", &decimal(id as u64), problem]));
    }
    if !rest.is_empty() {
        return Err("there is more after its last section".into());
    }
    let missing = NEEDED & !seen;
    if missing != 0 {
        return Err(join(&["section ", &decimal(missing.trailing_zeros().into()), " is missing"]));
    }
    Ok(sections)
}

/// The next section's header and content; `None` if it goes beyond the end.
fn read_section<'b>(rest: &mut &'b [u8]) -> Option<(SectionHeader, &'b [u8])> {
    let (header, after) = rest.split_first_chunk()?;
    let header: SectionHeader = bytemuck::must_cast::<[u8; size_of::<SectionHeader>()], _>(*header);
    let length = usize::try_from(header.bytes).ok()?;
    let (padded, after) = after.split_at_checked(length.checked_next_multiple_of(ALIGNMENT)?)?;
    *rest = after;
    Some((header, padded.get(..length)?))
}

/// The identity, and how many flags there are.
fn read_origin(bytes: &[u8]) -> Option<(Identity, u32)> {
    let (origin, mut rest) = bytes.split_at_checked(size_of::<Origin>())?;
    let origin: Origin = bytemuck::try_pod_read_unaligned(origin).ok()?;
    let has = |bit: u32| origin.bits & bit != 0;
    let revision = has(HAS_REVISION).then_some(origin.revision);
    let mut identity = Identity { content: origin.content, revision, ..Identity::default() };
    if has(HAS_LINEAGE) {
        identity.lineage = Some(read_text(&mut rest)?);
    }
    if has(HAS_ENVIRONMENT) {
        identity.environment = Some(read_text(&mut rest)?);
    }
    identity.kills.revision = origin.kill_revision;
    identity.kills.all = has(ALL_KILLED);
    for (killed, count) in [
        (&mut identity.kills.namespaces, origin.killed_namespaces),
        (&mut identity.kills.flags, origin.killed_flags),
        (&mut identity.kills.services, origin.killed_services),
    ] {
        for _ in 0..count {
            killed.push(read_text(&mut rest)?);
        }
    }
    rest.is_empty().then_some((identity, origin.flag_count))
}

/// The next text, after its length.
fn read_text(rest: &mut &[u8]) -> Option<String> {
    let (length, after) = rest.split_first_chunk()?;
    let (text, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = after;
    core::str::from_utf8(text).ok().map(String::from)
}
