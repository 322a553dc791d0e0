// What accounts, held uploads and the passphrase say.
import type { AccountState } from '../ipc/host';
import { bytes } from '../shared/format';

export const words = {
  heading: 'Accounts',
  add: 'Add account',
  check: 'Check',
  checking: 'Checking…',
  edit: 'Edit',
  remove: 'Remove',
  cancel: 'Cancel',
  states: {
    ok: 'Ready',
    unchecked: 'Not checked yet',
    signed_out: 'Signed out',
    plan_full: 'Plan is full',
    unreachable: 'Not reachable',
  } satisfies Record<AccountState, string>,
  usage: (used: number, quota: number) => `${bytes(used)} of ${bytes(quota)} used`,
  used: (used: number) => `${bytes(used)} used`,
  usageLabel: (name: string) => `Space used in ${name}`,
  answered: (when: string) => `Last answer ${when}`,
  never: 'Has not answered yet',
  expires: (when: string) => `ends ${when}`,
  empty: {
    title: 'No account yet',
    text: 'An account is where your files go. Its credentials stay on this computer, in the keychain or a file that only your passphrase opens.',
  },
  removing: (name: string) => ({
    title: `Remove the account “${name}”?`,
    text: 'Longshore forgets its credentials. Nothing changes at the service, and finished transfers stay in the list.',
    yes: 'Remove account',
  }),

  form: {
    add: 'Add an account',
    edit: (name: string) => `Edit “${name}”`,
    provider: 'Service',
    name: 'Name',
    nameHelp: 'How you call it here. The terminal uses the same name.',
    keep: 'Leave the credentials empty to keep those stored.',
    all: 'Write all of the credentials to replace them.',
    advanced: 'Address of the service',
    baseUrl: 'Base address',
    baseUrlHelp: 'Only for a server of your own or a test server.',
    allowHttp: 'Allow plain http to another computer: anyone on the way can read the credentials',
    optional: 'optional',
    save: 'Save',
    submit: 'Add account',
    busy: 'Asking the service…',
    noProvider: 'There is no service to add an account for.',
    missing: (label: string) => `“${label}” is missing.`,
  },

  held: {
    heading: 'Held uploads',
    text: 'Uploads that were begun, are in no list any more, and that a service may still hold for you.',
    empty: 'No service holds anything unfinished that Longshore knows of.',
    abort: 'Abort',
    aborting: (name: string) => ({
      title: `Abort the upload of “${name}”?`,
      text: 'The service forgets what it received of it. Your own file stays where it is.',
      yes: 'Abort the upload',
    }),
    cannot: 'The service’s answer with its id was lost, so it can’t be aborted from here.',
    begun: (when: string) => `begun ${when}`,
    loading: 'Looking…',
  },

  vault: {
    createTitle: 'Choose a passphrase',
    createText:
      'This computer offers no keychain, so Longshore keeps credentials in a file that only your passphrase opens. Nobody can recover it: if you forget it, you sign in to your accounts again.',
    unlockTitle: 'Enter your passphrase',
    unlockText: 'It opens the file with your credentials. Until then nothing is sent.',
    passphrase: 'Passphrase',
    again: 'Again',
    differ: 'The two are not the same.',
    short: 'Use at least 8 characters. Four or five plain words are easy to keep in mind and hard to guess.',
    create: 'Create',
    unlock: 'Unlock',
    later: 'Later',
    busy: 'Opening…',
  },
};
