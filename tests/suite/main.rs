//! The one integration binary.
mod binary;
mod corpus;
mod diff;
mod explain;
mod replay;
