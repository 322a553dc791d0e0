//! Bugs of this layer: what goes over the wire.

use super::{CONTRACT, PROVIDERS};
use crate::sabotage::Bug;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "follows redirects",
        file: "crates/providers/src/http/client.rs",
        text: ".redirect(redirect::Policy::none())",
        planted: ".redirect(redirect::Policy::limited(5))",
        tests: CONTRACT.only("redirect"),
    },
    Bug {
        name: "tells storage where the link came from",
        file: "crates/providers/src/http/storage.rs",
        text: ".header(header::CONTENT_LENGTH, len)",
        planted: r#".header(header::CONTENT_LENGTH, len)
            .header(header::REFERER, "https://app.example/assets")"#,
        tests: CONTRACT.only("a_part_carries"),
    },
    Bug {
        name: "sends a Content-Type that the signature does not cover",
        file: "crates/providers/src/http/storage.rs",
        text: "if let Some(kind) = dressing.content_type {",
        planted: r#"if let Some(kind) = dressing.content_type.or(Some("application/octet-stream".into())) {"#,
        tests: CONTRACT.only("a_part_carries"),
    },
    Bug {
        name: "sends the account's key to storage",
        file: "crates/providers/src/http/storage.rs",
        text: "        if let Some(kind) = dressing.content_type {",
        planted: r"        let key = self.credential.as_ref().and_then(|c| c.for_url(&self.place.at(&[])));
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, key);
        }
        if let Some(kind) = dressing.content_type {",
        tests: CONTRACT.only("a_part_carries"),
    },
    Bug {
        name: "gives the key to any host",
        file: "crates/providers/src/http/place.rs",
        text: "(url.origin() == self.origin).then(|| self.header.clone())",
        planted: "Some(self.header.clone()).filter(|_| url.has_host() || self.origin.is_tuple())",
        tests: PROVIDERS.only("place"),
    },
    Bug {
        name: "follows links into the house",
        file: "crates/providers/src/http/place.rs",
        text: "if reach > self.reach() {",
        planted: "if reach < self.reach() {",
        tests: PROVIDERS.only("place"),
    },
    Bug {
        name: "shows addresses in its faults",
        file: "crates/providers/src/http/fault.rs",
        text: r"    let error = error.without_url();
    if error.is_builder() {",
        planted: r#"    let label = &format!("{label} ({error})");
    if error.is_builder() {"#,
        tests: PROVIDERS.only("fault"),
    },
    Bug {
        name: "believes an error inside a 200",
        file: "crates/providers/src/fileflare/api.rs",
        text: "if refused {",
        planted: "if refused && parts.len() > 10_000 {",
        tests: CONTRACT.only("an_error_inside"),
    },
    Bug {
        name: "does not hear when to come back",
        file: "crates/providers/src/http/answer.rs",
        text: "retry_after: text(&headers, header::RETRY_AFTER).and_then",
        planted: "retry_after: text(&headers, header::RETRY_AFTER).filter(|_| false).and_then",
        tests: CONTRACT.only("too_many_requests"),
    },
    Bug {
        name: "takes any plan of a service",
        file: "crates/providers/src/fileflare/upload.rs",
        text: r"        parts::check(&parts, size)?;
",
        planted: "",
        tests: CONTRACT.only("a_part_plan"),
    },
    Bug {
        name: "confirms once more after any refusal",
        file: "crates/providers/src/fileflare/api.rs",
        text: "if answer.status.as_u16() == 405 {",
        planted: "if !answer.status.is_success() {",
        tests: CONTRACT.only("fileflare"),
    },
    Bug {
        name: "takes an early 200 for a stored part",
        file: "crates/providers/src/http/storage.rs",
        text: "if flow.left() > 0 {",
        planted: "if flow.left() > len {",
        tests: CONTRACT.only("before_all_bytes"),
    },
    Bug {
        name: "takes a web page for a stored part",
        file: "crates/providers/src/http/storage.rs",
        text: " || error.is_some() || answer.is_page() {",
        planted: " || error.is_some() {",
        tests: CONTRACT.only("a_web_page"),
    },
    Bug {
        name: "takes being shown for being finished",
        file: "crates/providers/src/fileflare/settle.rs",
        text: "        Seen::No => Settlement::Finished(Finished {",
        planted: "        Seen::No | Seen::Yes => Settlement::Finished(Finished {",
        tests: PROVIDERS.only("settle"),
    },
    Bug {
        name: "lets an id lead anywhere",
        file: "crates/providers/src/fileflare/library.rs",
        text: "    if usable(id) { Ok(id) } else { Err(none()) }",
        planted: "    Ok(id)",
        tests: CONTRACT.only("library"),
    },
    Bug {
        name: "changes a file into a link",
        file: "crates/providers/src/fileflare/library.rs",
        text: "if before.kind() != EntryKind::Link {",
        planted: "if false {",
        tests: CONTRACT.only("library"),
    },
    Bug {
        name: "forgets what stands behind the address of a renamed link",
        file: "crates/providers/src/fileflare/library.rs",
        text: "address.or(before.url.as_deref())",
        planted: "address.or(before.url.as_deref().map(|url| url.split('?').next().unwrap_or(url)))",
        tests: CONTRACT.only("library"),
    },
    Bug {
        name: "creates a file again instead of looking for it",
        file: "crates/providers/src/facilioo/upload.rs",
        text: "let Some(found) = self.find_file(&file.own_id).await? else {",
        planted: "let Some(found) = self.find_file(&file.own_id).await?.filter(|_| false) else {",
        tests: CONTRACT.only("facilioo"),
    },
    Bug {
        name: "makes a document again after a lost answer",
        file: "crates/providers/src/facilioo/upload.rs",
        text: "Ok(true) => return Ok(None),",
        planted: "Ok(true) => {}",
        tests: CONTRACT.only("facilioo"),
    },
    Bug {
        name: "goes on with a token that ends",
        file: "crates/providers/src/facilioo/session.rs",
        text: "&& token.renew_at.is_none_or(|at| now < at)",
        planted: "",
        tests: CONTRACT.only("facilioo"),
    },
    Bug {
        name: "refreshes once for everybody who waits",
        file: "crates/providers/src/facilioo/session.rs",
        text: "stale.is_none_or(|stale| stale.number != token.number)",
        planted: "stale.is_none()",
        tests: CONTRACT.only("facilioo"),
    },
    Bug {
        name: "believes a name rather than a content",
        file: "crates/providers/src/facilioo/kinds.rs",
        text: "(Some(named), _) if fits => Ok(named),",
        planted: "(Some(named), _) => Ok(named),",
        tests: CONTRACT.only("facilioo"),
    },
    Bug {
        name: "believes a size that was shown before",
        file: "crates/providers/src/facilioo/follow.rs",
        text: "file.size != Some(earlier) || (earlier == sent && changed)",
        planted: "true",
        tests: CONTRACT.only("measured"),
    },
    Bug {
        name: "guesses the media type of what it sends",
        file: "crates/providers/src/facilioo/upload.rs",
        text: "mime: kind.mime.clone(),",
        planted: "mime: mime_guess::from_path(&file.name).first_raw().map(Into::into),",
        tests: CONTRACT.only("facilioo"),
    },
    Bug {
        name: "believes a file that the server cut",
        file: "crates/providers/src/baasix/upload.rs",
        text: "Some(cut_at) if cut_at < kept.size => Err(self.cut",
        planted: "Some(cut_at) if cut_at < kept.size / 2 => Err(self.cut",
        tests: CONTRACT.only("a_file_that_was_cut"),
    },
    Bug {
        name: "takes a role that may not read for a file that is missing",
        file: "crates/providers/src/baasix/api.rs",
        text: "403 if !is_about_the_role(&answer) && !answer.is_page() => return Ok(None),",
        planted: "403 => return Ok(None),",
        tests: CONTRACT.only("a_role_that_may_not_read"),
    },
    Bug {
        name: "ends a form whose file ended early",
        file: "crates/providers/src/http/form.rs",
        text: "None if left > 0 => (wrong(\"ended early\"), None),",
        planted: "None if left == u64::MAX => (wrong(\"ended early\"), None),",
        tests: PROVIDERS.only("a_source_of_another_length"),
    },
    Bug {
        name: "changes a token that others use",
        file: "crates/providers/src/baasix/session.rs",
        text: "if !token.ends_soon(now) || state.is_used() {",
        planted: "if !token.ends_soon(now) {",
        tests: PROVIDERS.only("a_token_is_changed"),
    },
    Bug {
        name: "asks for bytes behind the end of a file",
        file: "crates/providers/src/baasix/fetch.rs",
        text: "(Some(end), Some(total)) => Some(end.min(total)),",
        planted: "(Some(end), Some(_)) => Some(end),",
        tests: CONTRACT.only("no_range_ends_behind"),
    },
    Bug {
        name: "believes a record that has no bytes",
        file: "crates/providers/src/baasix/settle.rs",
        text: "if self.has_bytes(&id, seen).await? {",
        planted: "if !id.is_empty() {",
        tests: CONTRACT.only("an_id_that_is_there_already"),
    },
];
