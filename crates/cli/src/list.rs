//! `longshore list` and `longshore show`.

use app::Purpose;
use app::boundary::{ListTransfers, TransferDetails, TransferRef};
use serde_json::json;
use uuid::Uuid;

use crate::arguments::List;
use crate::exit::{Exit, Outcome};
use crate::print;
use crate::terminal::Terminal;

pub(crate) async fn list(terminal: &Terminal, list: List) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    let ask = ListTransfers {
        ids: None,
        states: Some(list.states).filter(|states| !states.is_empty()),
    };
    let rows = host.commands().list_transfers(ask).await?;
    if terminal.json {
        rows.iter().for_each(|row| print::object(&print::transfer(row)));
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        print::line("There are no transfers.");
        return Ok(Exit::Done);
    }
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            vec![
                row.id.to_string(),
                print::plain(&row.name),
                row.size.map(print::size).unwrap_or_default(),
                print::plain(&row.account.name),
                print::summary(row),
            ]
        })
        .collect();
    for line in print::table(&["ID", "NAME", "SIZE", "ACCOUNT", "STATE"], &cells) {
        print::line(&line);
    }
    Ok(Exit::Done)
}

pub(crate) async fn show(terminal: &Terminal, id: Uuid) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    let details = host.commands().transfer_details(TransferRef { id }).await?;
    if terminal.json {
        let mut value = print::transfer(&details.row);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("parts".to_owned(), json!(details.parts));
            fields.insert("journal".to_owned(), json!(details.journal));
            fields.insert("proof_text".to_owned(), json!(details.proof_text));
            fields.insert("session".to_owned(), json!(details.session));
        }
        print::object(&value);
    } else {
        tell(&details);
    }
    Ok(Exit::Done)
}

fn tell(details: &TransferDetails) {
    let row = &details.row;
    print::line(&print::plain(&row.name));
    print::line(&format!("  id       {}", row.id));
    print::line(&format!("  file     {}", print::plain(&row.path)));
    print::line(&format!(
        "  account  {} ({})",
        print::plain(&row.account.name),
        row.account.provider
    ));
    if let Some(size) = row.size {
        print::line(&format!(
            "  sent     {} of {}",
            print::size(row.sent),
            print::size(size)
        ));
    }
    print::line(&format!("  parts    {} of {}", row.parts_done, row.parts_total));
    print::line(&format!("  state    {}", print::summary(row)));
    if let Some(proof) = &details.proof_text {
        print::line(&format!("  proof    {proof}"));
    }
    if let Some(id) = &row.remote_id {
        print::line(&format!("  there    {}", print::plain(id)));
    }
    if let Some(question) = &row.question {
        print::line("  answers, for `longshore answer`:");
        for choice in &question.choices {
            print::line(&format!("    {:<14} {}", choice.key, choice.label));
        }
    }
    for entry in &details.journal {
        print::line(&format!("  {}  {}", entry.at, print::plain(&entry.text)));
    }
}
