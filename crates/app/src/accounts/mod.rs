//! The accounts: kept in memory as the database has them, their credentials in the vault, their services at hand.

mod book;
mod connect;
mod connection;
mod row;
mod rules;

pub(crate) use book::{Accounts, files_key};
pub(crate) use row::{Standing, descriptor_row};
