//! The stored bytes: s3s-fs on a folder, with a ledger of part tags so that a completion is checked before it is made.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use md5::{Digest, Md5};
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;

use super::{ACCESS_KEY, ASSET_BUCKET, FILE_BUCKET, PLAIN_BUCKET, SECRET_KEY};
use crate::controls::Controls;
use crate::held;
use crate::settings::TagKind;

const SMALLEST_PART: u64 = 5 * 1024 * 1024;

/// What is known about a stored part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartTag {
    /// The true tag, without quotes.
    pub(crate) tag: String,
    /// Bytes.
    pub(crate) size: u64,
}

/// Buckets, objects and unfinished uploads on disk.
pub(crate) struct Shelf {
    fs: FileSystem,
    root: PathBuf,
    controls: Arc<Controls>,
    tags: Mutex<HashMap<(String, i32), PartTag>>,
}

impl Shelf {
    /// Opens the folder, creating it and the buckets where they are missing.
    pub(crate) fn open(root: &Path, controls: Arc<Controls>) -> std::io::Result<Self> {
        for bucket in [ASSET_BUCKET, FILE_BUCKET, PLAIN_BUCKET] {
            std::fs::create_dir_all(root.join(bucket))?;
        }
        let root = root.canonicalize()?;
        let fs = FileSystem::new(&root).map_err(|e| std::io::Error::other(format!("{e:?}")))?;
        Ok(Self {
            fs,
            root,
            controls,
            tags: Mutex::default(),
        })
    }

    /// Opens a multipart upload for an asset's key and returns its id.
    pub(crate) async fn open_upload(&self, key: &str) -> S3Result<String> {
        let input = CreateMultipartUploadInput {
            bucket: ASSET_BUCKET.into(),
            key: key.into(),
            ..Default::default()
        };
        let output = self.fs.create_multipart_upload(ours(input)).await?.output;
        output.upload_id.ok_or_else(|| s3_error!(InternalError))
    }

    /// Makes an asset's object of the parts (number, tag).
    pub(crate) async fn finish_upload(&self, key: &str, upload: &str, parts: &[(i32, String)]) -> S3Result<()> {
        let parts = parts
            .iter()
            .map(|(number, tag)| CompletedPart {
                part_number: Some(*number),
                e_tag: Some(ETag::Strong(tag.clone())),
                ..Default::default()
            })
            .collect();
        let input = CompleteMultipartUploadInput {
            bucket: ASSET_BUCKET.into(),
            key: key.into(),
            upload_id: upload.into(),
            multipart_upload: Some(CompletedMultipartUpload { parts: Some(parts) }),
            ..Default::default()
        };
        self.complete_multipart_upload(ours(input)).await.map(drop)
    }

    /// Frees an upload's parts.
    pub(crate) async fn drop_upload(&self, key: &str, upload: &str) -> S3Result<()> {
        let input = AbortMultipartUploadInput {
            bucket: ASSET_BUCKET.into(),
            key: key.into(),
            upload_id: upload.into(),
            ..Default::default()
        };
        self.abort_multipart_upload(ours(input)).await.map(drop)
    }

    /// Deletes an asset's object.
    pub(crate) async fn remove(&self, key: &str) -> S3Result<()> {
        let input = DeleteObjectInput {
            bucket: ASSET_BUCKET.into(),
            key: key.into(),
            ..Default::default()
        };
        self.fs.delete_object(ours(input)).await.map(drop)
    }

    /// Where an asset's object lies once it is made.
    pub(crate) fn object(&self, key: &str) -> PathBuf {
        self.object_of(ASSET_BUCKET, key)
    }

    /// The same in any bucket.
    pub(crate) fn object_of(&self, bucket: &str, key: &str) -> PathBuf {
        self.root.join(bucket).join(key)
    }

    /// Ids of the uploads that are neither completed nor aborted.
    pub(crate) fn open_uploads(&self) -> std::io::Result<Vec<String>> {
        let mut ids = Vec::new();
        for entry in std::fs::read_dir(&self.root)? {
            let name = entry?.file_name();
            let id = name
                .to_str()
                .and_then(|n| n.strip_prefix(".upload-")?.strip_suffix(".json").map(str::to_owned));
            ids.extend(id);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The parts stored of an unfinished upload, by number.
    pub(crate) async fn parts(&self, upload: &str) -> std::io::Result<Vec<(i32, PartTag)>> {
        let prefix = format!(".upload_id-{upload}.part-");
        let mut numbers = Vec::new();
        for entry in std::fs::read_dir(&self.root)? {
            let name = entry?.file_name();
            numbers.extend(name.to_str().and_then(|n| n.strip_prefix(&prefix)?.parse::<i32>().ok()));
        }
        numbers.sort_unstable();
        let mut parts = Vec::new();
        for number in numbers {
            parts.push((number, self.tag_of(upload, number).await?));
        }
        Ok(parts)
    }

    /// The tag of a stored part, read from disk again when the sandbox was started anew.
    async fn tag_of(&self, upload: &str, number: i32) -> std::io::Result<PartTag> {
        let key = (upload.to_owned(), number);
        if let Some(known) = held(&self.tags).get(&key) {
            return Ok(known.clone());
        }
        let path = self.part_path(upload, number);
        let (md5, size) = tokio::task::spawn_blocking(move || {
            let mut hash = Md5::new();
            let size = std::io::copy(&mut std::fs::File::open(path)?, &mut hash)?;
            Ok::<_, std::io::Error>((hex::encode(hash.finalize()), size))
        })
        .await??;
        let known = PartTag {
            tag: self.as_told(md5),
            size,
        };
        held(&self.tags).insert(key, known.clone());
        Ok(known)
    }

    /// The tag that stands for an MD5.
    fn as_told(&self, md5: String) -> String {
        if self.controls.settings().etag == TagKind::Opaque {
            hex::encode(Md5::digest(format!("{md5} kept elsewhere")))
        } else {
            md5
        }
    }

    fn part_path(&self, upload: &str, number: i32) -> PathBuf {
        self.root.join(format!(".upload_id-{upload}.part-{number}"))
    }

    fn must_be_open(&self, upload: &str) -> S3Result<()> {
        // Ids are UUIDs: anything else could name another file.
        let open = uuid::Uuid::parse_str(upload).is_ok() && self.root.join(format!(".upload-{upload}.json")).exists();
        if open {
            Ok(())
        } else {
            Err(s3_error!(NoSuchUpload, "The upload does not exist."))
        }
    }

    fn forget(&self, upload: &str) {
        held(&self.tags).retain(|(id, _), _| id != upload);
    }

    async fn upload_part(&self, req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        self.must_be_open(&req.input.upload_id)?;
        let (upload, number) = (req.input.upload_id.clone(), req.input.part_number);
        let mut response = self.fs.upload_part(req).await?;
        let size = std::fs::metadata(self.part_path(&upload, number))
            .map_err(|e| s3_error!(e, NoSuchUpload))?
            .len();
        if let Some(ETag::Strong(md5)) = response.output.e_tag.take() {
            let tag = self.as_told(md5);
            held(&self.tags).insert((upload, number), PartTag { tag: tag.clone(), size });
            response.output.e_tag = Some(ETag::Strong(tag));
        }
        Ok(response)
    }

    async fn upload_part_copy(
        &self,
        req: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        self.must_be_open(&req.input.upload_id)?;
        held(&self.tags).remove(&(req.input.upload_id.clone(), req.input.part_number));
        self.fs.upload_part_copy(req).await
    }

    async fn list_parts(&self, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        self.must_be_open(&req.input.upload_id)?;
        self.fs.list_parts(req).await
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.must_be_open(&req.input.upload_id)?;
        let upload = req.input.upload_id.clone();
        let response = self.fs.abort_multipart_upload(req).await?;
        self.forget(&upload);
        Ok(response)
    }

    /// Checks tags, order and sizes, which s3s-fs does not or only after it has begun; then has it made.
    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = &req.input;
        self.must_be_open(&input.upload_id)?;
        let given = input
            .multipart_upload
            .as_ref()
            .and_then(|m| m.parts.as_deref())
            .unwrap_or_default();
        if given.is_empty() {
            return Err(s3_error!(InvalidPart, "At least one part must be named."));
        }
        let mut small = false;
        for (i, part) in given.iter().enumerate() {
            let number = part.part_number.unwrap_or_default();
            if usize::try_from(number) != Ok(i + 1) {
                return Err(s3_error!(
                    InvalidPartOrder,
                    "Parts must be named in order, from 1 on, each once."
                ));
            }
            let stored = self.tag_of(&input.upload_id, number).await.ok();
            let same = stored
                .as_ref()
                .is_some_and(|s| part.e_tag.as_ref().is_some_and(|t| t.value() == s.tag));
            if !same {
                return Err(s3_error!(
                    InvalidPart,
                    "Part {number} was not found, or its tag is another."
                ));
            }
            small |= i + 1 < given.len() && stored.is_some_and(|s| s.size < SMALLEST_PART);
        }
        let upload = input.upload_id.clone();
        let response = if !small {
            self.fs.complete_multipart_upload(req).await?
        } else if self.controls.settings().allow_small_parts {
            self.assemble(input, given.len()).await?;
            S3Response::new(CompleteMultipartUploadOutput::default())
        } else {
            return Err(s3_error!(EntityTooSmall, "A part but the last is smaller than 5 MiB."));
        };
        self.forget(&upload);
        Ok(response)
    }

    /// Makes the object of parts that s3s-fs finds too small.
    async fn assemble(&self, input: &CompleteMultipartUploadInput, parts: usize) -> S3Result<()> {
        let paths: Vec<PathBuf> = (1..)
            .take(parts)
            .map(|number| self.part_path(&input.upload_id, number))
            .collect();
        let whole = self.root.join(&input.bucket).join(&input.key);
        let draft = self.root.join(format!(".whole-{}", input.upload_id));
        let made = tokio::task::spawn_blocking(move || {
            let mut file = std::fs::File::create(&draft)?;
            for path in &paths {
                std::io::copy(&mut std::fs::File::open(path)?, &mut file)?;
            }
            if let Some(folder) = whole.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::rename(&draft, &whole)
        });
        made.await
            .map_err(|e| s3_error!(e, InternalError))?
            .map_err(|e| s3_error!(e, InternalError))?;
        let rest = AbortMultipartUploadInput {
            bucket: input.bucket.clone(),
            key: input.key.clone(),
            upload_id: input.upload_id.clone(),
            ..Default::default()
        };
        self.fs.abort_multipart_upload(ours(rest)).await.map(drop)
    }
}

/// A request of the service itself, as if signed with its key.
fn ours<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: http::Method::POST,
        uri: http::Uri::default(),
        headers: http::HeaderMap::new(),
        extensions: http::Extensions::new(),
        credentials: Some(s3s::auth::Credentials {
            access_key: ACCESS_KEY.into(),
            secret_key: SECRET_KEY.into(),
        }),
        region: None,
        service: None,
        trailing_headers: None,
    }
}

/// The SHA-256 of a file, in hexadecimal. Blocks.
pub(crate) fn sha256_of(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

/// The way S3 requests take to the shelf.
pub(crate) struct Door(pub(crate) Arc<Shelf>);

macro_rules! answered {
    (by s3s_fs { $($passed:ident($in:ident) -> $out:ident,)* } by shelf { $($own:ident($oin:ident) -> $oout:ident,)* }) => {
        #[async_trait::async_trait]
        impl S3 for Door {
            $(async fn $passed(&self, req: S3Request<$in>) -> S3Result<S3Response<$out>> {
                self.0.fs.$passed(req).await
            })*
            $(async fn $own(&self, req: S3Request<$oin>) -> S3Result<S3Response<$oout>> {
                self.0.$own(req).await
            })*
        }
    };
}

answered! {
    by s3s_fs {
    create_bucket(CreateBucketInput) -> CreateBucketOutput,
    copy_object(CopyObjectInput) -> CopyObjectOutput,
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput,
    delete_object(DeleteObjectInput) -> DeleteObjectOutput,
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput,
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput,
    get_object(GetObjectInput) -> GetObjectOutput,
    head_bucket(HeadBucketInput) -> HeadBucketOutput,
    head_object(HeadObjectInput) -> HeadObjectOutput,
    list_buckets(ListBucketsInput) -> ListBucketsOutput,
    list_objects(ListObjectsInput) -> ListObjectsOutput,
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output,
    put_object(PutObjectInput) -> PutObjectOutput,
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput,
    }
    by shelf {
    upload_part(UploadPartInput) -> UploadPartOutput,
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput,
    list_parts(ListPartsInput) -> ListPartsOutput,
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput,
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput,
    }
}
