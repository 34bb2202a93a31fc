//! Records: the rows of a ruleset's tables. A row in memory is a row of the binary form: little-
//! endian integers, one behind the other, so that loading a table is copying it.

#[cfg(target_endian = "big")]
compile_error!("rulesets are little-endian, in memory too");

/// Declares a row as a struct of integers and other rows, without gaps between them.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, bytemuck::Pod, bytemuck::Zeroable)]
        #[repr(C, packed(4))]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    };
}
pub(crate) use record;

record! {
    /// A run of rows of some table.
    Span {
        /// The first row.
        start: u32,
        /// How many.
        count: u32,
    }
}

impl Span {
    /// The rows themselves; none if the span leaves the table.
    #[inline]
    pub fn of<T>(self, table: &[T]) -> &[T] {
        let start = self.start as usize;
        table.get(start..start.wrapping_add(self.count as usize)).unwrap_or_default()
    }

    /// Whether the span lies within a table of that length.
    pub const fn is_within(self, length: usize) -> bool {
        self.start as u64 + self.count as u64 <= length as u64
    }
}
