import { expect, test } from 'vitest';

import { mend } from './locale';

test('a language that is none becomes English, and every other stays', () => {
  for (const [before, after] of [
    ['C', 'en'],
    ['', 'en'],
    ['de-DE', 'de-DE'],
  ] as const) {
    const navigator = { language: before };
    mend(navigator);
    expect(navigator.language).toBe(after);
    expect(() => new Intl.NumberFormat(navigator.language)).not.toThrow();
  }
});
