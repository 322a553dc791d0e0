// What a row says of itself: here of copies that are received first, since nobody says how large they are.
import { describe, expect, it } from 'vitest';

import { row } from '../ipc/memory/scenes';
import { losesByPause } from './steer';
import { words } from './words';

const copy = (change: Parameters<typeof row>[1]) => row(1, { direction: 'across', state: 'transferring', ...change });

describe('a copy in two stages', () => {
  it('says in which of both it is, also while it rests', () => {
    expect(words.state(copy({ stage: 'receiving' }))).toBe('Receiving, 1 of 2');
    expect(words.state(copy({ stage: 'sending' }))).toBe('Sending, 2 of 2');
    expect(words.state(copy({ stage: 'receiving', state: 'paused' }))).toBe('Paused, 1 of 2');
    expect(words.state(copy({}))).toBe('Copying');
  });

  it('counts what came while it is received', () => {
    const coming = copy({ stage: 'receiving', size: null, sent: 5_000_000 });
    expect(words.progress(coming, null)).toContain('received');
  });

  it('loses what came by a pause, but nothing once all of it is here', () => {
    const once = { resumable: false, sent: 5 };
    expect(losesByPause(copy({ stage: 'receiving', ...once }))).toBe(true);
    expect(losesByPause(copy({ stage: 'sending', ...once }))).toBe(false);
  });
});
