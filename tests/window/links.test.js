// From pasted links to files in a folder: looked at first, waited for, fetched, shown; and ten thousand of them at once.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';

import { run, until } from './processes.js';
import { Sandbox, sha256 } from './sandbox.js';
import { atHome, terminal, TERMINAL, Window } from './window.js';

const room = mkdtempSync(join(tmpdir(), 'longshore-links-'));
const home = join(room, 'home');
const out = join(home, 'Downloads');
const tools = join(room, 'tools');
const shown = join(room, 'shown');
const env = { LONGSHORE_PASSPHRASE: 'a passphrase for tests', PATH: `${tools}${delimiter}${process.env.PATH}` };
const MANY = Number(process.env.LONGSHORE_LINKS ?? 1_000);
let sandbox;
let window;
let hosted;
let direct;

before(async () => {
  mkdirSync(tools);
  // Whatever the desktop opens folders with: here it only notes what it was asked for.
  for (const opener of ['xdg-open', 'gio', 'gnome-open', 'kde-open', 'wslview']) {
    writeFileSync(join(tools, opener), `#!/bin/sh\necho "$@" >> '${shown}'\n`);
    chmodSync(join(tools, opener), 0o755);
  }
  sandbox = await Sandbox.start();
  await sandbox.settings({ filefactory: { delay_s: 6 } });
  [hosted] = await sandbox.host([{ id: 'abc123XY', name: 'Minutes of May.pdf', size: 700_001, seed: 4 }]);
  direct = `${sandbox.says.files}/f/Harbour.mov?size=24000000&seed=5&bytes_per_s=2000000`;
  const service = sandbox.says.providers.filefactory;
  const added = await run(
    TERMINAL,
    ['account', 'add', 'filefactory', '--name', 'Free', '--base-url', service.base_url, '--secret-stdin'],
    { env: { ...atHome(home), ...env }, input: JSON.stringify(service.others.free) },
  );
  assert.equal(added.code, 0, added.err);
  window = await Window.open(home, [], env);
  await window.see('nav');
});

after(async () => {
  await window?.close();
  await sandbox?.stop();
  rmSync(room, { recursive: true, force: true });
});

const rowOf = async (name) => (await terminal(home, 'list', '--json')).json.find((row) => row.name === name);

test('pasted lines are looked at before anything is added', async () => {
  await window.press('button', 'Paste links');
  await window.fill('dialog textarea', [hosted, direct, 'not a link at all'].join('\n'));
  await window.press('dialog button', 'Check these links');
  await window.see('dialog', 'Minutes of May.pdf');
  await window.see('dialog', 'Harbour.mov');
  await window.see('dialog', 'This is no link that Longshore can fetch');
  await window.see('dialog', '2 links');
  await window.picture('20-links');
  assert.deepEqual(existsSync(out) ? readdirSync(out) : [], [], 'nothing was fetched yet');
});

test('a free download says how long it must wait, counting down', async () => {
  await window.press('dialog button', 'Add 2 links');
  await until('the sheet closes', async () => !(await window.find('dialog')));
  await window.rowSays('Minutes of May.pdf', 'Waiting');
  await window.rowSays('Minutes of May.pdf', 'Free download begins in');
  const left = async () => /in (\d+:\d+)/.exec((await window.row('Minutes of May.pdf')) ?? '')?.[1];
  const first = await until('a time', left);
  await until('less time', async () => (await left()) !== first);
  await window.picture('21-wait');
});

test('a direct link is fetched meanwhile, paused and resumed without a byte lost', async () => {
  await window.rowSays('Harbour.mov', 'Downloading');
  const percent = async () => Number(/(\d+) %/.exec((await window.row('Harbour.mov')) ?? '')?.[1] ?? 0);
  await until('some percent', async () => (await percent()) > 5);
  await window.picture('22-downloading');
  await window.press('[role=row] button[aria-label^="Pause Harbour"]');
  await window.rowSays('Harbour.mov', 'Paused');
  await window.press('[role=row] button[aria-label^="Resume Harbour"]');
  await window.rowSays('Harbour.mov', 'Completed', 60);
  await window.rowSays('Minutes of May.pdf', 'checksum matches', 60);
  await window.picture('23-fetched');
});

test('the files stand in the folder with the right bytes, and nothing beside them', async () => {
  assert.deepEqual(readdirSync(out).sort(), ['Harbour.mov', 'Minutes of May.pdf']);
  for (const name of readdirSync(out)) {
    const { size } = await rowOf(name);
    assert.equal(readFileSync(join(out, name)).length, size);
  }
  const counters = await sandbox.counters();
  assert.equal(counters.filefactory.logins >= 1, true);
  assert.equal(sha256(join(out, 'Minutes of May.pdf')), await sandbox.contentOf(4, 700_001));
});

test('a finished file is shown in its folder', async () => {
  await window.press('[role=row] button[aria-label^="Details of Harbour"]');
  await window.press('section[aria-label="Details of the transfer"] button', 'Show in folder');
  await until('the desktop is asked to show it', () => existsSync(shown) && readFileSync(shown, 'utf8').includes('Downloads'), 10);
  await window.picture('24-details');
});

test(`${MANY} links at once are looked at in few requests, and the window goes on answering`, async () => {
  const files = Array.from({ length: MANY }, (_, at) => ({ id: `many${at}`, name: `page-${at}.pdf`, size: 1000 + at, seed: at }));
  const links = [];
  for (let at = 0; at < MANY; at += 1000) links.push(...(await sandbox.host(files.slice(at, at + 1000))));
  const before = await sandbox.counters();
  const memory = await window.memory();
  await window.press('button', 'Paste links');
  await window.watchFrames();
  await window.paste('dialog textarea', links.join('\n'));
  const seen = `${MANY.toLocaleString('en')} links`;
  await window.see('dialog', seen, 120);
  await until('all are looked at', async () => !(await window.find('dialog', 'links checked')), 120);
  await window.picture('25-many');
  const frames = await window.framesWatched();
  const asked = (await sandbox.counters()).requests.file_info - (before.requests.file_info ?? 0);
  const now = await window.memory();
  console.log(
    `${MANY} links: ${asked} requests, longest frame ${Math.round(frames.longest)} ms of ${frames.count}; ` +
      `engine ${now.engine} MiB, page ${memory.page} to ${now.page} MiB`,
  );
  assert.ok(asked <= Math.ceil(MANY / 100), `${asked} requests`);
  assert.ok(now.engine <= 250, `the engine holds ${now.engine} MiB`);
  assert.ok(now.page - memory.page <= 100, `the page grew by ${now.page - memory.page} MiB`);
  await window.press('dialog button', 'Cancel');
});
