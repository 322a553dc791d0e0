//! Journeys of a person with the real program, from the command line to the bytes at the service.
#![cfg(test)]

mod baasix;
mod growing;
mod large;
mod names;
mod nested;
mod one_queue;
mod same_file;
