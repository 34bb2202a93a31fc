//! What a host holds, by handle.

use alloc::vec::Vec;

/// Bits of a handle that name the place; the others are its generation.
const PLACE_BITS: u32 = 12;

/// What one host holds, such as its engines. A handle is a place and its generation, so that a handle kept after
/// what it named was disposed of never names the next one in the same place.
#[derive(Debug)]
pub struct Slab<T> {
    places: Vec<Place<T>>,
}

#[derive(Debug)]
struct Place<T> {
    generation: u32,
    hosted: Option<T>,
}

impl<T> Slab<T> {
    /// Nothing.
    pub const fn new() -> Self {
        Self { places: Vec::new() }
    }

    /// Takes one in; `None` when 4,096 are alive.
    pub fn insert(&mut self, hosted: T) -> Option<u32> {
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

    /// The one of a handle; `None` once it was disposed of.
    pub fn get_mut(&mut self, handle: u32) -> Option<&mut T> {
        let place = self.places.get_mut((handle & ((1 << PLACE_BITS) - 1)) as usize)?;
        if place.generation == handle >> PLACE_BITS { place.hosted.as_mut() } else { None }
    }

    /// Disposes of one.
    pub fn remove(&mut self, handle: u32) {
        let place = self.places.get_mut((handle & ((1 << PLACE_BITS) - 1)) as usize);
        if let Some(place) = place.filter(|place| place.generation == handle >> PLACE_BITS) {
            place.hosted = None;
            place.generation = (place.generation + 1) & (u32::MAX >> PLACE_BITS);
        }
    }
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self::new()
    }
}
