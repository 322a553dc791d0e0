//! Names and contents that agree, disagree, or say nothing.

use serde_json::json;

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0abcdefghijklmnopqrstuvwxyz";
const NOISE: &[u8] = b"\x01\xf0\x9c\xc3\x00\x17\x9a\xee\x02\x88";

fn types() -> Vec<FileType> {
    [
        json!({"id": 1, "name": "PDF", "mimeType": "application/pdf", "extension": "pdf"}),
        json!({"id": 2, "name": "PNG", "mimeType": "image/png", "extension": ".PNG"}),
        json!({"id": 3, "name": "JPEG", "mimeType": "image/jpeg", "extension": "jpg"}),
        json!({"id": 4, "name": "Text", "mimeType": "text/plain", "extension": "txt"}),
        json!({"id": 5, "name": "Word", "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "extension": "docx"}),
        json!({"id": 6, "name": "ZIP", "mimeType": "application/x-zip-compressed", "extension": "zip"}),
        json!({"id": "7", "Name": "CSV", "MimeType": "text/csv"}),
    ]
    .iter()
    .map(|value| FileType::read(value).unwrap())
    .collect()
}

fn chosen(name: &str, opening: &[u8]) -> Result<u64> {
    choose(&types(), name, opening, None).map(|kind| kind.id)
}

#[test]
fn a_file_that_is_what_its_name_says_is_not_asked_about() {
    for (name, opening, id) in [
        ("a.pdf", PDF, 1),
        ("A.PDF", PDF, 1),
        ("a.png", PNG, 2),
        ("a.jpeg", JPEG, 3),
        ("a.txt", b"Hello".as_slice(), 4),
        ("a.txt", b"BMW, invoice of May", 4),
        ("a.docx", ZIP, 5),
        ("a.zip", ZIP, 6),
        ("a.csv", b"a;b;c\n1;2;3", 7),
        ("a.pdf", b"", 1),
        ("scan", PDF, 1),
        ("scan.2024", PDF, 1),
        ("letter", b"Dear Sir", 4),
        ("late.pdf", b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4", 1),
    ] {
        assert_eq!(chosen(name, opening).ok(), Some(id), "{name}");
    }
}

#[test]
fn a_name_and_a_content_that_disagree_are_asked_about_with_what_there_is_to_choose() {
    for (name, opening, code) in [
        ("a.png", PDF, "file_type"),
        ("a.pdf", PNG, "file_type"),
        (
            "a.pdf",
            b"<html><body>Not found</body></html>".as_slice(),
            "file_type_by_name",
        ),
        ("a.pdf", b"Dear Sir", "file_type"),
        ("a.pdf", NOISE, "file_type_by_name"),
        ("a.mp3", PDF, "file_type_by_content"),
    ] {
        let failure = chosen(name, opening).unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (Kind::Person, code), "{name}");
        assert!(!failure.maybe_done);
    }
}

#[test]
fn the_persons_choice_holds() {
    let types = types();
    let wished = |wish: &str| choose(&types, "a.png", PDF, Some(wish)).map(|kind| kind.id);
    for (wish, id) in [
        ("content", 1),
        ("name", 2),
        ("3", 3),
        ("jpeg", 3),
        (".txt", 4),
        ("text/csv", 7),
        ("word", 5),
    ] {
        assert_eq!(wished(wish).ok(), Some(id), "{wish}");
    }
    assert_eq!(wished("film").unwrap_err().code, "no_file_type");
}

#[test]
fn what_has_no_type_is_refused_with_what_has_one() {
    for (name, opening) in [
        ("film.mkv", NOISE),
        ("film", NOISE),
        ("a.gif", b"GIF89a\x01\0\x01\0\x80\0\0".as_slice()),
    ] {
        let failure = chosen(name, opening).unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (Kind::Refused, "no_file_type"),
            "{name}"
        );
        assert!(failure.action.unwrap().contains("docx, jpg, pdf"));
    }
}
