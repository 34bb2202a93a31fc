//! Engines by handle.

use alloc::vec::Vec;

use crate::Hosted;

/// Bits of a handle that name the place; the others are its generation.
const PLACE_BITS: u32 = 12;

/// The engines of one host. A handle is a place and its generation, so that a handle kept after
/// its engine was disposed of never names the next engine in the same place.
#[derive(Debug)]
pub struct Slab<P> {
    places: Vec<Place<P>>,
}

#[derive(Debug)]
struct Place<P> {
    generation: u32,
    hosted: Option<Hosted<P>>,
}

impl<P> Slab<P> {
    /// No engines.
    pub const fn new() -> Self {
        Self { places: Vec::new() }
    }

    /// Takes an engine in; `None` when 4,096 are alive.
    pub fn insert(&mut self, hosted: Hosted<P>) -> Option<u32> {
        let free = self.places.iter().position(|place| place.hosted.is_none());
        let place = free.unwrap_or_else(|| {
            self.places.push(Place { generation: 0, hosted: None });
            self.places.len() - 1
        });
        if place >> PLACE_BITS != 0 {
            self.places.pop();
            return None;
        }
        let entry = self.places.get_mut(place)?;
        entry.hosted = Some(hosted);
        Some(entry.generation << PLACE_BITS | place as u32)
    }

    /// The engine of a handle; `None` once it was disposed of.
    pub fn get_mut(&mut self, handle: u32) -> Option<&mut Hosted<P>> {
        let place = self.places.get_mut((handle & ((1 << PLACE_BITS) - 1)) as usize)?;
        if place.generation == handle >> PLACE_BITS { place.hosted.as_mut() } else { None }
    }

    /// Disposes of an engine.
    pub fn remove(&mut self, handle: u32) {
        let place = self.places.get_mut((handle & ((1 << PLACE_BITS) - 1)) as usize);
        if let Some(place) = place.filter(|place| place.generation == handle >> PLACE_BITS) {
            place.hosted = None;
            place.generation = (place.generation + 1) & (u32::MAX >> PLACE_BITS);
        }
    }
}

impl<P> Default for Slab<P> {
    fn default() -> Self {
        Self::new()
    }
}
