// Pasted text becomes lines, and lines are asked about a piece at a time.
import { describe, expect, it } from 'vitest';

import type { CheckLinks, LinkRow } from '../ipc/host';
import { linkRow } from '../ipc/memory/links';
import { isBad, LinkCheck, MOST } from './check.svelte';
import { holdsLinks, linesOf } from './lines';

const link = (n: number) => `https://share.example/d/file-${n}.zip`;
const many = (n: number) => Array.from({ length: n }, (_, at) => link(at));

/** A service that answers when it is told to. */
function slow() {
  const asked: CheckLinks[] = [];
  const open: (() => void)[] = [];
  const look = (ask: CheckLinks) => {
    asked.push(ask);
    return new Promise<LinkRow[]>((answer) => open.push(() => answer(ask.links.map(linkRow))));
  };
  const answer = async () => {
    open.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { asked, look, answer };
}

describe('a pasted text', () => {
  it('becomes its lines, each once, in their order', () => {
    expect(linesOf(' b \r\na\n\n\nb\ra ')).toEqual(['b', 'a']);
  });

  it('holds links only where a line begins like one', () => {
    expect(holdsLinks('hello\n  https://a.example/x')).toBe(true);
    expect(holdsLinks('see https://a.example/x')).toBe(false);
    expect(holdsLinks('https://')).toBe(false);
  });
});

describe('checking', () => {
  it('asks about ten thousand lines in their order, one question of at most a hundred after another', async () => {
    const asked: string[][] = [];
    let under = 0;
    const check = new LinkCheck(async ({ links }) => {
      under += 1;
      expect(under).toBe(1);
      asked.push(links);
      await Promise.resolve();
      under -= 1;
      return links.map(linkRow);
    });
    check.add(many(10_000));
    await check.start(null);
    expect(asked).toHaveLength(100);
    expect(Math.max(...asked.map((links) => links.length))).toBe(MOST);
    expect(asked.flat()).toEqual(many(10_000));
    expect(check.lines.map((line) => line.row?.name)).toEqual(many(10_000).map((text) => text.slice(24)));
    expect(check.running).toBe(false);
  });

  it('asks nothing more once it is stopped, and drops the answer under way', async () => {
    const { asked, look, answer } = slow();
    const check = new LinkCheck(look);
    check.add(many(250));
    void check.start(null);
    await answer();
    check.stop();
    await answer();
    expect(asked).toHaveLength(2);
    expect(check.totals.checked).toBe(100);
    expect(check.running).toBe(false);
  });

  it('goes on with the lines that have no answer', async () => {
    const { asked, look, answer } = slow();
    const check = new LinkCheck(look);
    check.add(many(150));
    void check.start(null);
    await answer();
    check.stop();
    void check.start(null);
    expect(asked.at(-1)?.links).toEqual(many(150).slice(100));
  });

  it('puts every answer to its line when others are taken out meanwhile', async () => {
    const { asked, look, answer } = slow();
    const check = new LinkCheck(look);
    check.add(many(102));
    void check.start(null);
    check.remove([link(0), link(100)]);
    await answer();
    await answer();
    expect(asked[1]?.links).toEqual([link(101)]);
    expect(check.lines).toHaveLength(100);
    expect(check.lines.every((line) => line.text.endsWith(line.row?.name ?? '?'))).toBe(true);
  });

  it('asks anew when another account is to be asked, and takes no answer of the first', async () => {
    const { asked, look, answer } = slow();
    const check = new LinkCheck(look);
    check.add([link(1)]);
    void check.start(null);
    check.forget();
    void check.start('other');
    await answer();
    expect(check.totals.checked).toBe(0);
    await answer();
    expect(check.totals.checked).toBe(1);
    expect(asked.map((ask) => ask.account)).toEqual([null, 'other']);
  });

  it('ends at a refusal and says it', async () => {
    const check = new LinkCheck(() => Promise.reject(new Error('The engine is gone.')));
    check.add(many(300));
    await check.start(null);
    expect(check.wrong?.message).toBe('The engine is gone.');
    expect(check.running).toBe(false);
  });
});

it('counts only what can be fetched, and takes out what cannot', async () => {
  const check = new LinkCheck(({ links }) => Promise.resolve(links.map(linkRow)));
  check.add(['https://a.example/ok.zip', 'https://a.example/gone.zip', 'https://a.example/again.zip', 'no link']);
  await check.start(null);
  expect(check.totals).toMatchObject({ lines: 4, bad: 3, bytes: check.lines[0]?.row?.size });
  check.removeBad();
  expect(check.lines.map((line) => line.text)).toEqual(['https://a.example/ok.zip']);
  expect(check.lines.some(isBad)).toBe(false);
});
