// The time, once a second: only while something on a visible page reads it.
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  let timer: ReturnType<typeof setInterval> | undefined;
  const see = () => {
    clearInterval(timer);
    timer = document.hidden ? undefined : setInterval(update, 1000);
    update();
  };
  timer = document.hidden ? undefined : setInterval(update, 1000);
  document.addEventListener('visibilitychange', see);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', see);
  };
});

/** Milliseconds since 1970; what reads it is run again each second. */
export function now(): number {
  subscribe();
  return Date.now();
}
