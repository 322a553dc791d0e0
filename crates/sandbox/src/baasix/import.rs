//! `POST /files/upload-from-url`: the server fetches a file itself, one way or another.

use axum::body::Body;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use url::Url;

use super::auth::Who;
use super::upload::{Arrival, Fields};
use super::{Baasix, Call, answer};
use crate::held;

impl Baasix {
    pub(super) async fn import(&self, call: &Call) -> Response<Body> {
        let Who::Somebody(tenant) = self.who(call) else {
            return answer::not_allowed("create");
        };
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let Some(address) = body["url"].as_str() else {
            return answer::broken("TypeError: Cannot read properties of undefined (reading 'split')");
        };
        self.controls.tally.count(|c| {
            c.baasix.imports_now += 1;
            c.baasix.imports_max = c.baasix.imports_max.max(c.baasix.imports_now);
        });
        let fields = Fields {
            title: body["title"].as_str().map(str::to_owned),
            description: body["description"].as_str().map(str::to_owned),
            ..Fields::default()
        };
        let imported = self.fetched(address, fields, tenant).await;
        self.controls.tally.count(|c| {
            c.baasix.imports_now = c.baasix.imports_now.saturating_sub(1);
            c.baasix.imports += u64::from(imported.is_ok());
            c.baasix.imports_failed += u64::from(imported.is_err());
        });
        match imported {
            Ok(id) => answer::data(&json!(id)),
            Err(refusal) => *refusal,
        }
    }

    async fn fetched(
        &self,
        address: &str,
        fields: Fields,
        tenant: Option<String>,
    ) -> Result<String, Box<Response<Body>>> {
        let failed = || Box::new(answer::broken("Error: Failed to fetch file from URL"));
        let name = name_of(address);
        // The temporary file is called as the file is: two of one name are in each other's way.
        if !held(&self.importing).insert(name.clone()) {
            return Err(failed());
        }
        let bytes = fetch(address).await;
        held(&self.importing).remove(&name);
        let arrival = Arrival {
            name,
            bytes: bytes.map_err(|_| failed())?,
            fields,
            bytes_late: None,
        };
        self.keep(tenant, arrival).await
    }
}

/// What stands behind the last slash, whatever that is.
fn name_of(address: &str) -> String {
    match address.rsplit('/').next() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "download".to_owned(),
    }
}

/// The bytes at an address. Only plain http is spoken here, and `example.org` is not asked: it has 1,000 bytes everywhere.
async fn fetch(address: &str) -> std::io::Result<Vec<u8>> {
    let wrong = || std::io::Error::from(std::io::ErrorKind::InvalidInput);
    let url = Url::parse(address).map_err(|_| wrong())?;
    if url.host_str() == Some("example.org") {
        // Nobody's host; here it has everything.
        return Ok(vec![b'x'; 1_000]);
    }
    let host = url.host_str().filter(|_| url.scheme() == "http").ok_or_else(wrong)?;
    let port = url.port_or_known_default().ok_or_else(wrong)?;
    let stream = TcpStream::connect((host, port)).await?;
    let (mut send, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(std::io::Error::other)?;
    let connection = tokio::spawn(connection);
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request = Request::get(path)
        .header(header::HOST, format!("{host}:{port}"))
        .body(Empty::<bytes::Bytes>::new())
        .map_err(std::io::Error::other)?;
    let answer = send.send_request(request).await.map_err(std::io::Error::other)?;
    if !answer.status().is_success() {
        return Err(std::io::ErrorKind::NotFound.into());
    }
    let bytes = answer
        .into_body()
        .collect()
        .await
        .map_err(std::io::Error::other)?
        .to_bytes();
    connection.abort();
    Ok(bytes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imported_file_is_called_by_what_stands_behind_the_last_slash() {
        assert_eq!(name_of("http://a.example/x/y.png?size=3"), "y.png?size=3");
        assert_eq!(name_of("http://a.example/x/"), "download");
    }
}
