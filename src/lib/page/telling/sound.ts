let context: AudioContext | null = null;

/** How long a context may take to start before the news is old. */
const patience = 1000;
/** The same where the reader tries the sound: the first context of a browser has to start its sound service. */
export const trial = 8000;

/**
 * Two short tones; false where the browser stays silent, as all do until the reader has clicked somewhere on the page.
 * Tones that could not be heard are not kept for later.
 */
export async function chime(within = patience): Promise<boolean> {
  const own = (context ??= new AudioContext());
  const late = new Promise<void>((done) => setTimeout(done, within));
  await Promise.race([own.resume().catch(() => undefined), late]);
  if (own.state === 'running') {
    play(own);
    return true;
  }
  // Of several that wait for the same context, one closes it.
  if (context === own) {
    context = null;
    void own.close();
  }
  return false;
}

function play(context: AudioContext): void {
  const start = context.currentTime;
  for (const [i, pitch] of [880, 660].entries()) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = start + i * 0.18;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.16);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + 0.17);
  }
}
