// What jsdom lacks and the page uses, and patience for busy machines.
import { configure } from '@testing-library/svelte';

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
