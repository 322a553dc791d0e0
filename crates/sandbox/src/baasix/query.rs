//! Which rows a list names, and in which order: the query of `GET /files`.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// A query, read.
#[derive(Debug, Default)]
pub(super) struct Query {
    filter: Option<Value>,
    sort: Option<Map<String, Value>>,
    search: String,
    limit: Option<i64>,
    page: Option<u64>,
}

impl Query {
    /// Reads it; an error is the server's own.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut query = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            let json = || serde_json::from_str::<Value>(&value).map_err(|e| format!("SyntaxError: {e}"));
            match name.as_ref() {
                "filter" => query.filter = Some(json()?),
                "sort" => {
                    let Value::Object(sort) = json()? else {
                        return Err("TypeError: sort is not an object".into());
                    };
                    query.sort = Some(sort);
                }
                "search" => query.search = value.to_lowercase(),
                "limit" => query.limit = value.parse().ok(),
                "page" => query.page = value.parse().ok(),
                _ => {}
            }
        }
        Ok(query)
    }

    /// The rows of the page, and how many there are in all.
    pub(super) fn apply(&self, mut rows: Vec<Value>) -> (Vec<Value>, usize) {
        rows.retain(|row| self.names(row));
        let total = rows.len();
        if let Some(sort) = &self.sort {
            // The order of the fields is that of the sorting, and is lost here: an id only ever comes last.
            let (last, first): (Vec<_>, Vec<_>) = sort.iter().partition(|(field, _)| *field == "id");
            rows.sort_by(|a, b| {
                let by = |(field, way): &(&String, &Value)| {
                    let order = compare(&a[*field], &b[*field]);
                    if way.as_str().is_some_and(|way| way.eq_ignore_ascii_case("desc")) {
                        order.reverse()
                    } else {
                        order
                    }
                };
                first
                    .iter()
                    .chain(&last)
                    .map(by)
                    .find(|order| order.is_ne())
                    .unwrap_or(Ordering::Equal)
            });
        }
        let per_page = match (self.limit, self.page) {
            (Some(limit), _) if limit < 0 => return (rows, total),
            (Some(limit), _) => usize::try_from(limit).unwrap_or(usize::MAX),
            (None, Some(_)) => 10,
            (None, None) => return (rows, total),
        };
        let page = usize::try_from(self.page.unwrap_or(1).max(1) - 1).unwrap_or(usize::MAX);
        let from = page.saturating_mul(per_page);
        (rows.into_iter().skip(from).take(per_page).collect(), total)
    }

    fn names(&self, row: &Value) -> bool {
        let found = self.search.is_empty()
            || ["title", "originalFilename", "description", "filename"]
                .iter()
                .any(|field| {
                    row[*field]
                        .as_str()
                        .is_some_and(|t| t.to_lowercase().contains(&self.search))
                });
        found && self.filter.as_ref().is_none_or(|filter| holds(filter, row))
    }
}

/// Whether a filter holds for a row.
fn holds(filter: &Value, row: &Value) -> bool {
    let Some(conditions) = filter.as_object() else {
        return true;
    };
    conditions
        .iter()
        .all(|(field, condition)| match (field.as_str(), condition) {
            ("AND", Value::Array(all)) => all.iter().all(|filter| holds(filter, row)),
            ("OR", Value::Array(any)) => any.iter().any(|filter| holds(filter, row)),
            (_, Value::Object(operators)) => operators
                .iter()
                .all(|(operator, value)| compares(&row[field], operator, value)),
            (_, value) => compares(&row[field], "eq", value),
        })
}

fn compares(seen: &Value, operator: &str, value: &Value) -> bool {
    let order = compare(seen, value);
    match operator {
        "eq" => order.is_eq(),
        "ne" => order.is_ne(),
        "gt" => order.is_gt(),
        "gte" => order.is_ge(),
        "lt" => order.is_lt(),
        "lte" => order.is_le(),
        "in" => value.as_array().is_some_and(|list| list.contains(seen)),
        _ => false,
    }
}

/// Numbers by value, texts by letter; numbers also where they come as text.
fn compare(a: &Value, b: &Value) -> Ordering {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.to_string().cmp(&b.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(query: &str) -> String {
        let rows = (1..=12)
            .map(|n| json!({"id": n, "title": format!("file {n}"), "size": n * 10}))
            .collect();
        let (rows, total) = Query::read(query).unwrap().apply(rows);
        let ids: Vec<String> = rows.iter().map(|row| row["id"].to_string()).collect();
        format!("{total}: {}", ids.join(" "))
    }

    #[test]
    fn pages_have_ten_rows_and_a_limit_below_zero_is_none() {
        assert_eq!(ids("page=2"), "12: 11 12");
        assert_eq!(ids("page=2&limit=5"), "12: 6 7 8 9 10");
        assert!(ids("limit=-1").ends_with("12") && ids("").ends_with("12"));
    }

    #[test]
    fn filters_searches_and_orders_are_json() {
        assert_eq!(ids(r#"filter={"size":{"gte":30,"lt":50}}"#), "2: 3 4");
        assert_eq!(ids(r#"filter={"AND":[{"size":20},{"title":{"eq":"file 2"}}]}"#), "1: 2");
        assert_eq!(ids(r#"search=FILE%201&sort={"size":"desc"}&limit=2"#), "4: 12 11");
        assert!(Query::read("sort=-createdAt").is_err() && Query::read("filter=size=3").is_err());
    }
}
