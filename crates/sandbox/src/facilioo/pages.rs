//! Lists, page by page from 1 on, ten to a page where nobody asks for another number.

use axum::body::Body;
use http::{HeaderValue, Response};
use serde_json::{Value, json};

use super::{Call, Facilioo, answer};

const DEFAULT_SIZE: u64 = 10;
const LARGEST_SIZE: u64 = 100;

impl Facilioo {
    /// The page of `all` that a call asks for.
    pub(super) fn paged(&self, call: &Call, all: &[Value]) -> Response<Body> {
        let number = |name: &str, default: u64| match call.query(name) {
            None => Ok(default),
            Some(text) => text.parse::<u64>().ok().filter(|n| *n >= 1).ok_or(()),
        };
        let (Ok(page), Ok(size)) = (number("PageNumber", 1), number("PageSize", DEFAULT_SIZE)) else {
            return self.malformed(call, "PageNumber and PageSize must be at least 1.");
        };
        let size = size.min(LARGEST_SIZE);
        let total = all.len() as u64;
        let pages = total.div_ceil(size);
        let from = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
        let items: Vec<&Value> = all.iter().skip(from).take(usize::try_from(size).unwrap_or(0)).collect();
        let shown = items.len() as u64;
        let body = json!({
            "items": items,
            "pageNumber": page,
            "pageSize": size,
            "totalPages": pages,
            "totalCount": total,
            "hasPreviousPage": page > 1,
            "hasNextPage": page < pages,
        });
        let mut response = answer::json(&call.settings, 200, body);
        let first = (page - 1).saturating_mul(size);
        let range = format!("items {first}-{}/{total}", (first + shown).saturating_sub(1));
        if let Ok(range) = HeaderValue::from_str(&range) {
            response.headers_mut().insert("content-range", range);
        }
        response
    }
}
