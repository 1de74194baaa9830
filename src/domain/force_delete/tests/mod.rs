//! The table: every combination of signs, every row, and how facts become signs.

mod every;
mod group;
mod rows;
mod signs;
mod story;
mod words;
