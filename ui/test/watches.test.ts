// Watched folders against a host that answers from memory.
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';

import App from '../src/App.svelte';
import { type Refusals, stillHost } from '../src/ipc/memory/host';
import { idOf, SCENES } from '../src/ipc/memory/scenes';
import { Page } from '../src/page.svelte';

afterEach(cleanup);

async function open(name: string, refusals: Refusals = {}) {
  const scene = SCENES[name]?.();
  if (!scene) throw new Error(`no scene ${name}`);
  const host = stillHost(scene, refusals);
  const page = new Page(host);
  page.view = 'watches';
  render(App, { page });
  await waitFor(() => expect(page.ready).toBe(true));
  const asked = (command: string) => host.asked.filter((one) => one.name === command).map((one) => one.ask);
  return { host, page, asked };
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const dialog = () => screen.getByRole('dialog');

describe('a watched folder', () => {
  it('is added only after its preview was shown, and the page never names a path', async () => {
    const { page, asked } = await open('empty');
    await fireEvent.click(button('Watch a folder'));
    expect(button('Start watching')).toHaveProperty('disabled', true);
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Choose…' }));
    await fireEvent.input(within(dialog()).getByLabelText('Only these files'), {
      target: { value: '*.pdf\n\n*.zip ' },
    });
    await within(dialog()).findByText('1,312 files, 8.1 GB would be sent');
    expect(dialog().textContent).toContain('about 1 h 10 min at 2.0 MB/s');
    await fireEvent.click(button(/^Left out/));
    expect(dialog().textContent).toContain('It may hold keys or passwords');
    await fireEvent.click(button('Start watching'));
    await waitFor(() => expect(page.watches).toHaveLength(1));
    const [ask] = asked('watch_here') as { folder: string; wishes: { include: string[] } }[];
    expect(ask?.folder).toBe(idOf(980));
    expect(ask?.wishes.include).toEqual(['*.pdf', '*.zip']);
    expect(JSON.stringify(asked('watch_here'))).not.toContain('/media');
    await screen.findByText('Starting');
  });

  it('is made of a folder that was dropped, which is looked at at once', async () => {
    const { host, page, asked } = await open('empty');
    const names = [{ name: 'Invoices', size: 5_000_000, kind: 'folder' as const }];
    const offer = { id: idOf(955), names, files: 3, total: 5_000_000, skipped: [] };
    host.scene.offers = [offer];
    host.tell({ kind: 'offer', offer });
    await fireEvent.click(await screen.findByRole('button', { name: 'Watch this folder…' }));
    await screen.findByText('/media/archive/Invoices');
    await within(dialog()).findByText('1,312 files, 8.1 GB would be sent');
    expect(page.offers).toHaveLength(0);
    await fireEvent.click(button('Start watching'));
    await waitFor(() => expect(page.watches).toHaveLength(1));
    expect((asked('watch_here')[0] as { folder: string }).folder).toBe(idOf(981));
    expect(page.toWatch).toBeNull();
  });

  it('says why it may not be watched, and stays open', async () => {
    const refused = { code: 'home_folder', message: '/home/ada is, or holds, your home folder.' };
    await open('empty', { preview_here: refused, watch_here: refused });
    await fireEvent.click(button('Watch a folder'));
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Choose…' }));
    await within(dialog()).findByText(refused.message);
    await fireEvent.click(button('Start watching'));
    await within(dialog()).findByText(refused.message);
    expect(button('Start watching')).toHaveProperty('disabled', false);
  });

  it('shows its health, its decisions by state and what it left out', async () => {
    const { asked } = await open('watches');
    screen.getByText(/The folder is not there/);
    await fireEvent.click(button(/Pattern exports/));
    await screen.findByText('2026/winter/coat 1.pdf');
    await fireEvent.click(button(/^Failed/));
    await screen.findAllByText('Longshore may not read it. It is tried again when its rights change.');
    expect(asked('watch_files').at(-1)).toMatchObject({ id: idOf(7001), state: 'failed' });
    await fireEvent.click(button('Preview'));
    await within(dialog()).findByText('1,312 files, 8.1 GB would be sent');
  });

  it('offers a snapshot of a file that never stands still, and of no other', async () => {
    const { page, asked } = await open('watches');
    await fireEvent.click(button(/Pattern exports/));
    await fireEvent.click(await screen.findByRole('button', { name: 'Send a snapshot of 2026/winter/coat 1.pdf' }));
    await waitFor(() => expect(page.notices.at(-1)?.text).toMatch(/^A snapshot of .* is in the queue\.$/));
    expect(asked('snapshot_file')).toEqual([{ id: idOf(7001), row: 10_000_000 }]);
    expect(screen.getAllByRole('button', { name: /^Send a snapshot/ })).toHaveLength(1);
    await fireEvent.click(button(/^Send a snapshot/));
    await waitFor(() => expect(page.notices.at(-1)?.text).toContain('on its way already'));
  });

  it('shows a new reason of a file although no count has changed', async () => {
    const { host, page, asked } = await open('watches');
    await fireEvent.click(button(/Pattern exports/));
    await screen.findByText('2026/winter/coat 1.pdf');
    await waitFor(() => expect(asked('watch_files').length).toBeGreaterThan(0));
    const before = asked('watch_files').length;
    host.tell({ kind: 'watches', watches: page.watches.map((watch) => ({ ...watch })) });
    await waitFor(() => expect(asked('watch_files').length).toBeGreaterThan(before));
  });

  it('lists ten thousand decisions page by page', async () => {
    const { asked } = await open('watches');
    await fireEvent.click(button(/Pattern exports/));
    await screen.findByText('2026/winter/coat 1.pdf');
    await fireEvent.click(button('Show more'));
    await screen.findByText('2026/winter/coat 101.pdf');
    expect(screen.getAllByText(/coat \d+\.pdf/).length).toBe(200);
    const last = asked('watch_files').at(-1) as { before?: { row: number } };
    expect(last.before?.row).toBe(10_000_000 - 99);
  });

  it('tells the service of each file what the person wrote, and deletes older versions where that was chosen', async () => {
    const { page, asked } = await open('watches');
    page.providers = page.providers.map((provider) => ({
      ...provider,
      options: [{ key: 'title', label: 'Title', kind: 'text', secret: false, required: false, help: '' }],
    }));
    await fireEvent.click(button(/^Scans/));
    await fireEvent.click(button('Edit'));
    const sheet = within(dialog());
    expect(sheet.queryByLabelText('Older versions at the service')).toBeNull();
    await fireEvent.change(sheet.getByLabelText('What to send'), { target: { value: 'changed' } });
    await fireEvent.change(sheet.getByLabelText('Older versions at the service'), { target: { value: 'delete' } });
    await fireEvent.input(sheet.getByLabelText('Title'), { target: { value: ' {stem} of {date} ' } });
    await fireEvent.click(button('Save'));
    await waitFor(() => expect(asked('edit_watch')).toHaveLength(1));
    expect(asked('edit_watch')[0]).toMatchObject({ old: 'delete', options: { title: '{stem} of {date}' } });
    await screen.findByText('title={stem} of {date}');
  });

  it('is paused, edited and left, each by its own command', async () => {
    const { page, asked } = await open('watches');
    await fireEvent.click(button(/^Scans/));
    await fireEvent.click(button('Pause'));
    await screen.findByText('Paused');
    await fireEvent.click(button('Edit'));
    await fireEvent.change(within(dialog()).getByLabelText('What to send'), { target: { value: 'changed' } });
    await fireEvent.click(button('Save'));
    await waitFor(() => expect(asked('edit_watch')).toHaveLength(1));
    expect(asked('edit_watch')[0]).toMatchObject({ id: idOf(7002), policy: 'changed', after: 'keep' });
    await fireEvent.click(button('Remove'));
    await fireEvent.click(button('Stop watching'));
    await waitFor(() => expect(page.watches.some((watch) => watch.id === idOf(7002))).toBe(false));
    screen.getByText('Watched folders', { selector: 'h1' });
  });
});
