/** Whether the reader's system shows what this page asks it to. */
export function mayNotify(): boolean {
  return typeof Notification !== 'undefined' && Notification.permission === 'granted';
}

/** Asks the reader, which browsers allow on a click only. */
export async function askToNotify(): Promise<boolean> {
  if (typeof Notification === 'undefined') return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** Hands a notification to the system. False where it takes none from a page, as on Android. */
export function notify(title: string, body: string, tag: string, onclick: () => void): boolean {
  try {
    new Notification(title, { body, tag }).onclick = onclick;
    return true;
  } catch {
    return false;
  }
}
