// Links, downloads and limits against a host that answers from memory.
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
  render(App, { page });
  await waitFor(() => expect(page.ready).toBe(true));
  const asked = (command: string) => host.asked.filter((one) => one.name === command).map((one) => one.ask);
  return { host, page, asked };
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const dialog = () => screen.getByRole('dialog');
const paste = (text: string, into: Window | Element = window) =>
  fireEvent(
    into,
    Object.assign(new Event('paste', { bubbles: true, cancelable: true }), { clipboardData: { getData: () => text } }),
  );
const good = 'https://share.example/d/course.zip';
const secret = 'open sesame 77';

describe('pasted links', () => {
  it('open the sheet, are checked at once and are queued as they were pasted', async () => {
    const { page, asked } = await open('links');
    await paste(`${good}?key=s3cret\n${good}?key=s3cret\nhttps://share.example/d/gone.zip`);
    await within(dialog()).findByText('course.zip');
    expect(asked('check_links')).toEqual([
      { links: [`${good}?key=s3cret`, 'https://share.example/d/gone.zip'], account: null },
    ]);
    expect(document.body.innerHTML).not.toContain('s3cret');
    await fireEvent.click(button('Add 1 link'));
    await waitFor(() => expect(page.links).toBeNull());
    expect(asked('enqueue_links')).toEqual([
      {
        links: [`${good}?key=s3cret`],
        account: null,
        folder: null,
        collision: null,
        limit: null,
        password: null,
        plain_http: false,
      },
    ]);
  });

  it('are left alone in a text field, and other texts everywhere', async () => {
    const { page } = await open('links');
    await paste(good, screen.getByRole('searchbox'));
    await paste('just words');
    expect(page.links).toBeNull();
  });

  it('draw few of ten thousand lines', async () => {
    const { asked } = await open('links');
    await paste(Array.from({ length: 10_000 }, (_, at) => `https://share.example/d/${at}.tif`).join('\n'));
    await waitFor(() => expect(asked('check_links')).toHaveLength(100));
    expect(within(dialog()).getAllByRole('row').length).toBeLessThan(60);
    expect(button('Add 10,000 links')).toBeTruthy();
  });

  it('lose their password from the page as it is sent, also when the engine refuses', async () => {
    const { asked } = await open('links', { enqueue_links: { code: 'locked', message: 'It is locked.' } });
    await paste(good);
    const field = await within(dialog()).findByLabelText<HTMLInputElement>(/^Password/);
    await fireEvent.input(field, { target: { value: secret } });
    await fireEvent.click(button('Add 1 link'));
    expect(await within(dialog()).findByText('It is locked.')).toBeTruthy();
    expect(asked('enqueue_links')).toMatchObject([{ password: secret }]);
    expect(field.value).toBe('');
  });

  it('say why lines were not added', async () => {
    const { host } = await open('links', {});
    const send = host.send.bind(host);
    host.send = async (name, ask) => {
      const answer = await send(name, ask);
      if (name !== 'enqueue_links') return answer;
      return { ...(answer as object), skipped: [{ name: 'Line 1', reason: 'No account can fetch it.' }] };
    };
    await paste(good);
    await fireEvent.click(await screen.findByRole('button', { name: 'Add 1 link' }));
    expect(await screen.findByText('No account can fetch it.')).toBeTruthy();
    expect(dialog().textContent).toContain('1 link was not added');
  });

  it('go to the chosen folder by its id, and ask before plain http', async () => {
    const { asked } = await open('links');
    await paste('http://old.example/a.iso');
    await fireEvent.click(await within(dialog()).findByRole('checkbox', { name: /plain http/ }));
    await fireEvent.click(button('Folder: Choose…'));
    await screen.findByText('/media/archive/Courses');
    await fireEvent.click(button('Add 1 link'));
    await waitFor(() => expect(asked('enqueue_links')).toMatchObject([{ folder: idOf(980), plain_http: true }]));
    expect(JSON.stringify(asked('enqueue_links'))).not.toContain('/media');
  });
});

describe('a download that cannot be resumed', () => {
  it('is paused only after a yes', async () => {
    const { asked } = await open('downloads');
    await fireEvent.click(button(/^Pause Fabric/));
    expect(dialog().textContent).toContain('starting again');
    await fireEvent.click(button('Keep going'));
    expect(asked('pause')).toEqual([]);
    await fireEvent.click(button(/^Pause Fabric/));
    await fireEvent.click(button('Pause anyway'));
    await waitFor(() => expect(asked('pause')).toEqual([{ ids: [idOf(23)] }]));
  });

  it('is asked about before everything is paused, too', async () => {
    const { asked } = await open('downloads');
    await fireEvent.keyDown(window, { key: 'p', ctrlKey: true, shiftKey: true });
    await fireEvent.click(button('Keep going'));
    await fireEvent.click(button(/^Speed:/));
    await fireEvent.click(button('For 1 hour'));
    await fireEvent.click(button('Keep going'));
    expect([...asked('pause'), ...asked('pause_all')]).toEqual([]);
  });

  it('leaves others to pause at once', async () => {
    const { asked } = await open('downloads');
    await fireEvent.click(button(/^Pause Tailoring/));
    expect(asked('pause')).toEqual([{ ids: [idOf(21)] }]);
  });
});

describe('questions of downloads', () => {
  it('take a password and keep it nowhere', async () => {
    const { page, asked } = await open('downloads');
    page.details = idOf(25);
    const field = await screen.findByLabelText<HTMLInputElement>(/^Password of the file/);
    await fireEvent.input(field, { target: { value: secret } });
    await fireEvent.click(button('Use this password'));
    expect(asked('give_password')).toEqual([{ id: idOf(25), password: secret }]);
    expect(field.value).toBe('');
    await waitFor(() => expect(screen.queryByText('Use this password')).toBeNull());
  });

  it('say what each choice leads to', async () => {
    const { page, asked } = await open('downloads');
    page.details = idOf(26);
    await fireEvent.click(await screen.findByRole('button', { name: /^Keep both.*number after its name/ }));
    expect(asked('answer')).toEqual([{ id: idOf(26), choice: 'keep_both' }]);
  });
});

it('a waiting row counts down', async () => {
  await open('downloads');
  const row = screen.getByRole('row', { name: /Lookbook archive/ });
  const before = within(row).getByText(/Free download begins in 14:3/).textContent;
  await waitFor(() => expect(row.textContent).not.toContain(before.trim()), { timeout: 3000 });
});

it('everything pauses until tomorrow and resumes', async () => {
  const { asked } = await open('empty');
  await fireEvent.click(button('Nothing is moving'));
  await fireEvent.click(button('Until tomorrow'));
  expect(asked('pause_all')).toEqual([{ until: 'tomorrow' }]);
  await fireEvent.click(await screen.findByRole('button', { name: 'Resume' }));
  await waitFor(() => expect(screen.getByText('There is no limit now.')).toBeTruthy());
});

it('a timetable that cannot be read is not saved', async () => {
  const { asked } = await open('empty');
  await fireEvent.click(button('Settings'));
  const field = screen.getByLabelText('Timetable');
  await fireEvent.input(field, { target: { value: '08:00 fast' } });
  await screen.findByText(/can't be read at “08:00 fast”/);
  expect(button('Save')).toHaveProperty('disabled', true);
  await fireEvent.input(field, { target: { value: '08:00 1M' } });
  await screen.findByText('Every day, 00:00 to 24:00: 1.0 MB/s each way');
  await fireEvent.click(button('Save'));
  expect(asked('set_settings')).toMatchObject([{ timetable: '08:00 1M' }]);
});

it('an account limits one way without touching the other', async () => {
  const { asked } = await open('downloads');
  await fireEvent.click(button('Accounts'));
  const [limit] = screen.getAllByLabelText('Upload limit').slice(1);
  if (!limit) throw new Error('no limit');
  await fireEvent.change(limit, { target: { value: '2000000' } });
  expect(asked('limit_account')).toEqual([{ id: idOf(903), up: 2_000_000, down: 6_000_000 }]);
});
