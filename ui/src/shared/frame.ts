// Gathers work into one run per frame.

/** Runs `work` once in the next frame, however often it is asked; a hidden window, which has no frames, within a second. */
export function perFrame(work: () => void): () => void {
  let planned = false;
  const run = () => {
    if (!planned) return;
    planned = false;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    work();
  };
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    if (planned) return;
    planned = true;
    timer = setTimeout(run, 1000);
    frame = requestAnimationFrame(run);
  };
}
