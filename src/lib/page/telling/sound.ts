let context: AudioContext | null = null;

/** Two short tones. Browsers are silent until the reader has clicked somewhere on the page. */
export function chime(): void {
  context ??= new AudioContext();
  void context.resume();
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
