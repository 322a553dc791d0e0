//! Files of a service that has no list: those that were sent from here, out of the list of transfers.

use std::collections::HashSet;

use transfer::library::{Entry, Page, Query, SortKey};
use transfer::{AccountId, Failure, Kind, State, Transfer};

/// Entries of a page.
pub(super) const MOST: u32 = 200;

/// One page of what was sent to `account` and has an id there, the latest first.
///
/// # Errors
/// `bad_cursor`.
pub(crate) fn page(transfers: &[Transfer], account: AccountId, query: &Query) -> Result<Page, Failure> {
    let start: usize = match &query.cursor {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| {
            Failure::new(
                Kind::Refused,
                "bad_cursor",
                "This is no place in the list. Begin at its first page.",
            )
        })?,
    };
    let wanted = query.search.as_deref().map(str::to_lowercase);
    let mut seen = HashSet::new();
    let mut found: Vec<_> = transfers
        .iter()
        .filter(|row| row.account == account && row.state == State::Completed && row.local_source().is_some())
        .filter(|row| {
            wanted
                .as_ref()
                .is_none_or(|wanted| row.name.to_lowercase().contains(wanted))
        })
        .filter_map(|row| Some((row.remote.as_ref()?, row)))
        .collect();
    // The latest of several versions stands for the file.
    found.sort_by_key(|(_, row)| std::cmp::Reverse(row.finished_at));
    found.retain(|(remote, _)| seen.insert(remote.id.clone()));
    if let Some(sort) = query.sort {
        found.sort_by(|(_, a), (_, b)| match sort.by {
            SortKey::Name => a.name.cmp(&b.name),
            SortKey::Size => a.size.cmp(&b.size),
            SortKey::Created | SortKey::Modified => a.finished_at.cmp(&b.finished_at),
        });
        if sort.descending {
            found.reverse();
        }
    }
    let total = found.len();
    let length = query.limit.clamp(1, MOST) as usize;
    let entries: Vec<_> = found
        .into_iter()
        .skip(start)
        .take(length)
        .map(|(remote, row)| Entry {
            id: remote.id.clone(),
            name: row.name.clone(),
            size: row.size,
            created: row.finished_at,
            page: remote.url.clone(),
            ..Entry::default()
        })
        .collect();
    let end = start.saturating_add(entries.len());
    Ok(Page {
        next: (end < total && !entries.is_empty()).then(|| end.to_string()),
        total: Some(total as u64),
        entries,
    })
}

#[cfg(test)]
mod tests {
    use transfer::library::Sort;
    use transfer::transfer::Remote;
    use transfer::{BatchId, Time, TransferId};
    use uuid::Uuid;

    use super::*;

    const ACCOUNT: AccountId = AccountId(Uuid::from_u128(1));

    fn sent(id: &str, name: &str, at: i64) -> Transfer {
        let path = name.as_bytes().to_vec();
        let number = TransferId(Uuid::from_u128(at as u128));
        let mut row = Transfer::upload(number, BatchId(Uuid::nil()), ACCOUNT, path, name.into(), Time(at));
        row.state = State::Completed;
        row.finished_at = Some(Time(at));
        row.remote = Some(Remote {
            id: id.into(),
            url: None,
        });
        row
    }

    #[test]
    fn what_was_sent_is_listed_once_by_its_id_the_latest_first() {
        let mut rows = vec![sent("7", "old", 1), sent("8", "other", 2), sent("7", "new", 3)];
        rows.push(Transfer {
            state: State::Failed,
            ..sent("9", "failed", 4)
        });
        rows.push(Transfer {
            account: AccountId(Uuid::from_u128(2)),
            ..sent("10", "elsewhere", 5)
        });
        let mut query = Query {
            limit: 1,
            ..Query::default()
        };
        let first = page(&rows, ACCOUNT, &query).unwrap();
        assert_eq!((first.entries[0].name.as_str(), first.total), ("new", Some(2)));
        query.cursor = first.next;
        let last = page(&rows, ACCOUNT, &query).unwrap();
        assert_eq!((last.entries[0].name.as_str(), last.next), ("other", None));
        query = Query {
            limit: 9,
            search: Some("NE".into()),
            sort: Some(Sort {
                by: SortKey::Name,
                descending: false,
            }),
            ..Query::default()
        };
        assert_eq!(page(&rows, ACCOUNT, &query).unwrap().entries.len(), 1);
        query.cursor = Some("x".into());
        assert_eq!(page(&rows, ACCOUNT, &query).unwrap_err().code, "bad_cursor");
    }
}
