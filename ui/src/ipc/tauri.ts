// The host in a real window: one command, one channel.
import { Channel, invoke } from '@tauri-apps/api/core';

import type { Change, Host } from './host';

/** The window's one command is `call { name, ask, changes }`; only `hello` brings the channel for changes along. */
export function tauriHost(): Host {
  let changes: Channel<Change[]> | null = null;
  return {
    send: (name, ask) => invoke('call', { name, ask, changes: name === 'hello' ? changes : null }),
    listen(heard) {
      changes = new Channel<Change[]>(heard);
    },
  };
}
