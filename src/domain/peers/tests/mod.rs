//! Who a member would find: every reason with the nearest state that does not give it, and what holds for every group.

mod followers;
mod properties;
mod questions;
mod reasons;
mod roots;
mod scene;
mod sources;
