//! What a name is to the file that is called so now, on systems where two spellings are one name and on others.

use std::fs;
use std::path::Path;

use transfer::watch::Sent;

use super::super::fixture::watch;
use super::*;

#[test]
fn a_name_that_was_spelt_otherwise_does_not_stand_there_any_more() {
    for (old, new) in [("a.pdf", "A.pdf"), ("ä.pdf", "Ä.pdf"), ("жук.pdf", "ЖУК.pdf")] {
        let folder = tempfile::tempdir().unwrap();
        let root = platform::canonical(folder.path()).unwrap();
        fs::create_dir(root.join("sub")).unwrap();
        fs::write(root.join("sub").join(new), b"content").unwrap();
        let watch = watch(&root);
        let print = crate::source::print(platform::identity_of(&root.join("sub").join(new)).unwrap());
        let content = Content([1; 32]);
        let of = |name: &str| {
            let name = platform::path_to_bytes(&Path::new("sub").join(name));
            WatchFile::new(watch.id, name, print, Time(0))
        };
        let mut before = of(old);
        before.row = 7;
        before.sent = Some(Sent {
            print,
            content: Some(content),
            remote: Some("r1".into()),
            at: Time(0),
        });

        let twins = judged(&of(new), &content, vec![before], std::slice::from_ref(&watch));
        let [twin] = &twins[..] else { panic!("{twins:?}") };
        assert_eq!((twin.there, twin.respelt), (false, true), "{old}");
        assert_eq!(Path::new(&twin.name), Path::new("sub").join(old));
        let plan = plan::compare(&watch, &of(new), Some(content), &twins, None, Time(1));
        assert_eq!(
            (plan.verdict, plan.file.why.code.as_str()),
            (plan::Verdict::Known, "respelt")
        );
        assert!(plan.file.why.text.contains(old), "{}", plan.file.why.text);
    }
}
