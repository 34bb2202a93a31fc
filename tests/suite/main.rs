//! The one integration binary.
mod binary;
mod corpus;
mod replay;
mod diff;
mod explain;
