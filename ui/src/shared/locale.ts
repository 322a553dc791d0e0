// A system without a language (LANG=C) has the engine name one that Intl refuses: then it is English, before anyone asks.
export function mend(navigator: { readonly language: string }): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
}

if (typeof navigator !== 'undefined') mend(navigator);
