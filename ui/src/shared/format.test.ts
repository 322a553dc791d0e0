// What numbers, times and names look like to a person.
import { describe, expect, it } from 'vitest';

import { bytes, duration, folderOf, headAndTail, moment, parseRate, percent, plain, rate } from './format';

describe('sizes and speeds', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [999_600, '1.0 MB'],
    [240_000_000, '240 MB'],
    [1_073_741_824, '1.1 GB'],
  ])('%d bytes are written %s', (count, text) => expect(bytes(count)).toBe(text));

  it('shows a dash when nothing moves', () => expect(rate(0)).toBe('–'));

  it.each([
    ['2', 2_000_000],
    ['2 MB/s', 2_000_000],
    ['512KiB/s', 524_288],
    ['1,5 m', 1_500_000],
    ['800 B/s', 800],
    ['0', null],
    ['fast', null],
    ['', null],
    ['-3', null],
  ])('reads the limit %s as %s', (text, limit) => expect(parseRate(text)).toBe(limit));
});

describe('time left', () => {
  it.each([
    [null, '–'],
    [3, 'a few seconds'],
    [52, '60 s'],
    [351, '6 min'],
    [7_500, '2 h 5 min'],
    [90_000, '1 day'],
    [400_000, '5 days'],
  ])('%s seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('progress', () => {
  it('never shows 100 before the transfer is completed', () => {
    expect(percent({ state: 'finishing', sent: 100, size: 100 })).toBe(99);
    expect(percent({ state: 'completed', sent: 100, size: 100 })).toBe(100);
  });

  it('does not invent a figure for an unknown size', () => {
    expect(percent({ state: 'transferring', sent: 5, size: null })).toBeNull();
  });

  it('shows an empty file as done only when it is', () => {
    expect(percent({ state: 'queued', sent: 0, size: 0 })).toBe(0);
    expect(percent({ state: 'completed', sent: 0, size: 0 })).toBe(100);
  });
});

describe('names from outside', () => {
  it('makes marks that turn the reading direction visible', () => {
    expect(plain('invoice\u202Efdp.exe')).toBe('invoice\ufffdfdp.exe');
    expect(plain('a\nb\u0000c')).toBe('a\ufffdb\ufffdc');
  });

  it('keeps the end of a long name, where its type stands', () => {
    const [head, tail] = headAndTail('a very long name of a file.tar.gz');
    expect(head + tail).toBe('a very long name of a file.tar.gz');
    expect(tail).toBe('e.tar.gz');
  });

  it('are not repeated in their folder', () => {
    expect(folderOf({ path: '/home/ada/a.zip', name: 'a.zip' })).toBe('/home/ada');
    expect(folderOf({ path: 'C:\\Ada\\a.zip', name: 'a.zip' })).toBe('C:\\Ada');
    expect(folderOf({ path: '/a.zip', name: 'a.zip' })).toBe('/');
  });

  it('does not cut a letter that takes two code units', () => {
    const name = '🧵'.repeat(30);
    expect(headAndTail(name).join('')).toBe(name);
    expect(headAndTail(name)[1]).toBe('🧵'.repeat(8));
  });
});

describe('moments', () => {
  it('leaves the date out today and names it on other days', () => {
    const now = new Date(2026, 10, 22, 15, 0);
    expect(moment(new Date(2026, 10, 22, 9, 5).toISOString(), now)).toBe('09:05');
    expect(moment(new Date(2026, 10, 20, 9, 5).toISOString(), now)).toContain('20');
    expect(moment(new Date(2025, 0, 2, 9, 5).toISOString(), now)).toContain('2025');
  });

  it('shows what it cannot read as it is', () => expect(moment('soon')).toBe('soon'));
});
