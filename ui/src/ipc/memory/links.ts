// What the services in memory know about pasted links: the link's own words say how it stands.
import type { Failure, LinkRow } from '../host';

const MB = 1_000_000;

const failures: Record<'offline' | 'invalid' | 'refused' | 'unknown', Failure> = {
  offline: { code: 'gone', message: 'The service says that the file was deleted.' },
  invalid: { code: 'no_link', message: 'This line is no link that any service knows.' },
  refused: { code: 'premium_required', message: 'Its owner gives it to paying accounts only.' },
  unknown: { code: 'unreachable', message: 'The service did not answer in time.' },
};

/** The row for a line: `gone`, `premium`, `slow`, `secret` and the like in a link make it so. */
export function linkRow(text: string, line: number): LinkRow {
  const has = (word: string) => text.includes(word);
  const state = !/^https?:\/\//.test(text)
    ? 'invalid'
    : has('gone')
      ? 'offline'
      : has('premium')
        ? 'refused'
        : has('slow')
          ? 'unknown'
          : 'online';
  const [path = ''] = text.split(/[?#]/);
  return {
    line,
    shown: path === text ? text : `${path}?…`,
    state,
    provider: state === 'invalid' ? null : has('share.example') ? 'fichier' : 'direct',
    name: state === 'invalid' ? '' : decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)),
    size: state === 'online' && !has('stream') ? (20 + ((text.length * 37) % 900)) * MB : null,
    needs_password: has('locked'),
    premium_only: has('premium'),
    resumable: state === 'online' ? !has('once') : null,
    plain_http: text.startsWith('http:'),
    known: has('again'),
    error: state === 'online' ? null : failures[state],
  };
}

const pasted = [
  'https://share.example/d/Sewing%20course%2C%20all%20lessons.zip',
  'https://files.example/lookbook-2026-print.pdf?signature=abc',
  'https://share.example/d/locked-patterns.zip',
  'https://share.example/d/premium-collection.rar',
  'http://old.example/archive/once-stream.iso',
  'https://share.example/d/gone-tutorial.mp4',
  'https://files.example/again-raincoat.zip',
  'https://far.example/slow-mirror.tar.gz',
  'Hello Ada, these are the files',
].join('\n');

/** Pastes links of every kind into the page, as a person would. */
export function paste(): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text', pasted);
  window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
}
