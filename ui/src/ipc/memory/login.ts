// Starting at login, at the memory host.
import type { StartAtLogin } from '../host';

export function loginHandlers() {
  let now: StartAtLogin = { state: 'off', text: null };
  return {
    start_at_login: () => now,
    set_start_at_login: ({ on }: { on: boolean }) => (now = { state: on ? 'on' : 'off', text: null }),
  };
}
