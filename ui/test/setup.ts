// What jsdom lacks and the page uses, and patience for busy machines.
import { configure } from '@testing-library/svelte';
import { vi } from 'vitest';

configure({ asyncUtilTimeout: 15_000 });

const lacks = HTMLDialogElement.prototype as { showModal?: () => void; close?: () => void };
lacks.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
lacks.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
};

// Nothing is laid out here, so nothing ever changes its size.
class StillResizeObserver implements ResizeObserver {
  observe(): void {
    return;
  }
  unobserve(): void {
    return;
  }
  disconnect(): void {
    return;
  }
}
if (!('ResizeObserver' in globalThis)) Object.assign(globalThis, { ResizeObserver: StillResizeObserver });

// A screen whose measures never change.
Object.assign(window, {
  matchMedia: (media: string) =>
    Object.assign(new EventTarget(), {
      media,
      matches: false,
      onchange: null,
      addListener: () => undefined,
      removeListener: () => undefined,
    }) satisfies MediaQueryList,
});
// It draws nothing; the graph says its figures in words, too.
vi.mock('uplot', () => ({
  default: class StillPlot {
    setData(): void {
      return;
    }
    setSize(): void {
      return;
    }
    destroy(): void {
      return;
    }
  },
}));
