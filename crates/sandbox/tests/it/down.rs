//! A raw client of the file host and of FileFactory: asks what it is told, follows nothing.

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, RANGE};
use sandbox::{Content, Fault, FaultRule, FileSpec, HostedFile, Route};
use serde_json::{Value, json};

use crate::client::*;

/// The seed of the files in these tests.
pub(crate) const SEED: u64 = 42;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body ended as it should.
    pub(crate) whole: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|v| v.to_str().unwrap())
    }

    /// Status and `Content-Range`.
    pub(crate) fn range(&self) -> (u16, Option<&str>) {
        (self.status, self.header("content-range"))
    }
}

/// Bytes of the file with [`SEED`].
pub(crate) fn content(from: u64, to: u64) -> Vec<u8> {
    Content::new(SEED).bytes(from, usize::try_from(to - from).unwrap())
}

pub(crate) fn rule(fault: Fault) -> FaultRule {
    fault.into()
}

impl World {
    /// The link of a plain file.
    pub(crate) fn link(&self, size: u64) -> String {
        self.sandbox.file_url("a.bin", size, SEED)
    }

    /// The link of a file with something particular about it.
    pub(crate) fn file(&self, size: u64, change: impl FnOnce(&mut FileSpec)) -> String {
        let mut file = FileSpec::new("a.bin", size, SEED);
        change(&mut file);
        self.sandbox.add_file(file)
    }

    pub(crate) async fn read(&self, request: reqwest::RequestBuilder) -> Answer {
        let mut response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        let whole = loop {
            match response.chunk().await {
                Ok(Some(bytes)) => body.extend_from_slice(&bytes),
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        Answer {
            status,
            headers,
            body,
            whole,
        }
    }

    /// Everything an answer is made of, as it comes; the server is asked to close the connection.
    pub(crate) async fn raw(&self, method: &str, url: &str) -> Vec<u8> {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        let head = format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        answer
    }

    pub(crate) async fn get(&self, url: &str) -> Answer {
        self.read(self.http.get(url)).await
    }

    pub(crate) async fn get_range(&self, url: &str, range: &str) -> Answer {
        self.read(self.http.get(url).header(RANGE, range)).await
    }

    /// A call of FileFactory by POST.
    pub(crate) async fn factory(&self, method: &str, fields: &[(&str, &str)]) -> Value {
        let base = &self.sandbox.description().providers["filefactory"].base_url;
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let answer = self
            .http
            .post(format!("{base}/{method}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        let text = answer.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or_else(|_| json!({"page": text}))
    }

    /// The fields an account logs in with.
    pub(crate) fn account(&self, kind: &str) -> BTreeMap<String, String> {
        let account = self.sandbox.description().providers["filefactory"].clone();
        if kind == "premium" {
            account.secret
        } else {
            account.others[kind].clone()
        }
    }

    pub(crate) async fn log_in(&self, kind: &str) -> Value {
        let account = self.account(kind);
        let fields: Vec<(&str, &str)> = account.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        self.factory("getSessionKey", &fields).await
    }

    pub(crate) async fn key(&self, kind: &str) -> String {
        self.log_in(kind).await["result"]["key"].as_str().unwrap().to_owned()
    }

    /// Adds a file of 100,000 bytes to FileFactory.
    pub(crate) fn host(&self, id: &str, change: impl FnOnce(&mut HostedFile)) {
        let mut file = HostedFile::new(id, "Tulips.jpg", 100_000, SEED);
        change(&mut file);
        self.sandbox.add_hosted_file(file);
    }

    /// A link to a file at FileFactory; an empty key is nobody's.
    pub(crate) async fn hosted_link(&self, id: &str, key: &str) -> String {
        let answer = self.factory("getDownloadLink", &[("file", id), ("key", key)]).await;
        answer["result"]["url"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    /// Where an answer leads.
    pub(crate) async fn leads(&self, url: &str) -> (u16, String) {
        let answer = self.get(url).await;
        (answer.status, answer.header("location").unwrap_or_default().to_owned())
    }
}

/// The code of an error.
pub(crate) fn code(answer: &Value) -> i64 {
    answer["code"].as_i64().unwrap_or_default()
}

pub(crate) fn on_down(fault: Fault) -> FaultRule {
    rule(fault).on(Route::Down)
}
