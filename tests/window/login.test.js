// Starting at login: the system's own reader of the entry gets the right words, and what starts with them is not seen.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Program, run, until } from './processes.js';
import { Sandbox } from './sandbox.js';
import { atHome, terminal, TERMINAL, Window } from './window.js';

const room = mkdtempSync(join(tmpdir(), 'longshore-login-'));
const home = join(room, 'my $home 100 %');
const autostart = join(room, 'config', 'autostart');
const env = { LONGSHORE_PASSPHRASE: 'a passphrase for tests', XDG_CONFIG_HOME: join(room, 'config') };
const PARSE = `import json, sys
from gi.repository import Gio, GLib
entry = Gio.DesktopAppInfo.new_from_filename(sys.argv[1])
ok, words = GLib.shell_parse_argv(entry.get_commandline().replace('%%', '%'))
print(json.dumps(words))`;
let sandbox;
let words;

/** Windows of this home that are on the screen. */
const seen = async () => (await run('xdotool', ['search', '--onlyvisible', '--name', 'Longshore$'])).out.trim();

before(async () => {
  mkdirSync(room, { recursive: true });
  sandbox = await Sandbox.start();
  const service = sandbox.says.providers.fileflare;
  const added = await run(TERMINAL, ['account', 'add', 'fileflare', '--name', 'Shop', '--base-url', service.base_url, '--secret-stdin'], {
    env: { ...atHome(home), ...env },
    input: `${service.secret.token}\n`,
  });
  assert.equal(added.code, 0, added.err);
});

after(async () => {
  await sandbox?.stop();
  rmSync(room, { recursive: true, force: true });
});

test('switched on in the settings, the entry is there for the system to read', async () => {
  const window = await Window.open(home, [], env);
  try {
    await window.press('nav button', 'Settings');
    await window.see('label', 'Start at login');
    assert.equal(existsSync(autostart), false, 'it is off by default');
    await window.press('label', 'Start at login');
    await until('there is an entry', () => existsSync(autostart) && readdirSync(autostart).length === 1);
    await until('the box is checked', () => window.page.executeScript("return document.querySelector('label:has(.help) input[type=checkbox]:checked') !== null"));
    const label = await window.see('label', 'Start at login');
    await window.page.executeScript("arguments[0].scrollIntoView({ block: 'center' })", label);
    await window.picture('50-login');
    const said = await terminal(home, 'settings', 'get', 'start_at_login', '--json');
    assert.deepEqual(said.json, [{ start_at_login: 'on' }]);
    const [entry] = readdirSync(autostart);
    const parsed = await run('/usr/bin/python3', ['-c', PARSE, join(autostart, entry)]);
    assert.equal(parsed.code, 0, parsed.err);
    words = JSON.parse(parsed.out);
    assert.equal(words[0], process.env.LONGSHORE_WINDOW);
  } finally {
    await window.close();
  }
});

test('what starts with these words works unseen, until it is started again by hand', async () => {
  const [program, ...args] = words;
  const started = new Program(program, args, { env });
  try {
    await until('its engine works with the same home', async () => {
      const status = (await terminal(home, 'upload', '/etc/hostname', '--to', 'Shop', '--detach', '--json')).json[0];
      return status?.engine_running === true;
    });
    await until('its one transfer is over', async () => (await terminal(home, 'list', '--json')).json[0]?.state === 'completed');
    assert.equal(await seen(), '', 'it is not on the screen');
    assert.equal(started.exit, undefined, 'it stays, to do what is still to come');
    const again = await run(program, args, { env });
    assert.equal(again.code, 0, again.err);
    assert.equal(await seen(), '', 'a second start at login shows nothing either');
    const byHand = await run(program, args.filter((word) => word !== '--hidden'), { env });
    assert.equal(byHand.code, 0, byHand.err);
    await until('it is on the screen', seen);
  } finally {
    await started.end();
  }
});

test('where the passphrase is not known it is shown, since it would wait unseen', async () => {
  const [program, ...args] = words;
  const started = new Program(program, args, { env: { ...env, LONGSHORE_PASSPHRASE: undefined } });
  try {
    await until('it is on the screen', seen);
  } finally {
    await started.end();
  }
});
