// New versions of files, and files and links that go on to another account, against a host that answers from memory.
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';

import App from '../src/App.svelte';
import type { Offer } from '../src/ipc/host';
import { type Refusals, stillHost } from '../src/ipc/memory/host';
import { studio } from '../src/ipc/memory/remote';
import { idOf, SCENES, shop } from '../src/ipc/memory/scenes';
import { Page } from '../src/page.svelte';

afterEach(cleanup);

async function open(name: string, refusals: Refusals = {}, view: Page['view'] = 'files') {
  const scene = SCENES[name]?.();
  if (!scene) throw new Error(`no scene ${name}`);
  const host = stillHost(scene, refusals);
  const page = new Page(host);
  render(App, { page });
  await waitFor(() => expect(page.ready).toBe(true));
  page.view = view;
  const asked = (command: string) => host.asked.filter((one) => one.name === command).map((one) => one.ask);
  return { host, page, asked };
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const dialog = () => screen.findByRole('dialog');
const grid = () => screen.findByRole('grid', { name: /^Files of/ });
const first = 'Autumn cardigan – all sizes, print and A0.zip';

async function details(name: string) {
  await grid();
  await fireEvent.click(button(`Details of ${name}`));
  return within(await screen.findByRole('region', { name: 'File' }));
}

const dropped = (files: number): Offer => ({
  id: idOf(960),
  names: [{ name: 'Cardigan, corrected.zip', size: 5, kind: 'file' }],
  files,
  total: 5 * files,
  skipped: [],
});

describe('a new version of a file', () => {
  it('is chosen in the system’s dialog and goes to the same id, where the service replaces files', async () => {
    const { page, asked } = await open('files');
    const panel = await details(first);
    await fireEvent.click(panel.getByRole('button', { name: 'New version…' }));
    expect(asked('choose_version')).toEqual([{ account: studio.id, id: 'f00000', name: first }]);
    const sheet = within(await dialog());
    await sheet.findByText(/takes the place of the old one/);
    expect(sheet.getByText(`New version of “${first}”`)).toBeTruthy();
    expect(sheet.queryByRole('radio')).toBeNull();
    await fireEvent.click(button('Upload the new version'));
    await waitFor(() => expect(page.transfers.total).toBe(1));
    expect(asked('offer_accept')).toEqual([
      { offer: idOf(951), account: studio.id, options: {}, limit: null, version_of: 'f00000' },
    ]);
    expect(page.view).toBe('transfers');
  });

  it('says beforehand that the old one stays where the service replaces none', async () => {
    const { asked } = await open('files_shop');
    const panel = await details(first);
    await fireEvent.click(panel.getByRole('button', { name: 'New version…' }));
    await within(await dialog()).findByText(/the old one stays/);
    await fireEvent.click(button('Discard'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked('offer_accept')).toEqual([]);
  });

  it('is not sent before it is known what becomes of the old one, and says why that is not known', async () => {
    const { host } = await open('files');
    const panel = await details(first);
    const send = host.send.bind(host);
    const locked = { code: 'locked', message: 'The credentials are locked.' };
    host.send = (name, ask) =>
      name === 'remote_abilities'
        ? // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          Promise.reject(locked)
        : send(name, ask);
    await fireEvent.click(panel.getByRole('button', { name: 'New version…' }));
    await within(await dialog()).findByText('The credentials are locked.');
    expect(button('Upload the new version')).toHaveProperty('disabled', true);
  });

  it('is not there for a link', async () => {
    await open('files_shop');
    const link = await details('Fabric supplier price list');
    expect(link.queryByRole('button', { name: /New version/ })).toBeNull();
  });

  it('can be had with the keys, for one file', async () => {
    const { asked } = await open('files');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'Home' });
    await fireEvent.keyDown(list, { key: 'u', ctrlKey: true });
    await waitFor(() => expect(asked('choose_version')).toHaveLength(1));
    await fireEvent.click(await screen.findByRole('button', { name: 'Discard' }));
    await fireEvent.keyDown(list, { key: 'a', ctrlKey: true });
    await fireEvent.keyDown(list, { key: 'u', ctrlKey: true });
    expect(asked('choose_version')).toHaveLength(1);
  });

  it('may be dropped beside the file that is looked at, if the person says so', async () => {
    const { host, asked } = await open('files');
    await details(first);
    host.scene.offers = [dropped(1)];
    host.tell({ kind: 'offer', offer: dropped(1) });
    const sheet = within(await dialog());
    expect(sheet.getByRole('radio', { name: 'A new file' })).toHaveProperty('checked', true);
    await fireEvent.click(sheet.getByRole('radio', { name: `A new version of “${first}”` }));
    await sheet.findByText(/takes the place of the old one/);
    await fireEvent.click(button('Upload the new version'));
    await waitFor(() => expect(asked('offer_accept')).toMatchObject([{ account: studio.id, version_of: 'f00000' }]));
  });

  it('is never more than one file', async () => {
    const { host, asked } = await open('files');
    await details(first);
    host.scene.offers = [dropped(2)];
    host.tell({ kind: 'offer', offer: dropped(2) });
    const sheet = within(await dialog());
    expect(sheet.queryByRole('radio', { name: 'A new file' })).toBeNull();
    await fireEvent.click(button('Upload 2 files'));
    await waitFor(() => expect(asked('offer_accept')).toHaveLength(1));
    expect(asked('offer_accept')[0]).not.toHaveProperty('version_of');
  });
});

describe('sending to another account', () => {
  it('takes many files at once, never to where they are, and shows them in the list of transfers', async () => {
    const { page, asked } = await open('files');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'Home' });
    await fireEvent.keyDown(list, { key: 'ArrowDown', shiftKey: true });
    await fireEvent.click(button('Send to…'));
    const sheet = within(await dialog());
    expect(sheet.getAllByRole('radio')).toHaveLength(1);
    expect(sheet.getByRole('radio', { name: /^Pattern shop/ })).toBeTruthy();
    await fireEvent.click(button('Send 2 files'));
    await screen.findByText('2 files go to “Pattern shop”.');
    expect(asked('remote_send')).toEqual([
      {
        account: studio.id,
        files: [
          { id: 'f00000', name: first },
          { id: 'f00001', name: 'Sewing course, lesson 04 – set-in sleeves, full length.mp4' },
        ],
        to: shop.id,
        options: {},
        limit: null,
      },
    ]);
    page.view = 'transfers';
    await screen.findByRole('row', { name: /Sewing course/ });
    expect(screen.getAllByRole('img', { name: 'Copy between services' })).toHaveLength(2);
  });

  it('keeps the dialog and says why when it is refused', async () => {
    await open('files', {
      remote_send: { code: 'no_uploads', message: 'The service of “Pattern shop” takes no files.' },
    });
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'Home' });
    await fireEvent.keyDown(list, { key: 'S', ctrlKey: true, shiftKey: true });
    await fireEvent.click(await screen.findByRole('button', { name: 'Send 1 file' }));
    await within(await dialog()).findByText('The service of “Pattern shop” takes no files.');
  });

  it('says what to do where no other account takes files', async () => {
    const { host, page } = await open('files');
    host.tell({ kind: 'accounts', accounts: [studio] });
    await waitFor(() => expect(page.accounts).toHaveLength(1));
    const panel = await details(first);
    await fireEvent.click(panel.getByRole('button', { name: 'Send to…' }));
    expect((await dialog()).textContent).toContain('No other account takes files.');
    await fireEvent.click(button('Add an account'));
    expect(page.form).toBe('new');
  });

  it('is absent where the service does not give its files out', async () => {
    await open('files_shop');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'a', ctrlKey: true });
    expect(screen.queryByRole('button', { name: /^Send to/ })).toBeNull();
    await fireEvent.keyDown(list, { key: 'S', ctrlKey: true, shiftKey: true });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('pasted links', () => {
  it('can go on to an account instead of a folder', async () => {
    const { page, asked } = await open('links', {}, 'transfers');
    page.links = 'https://share.example/d/a.zip\nhttps://share.example/d/locked-b.zip';
    await screen.findByText(/^2 links/);
    expect(screen.getByText('Folder')).toBeTruthy();
    await fireEvent.change(screen.getByLabelText('Where to'), { target: { value: shop.id } });
    expect(screen.queryByText('Folder')).toBeNull();
    expect((await dialog()).textContent).toContain('asked for when it is their turn');
    await fireEvent.click(button('Send 2 links'));
    await screen.findByText('2 copies were added.');
    expect(asked('send_links')).toMatchObject([{ to: shop.id, options: {}, account: null }]);
    expect(asked('enqueue_links')).toEqual([]);
  });
});
