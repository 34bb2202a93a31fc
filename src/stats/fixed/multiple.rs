//! Many tests at once.

use alloc::vec;
use alloc::vec::Vec;

use crate::stats::{Error, finite, probability, real};

/// P-values adjusted by the method of Holm ("A simple sequentially rejective multiple test procedure", Scandinavian
/// Journal of Statistics 1979): reporting those at or below `alpha` reports anything wrongly with at most that
/// probability, whatever their dependence.
///
/// # Errors
///
/// [`Error::NotFinite`], [`Error::OutOfRange`] for a value that is not from 0 to 1.
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, Error> {
    let count = real(p_values.len() as u64);
    let (mut most, mut adjusted) = (0.0_f64, vec![0.0; p_values.len()]);
    for (rank, (place, p)) in ascending(p_values)?.into_iter().enumerate() {
        most = most.max((count - real(rank as u64)) * p).min(1.0);
        set(&mut adjusted, place, most);
    }
    Ok(adjusted)
}

/// P-values adjusted by the method of Benjamini and Hochberg ("Controlling the false discovery rate", JRSS B 1995): of
/// what is reported at or below `alpha`, at most that share is wrong on average, for independent or positively dependent
/// tests.
///
/// # Errors
///
/// As for [`holm`].
pub fn benjamini_hochberg(p_values: &[f64]) -> Result<Vec<f64>, Error> {
    let count = real(p_values.len() as u64);
    let (mut least, mut adjusted) = (1.0_f64, vec![0.0; p_values.len()]);
    for (rank, (place, p)) in ascending(p_values)?.into_iter().enumerate().rev() {
        least = least.min(count / real(rank as u64 + 1) * p);
        set(&mut adjusted, place, least);
    }
    Ok(adjusted)
}

/// Which of some tests to report, given the logarithms of their e-values: the method of Benjamini and Hochberg for
/// e-values, which needs no assumption on dependence (Wang and Ramdas: "False discovery rate control with e-values",
/// JRSS B 2022).
///
/// # Errors
///
/// [`Error::NotFinite`], [`Error::OutOfRange`] for an `alpha` that is not between 0 and 1.
pub fn e_benjamini_hochberg(ln_e_values: &[f64], alpha: f64) -> Result<Vec<bool>, Error> {
    let alpha = probability(alpha)?;
    ln_e_values.iter().try_for_each(|ln_e| finite(*ln_e).map(drop))?;
    let mut descending = ln_e_values.to_vec();
    descending.sort_by(|a, b| b.total_cmp(a));
    let count = real(ln_e_values.len() as u64);
    // The least evidence that is still reported: the k-th greatest must reach count / (alpha k).
    let reached = descending
        .iter()
        .enumerate()
        .rev()
        .find(|(rank, ln_e)| **ln_e >= libm::log(count / (alpha * real(*rank as u64 + 1))))
        .map(|(_, ln_e)| *ln_e);
    Ok(ln_e_values.iter().map(|ln_e| reached.is_some_and(|reached| *ln_e >= reached)).collect())
}

/// The values from the least to the greatest, each with its place.
fn ascending(p_values: &[f64]) -> Result<Vec<(usize, f64)>, Error> {
    for p in p_values {
        if !(0.0..=1.0).contains(&finite(*p)?) {
            return Err(Error::OutOfRange);
        }
    }
    let mut ascending: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    ascending.sort_by(|a, b| a.1.total_cmp(&b.1));
    Ok(ascending)
}

fn set(list: &mut [f64], place: usize, value: f64) {
    if let Some(cell) = list.get_mut(place) {
        *cell = value;
    }
}
