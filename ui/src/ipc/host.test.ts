// Commands cross to the window typed and by name, and only `hello` brings the channel.
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, it } from 'vitest';

import { asFailure, call, type Host } from './host';
import { tauriHost } from './tauri';

afterEach(() => clearMocks());

it('a wrong payload does not compile', async () => {
  const asked: unknown[] = [];
  const host: Host = {
    send: (name, ask) => Promise.resolve(asked.push([name, ask])),
    listen: () => undefined,
  };
  await call(host, 'pause', { ids: ['a'] });
  await call(host, 'pause', 'all');
  // @ts-expect-error a transfer is not asked for by this name
  await call(host, 'pause', { transferId: 'a' });
  // @ts-expect-error paths are for the terminal alone
  await call(host, 'enqueue_paths', { paths: ['/etc/passwd'] });
  expect(asked).toHaveLength(4);
});

it('every command is the window’s one command, and hello brings the channel', async () => {
  const sent: { command: string; args: Record<string, unknown> }[] = [];
  mockIPC((command, args) => {
    sent.push({ command, args: args as Record<string, unknown> });
    return { rows: [] };
  });
  const host = tauriHost();
  host.listen(() => undefined);
  await host.send('hello', { protocol: 1 });
  await host.send('pause', 'all');
  expect(sent.map((one) => one.command)).toEqual(['call', 'call']);
  expect(JSON.stringify(sent[0]?.args['changes'])).toMatch(/^"__CHANNEL__:\d+"$/);
  expect(sent[1]?.args).toEqual({ name: 'pause', ask: 'all', changes: null });
});

it('whatever is thrown has a sentence', () => {
  expect(asFailure({ code: 'offline', message: 'No connection.' }).code).toBe('offline');
  expect(asFailure('the window refused').message).toBe('the window refused');
  expect(asFailure(new Error('broken')).message).toBe('broken');
});
