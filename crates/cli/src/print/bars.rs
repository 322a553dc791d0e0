//! Progress bars: one for each transfer that moves, and one for all.

use std::collections::HashMap;

use app::boundary::{TransferRow, TransferState};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use uuid::Uuid;

use super::{of_two, plain, reason_of, size};

/// More would push the rest off the screen.
const MOST: usize = 10;
const ONE: &str = "{msg:30!} {bar:24} {prefix}";
const ALL: &str = "{msg:30!} {bar:24} {prefix}";

/// The bars on a terminal.
pub(crate) struct Bars {
    area: MultiProgress,
    bars: HashMap<Uuid, ProgressBar>,
    all: ProgressBar,
}

impl Bars {
    pub(crate) fn new() -> Self {
        let area = MultiProgress::new();
        let all = area.add(ProgressBar::new(0).with_style(style(ALL)));
        all.set_message("all");
        Self {
            area,
            bars: HashMap::new(),
            all,
        }
    }

    /// Draws one row as it is now.
    pub(crate) fn show(&mut self, row: &TransferRow) {
        let moves = matches!(
            row.state,
            TransferState::Preparing
                | TransferState::Transferring
                | TransferState::Finishing
                | TransferState::Cancelling
        );
        let waits = row.state == TransferState::Waiting;
        if !moves && !waits {
            if let Some(bar) = self.bars.remove(&row.id) {
                bar.finish_and_clear();
                self.area.remove(&bar);
            }
            return;
        }
        if !self.bars.contains_key(&row.id) {
            if self.bars.len() >= MOST {
                return;
            }
            let bar = ProgressBar::new(0)
                .with_style(style(ONE))
                .with_message(plain(&row.name));
            self.bars.insert(row.id, self.area.insert_before(&self.all, bar));
        }
        let Some(bar) = self.bars.get(&row.id) else { return };
        fill(bar, row.sent, row.size.unwrap_or(0));
        bar.set_prefix(match row.state {
            TransferState::Waiting => reason_of(row).unwrap_or_else(|| "waiting".to_owned()),
            TransferState::Preparing => "preparing".to_owned(),
            TransferState::Finishing => "finishing".to_owned(),
            TransferState::Cancelling => "cancelling".to_owned(),
            _ => {
                let stage = row
                    .stage
                    .map_or_else(String::new, |stage| format!("{}  ", of_two(stage)));
                let total = row.size.unwrap_or(0);
                format!("{stage}{}", pace(row.sent, total, row.speed, row.eta_s))
            }
        });
    }

    /// Draws the sum of all rows.
    pub(crate) fn show_all<'a>(&self, rows: impl Iterator<Item = &'a TransferRow> + Clone) {
        let total = rows.clone().filter_map(|row| row.size).sum();
        let sent = rows.clone().map(|row| row.sent).sum();
        let speed = rows.map(|row| row.speed).sum();
        fill(&self.all, sent, total);
        let left = u64::saturating_sub(total, sent);
        self.all
            .set_prefix(pace(sent, total, speed, left.checked_div(speed).filter(|_| left > 0)));
    }

    /// Prints a line above the bars.
    pub(crate) fn say(&self, text: &str) {
        self.area.suspend(|| super::line(text));
    }

    /// Takes everything off the screen.
    pub(crate) fn clear(&self) {
        // A terminal that is gone has no bars either.
        let _ = self.area.clear();
    }
}

/// A bar is full only when its transfer is over, and then it is gone.
fn fill(bar: &ProgressBar, sent: u64, total: u64) {
    bar.set_length(total);
    bar.set_position(sent.min(total - total / 100));
}

fn pace(sent: u64, total: u64, speed: u64, eta_s: Option<u64>) -> String {
    let mut text = match total {
        0 => size(sent),
        total => format!("{} of {}", size(sent), size(total)),
    };
    if speed > 0 {
        text.push_str(&format!("  {}/s", size(speed)));
    }
    if let Some(eta) = eta_s {
        text.push_str(&format!("  {} left", super::ago(eta)));
    }
    text
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
