//! Power cuts: what must hold on the disk when the machine goes dark.

#[cfg(test)]
mod power_cuts;
