//! The command line as it is promised.

use super::*;

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(std::iter::once("longshore").chain(line.split_whitespace()))
}

#[test]
fn every_promised_line_is_understood() {
    let id = "01890000-0000-7000-8000-000000000001";
    for line in [
        "account add fileflare --name shop --base-url https://host/api --allow-http --secret-stdin",
        "account list --json",
        "account check shop",
        "account edit shop --name other --base-url https://host --allow-http false --secret-stdin",
        "account remove shop",
        "upload a b --to shop --option title=x --option y=1=2 --limit 4MiB/s --detach --json",
        "list --state needs_you --state needs-you --json",
        &format!("show {id} --json"),
        &format!("pause {id} {id}"),
        "resume --all",
        &format!("move {id} {id} top"),
        "run --until-idle --json",
        &format!("limit --up 512KiB/s --transfer {id}"),
        &format!("limit --down off --transfer {id}"),
        "limit --up off",
        "limit --down 1MB --up 512K --account shop",
        "limit --account shop",
        "limit --timetable off --json",
        "limit",
        "pause --all",
        "pause --all --for 1h30m",
        "pause --all --until tomorrow",
        "pause --all --until told --json",
        "settings get slots",
        "settings set slots 5",
        "remote list --account shop --search x --sort name --descending --limit 5 --json",
        "remote show --account shop a-1",
        "remote edit --account shop a-1 --title x --description y",
        "remote delete --account shop a-1 a-2 --yes --json",
        "remote import --account shop - --name x",
        "remote thumbnail --account shop a-1 --out a.png",
        "remote download --account shop a-1 --dir x --existing keep-both --limit 1MB --detach",
        "remote send --account shop a-1 --to other --option a=b --limit 1MB --detach --json",
        "orphans list",
        &format!("orphans abort {id}"),
        "sandbox --port-base 4000 --home x",
        "demo",
        "--json list",
    ] {
        assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for line in [
        "",
        "fly",
        "upload --to shop",
        "upload a",
        "upload a --to shop --limit fast",
        "upload a --to shop --limit 0",
        "list --state lost",
        "pause",
        "pause 7",
        "move 01890000-0000-7000-8000-000000000001",
        "move 01890000-0000-7000-8000-000000000001 sideways",
        "limit --up 0",
        "limit --account shop --transfer 01890000-0000-7000-8000-000000000001",
        "limit --account shop --timetable off",
        "pause --for 1h",
        "pause --all --for 0s",
        "pause --all --for -1h",
        "pause --all --until yesterday",
        "pause --all --for 1h --until tomorrow",
        "resume --all --for 1h",
        "remote list",
        "remote list --account shop --descending",
        "remote list --account shop --limit 0",
        "remote edit --account shop a-1",
        "remote delete --account shop",
        "remote send --account shop a-1",
        "remote thumbnail --account shop a-1",
    ] {
        let refused = parse(line).unwrap_err();
        assert_eq!(refused.exit_code(), 2, "{line}");
    }
}

#[test]
fn the_command_line_is_consistent() {
    use clap::CommandFactory;
    Arguments::command().debug_assert();
}
