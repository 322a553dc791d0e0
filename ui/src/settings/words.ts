// What the settings say.
import type { Theme } from '../ipc/host';

export const words = {
  heading: 'Settings',
  queue: 'Queue',
  slots: 'Transfers at once',
  slotsHelp: 'Over all accounts, 1 to 32.',
  slotsPerAccount: 'Transfers at once for one account',
  slotsPerAccountHelp: 'So that one service cannot hold up the others, 1 to 32.',
  parts: 'Parts at once for one transfer',
  partsHelp: 'Fewer where the service asks for it, 1 to 16.',
  speed: 'Speed',
  upLimit: 'Limit for all uploads together',
  upLimitHelp: 'Holds across every transfer. Each can have a lower one of its own.',
  look: 'Appearance',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' } satisfies Record<Theme, string>,
  secrets: 'Credentials',
  saved: 'Saved',
  about: (version: string) => `Longshore ${version}`,
  keys: 'Show the keys',
};
