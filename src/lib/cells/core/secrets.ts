const names =
  /^(x-amz-)?(access[-_]?token|auth[-_]?token|id[-_]?token|token|api[-_]?key|key|password|passwd|pass|pwd|secret|client[-_]?secret|auth|authorization|bearer|credential|credentials|sig|signature|jwt|session)$/i;

/** What in an address is a secret, without the secret itself; null if nothing looks like one. */
export function secretInUrl(text: string): string | null {
  const url = URL.canParse(text, 'http://path.invalid/')
    ? new URL(text, 'http://path.invalid/')
    : null;
  if (!url) return null;
  if (url.username !== '' || url.password !== '') return 'a user or password before the host';
  for (const name of url.searchParams.keys()) {
    if (names.test(name)) return `the parameter ${name}`;
  }
  return null;
}

/** An address as it may be shown: without user-info, and with what is secret in it left out. */
export function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return text.replace(/\/\/[^/?#\s]*@/, '//').replace(/[?#].*/s, '?…');
  const url = new URL(text);
  if (secretInUrl(text) === null) return url.href;
  url.username = url.password = '';
  for (const name of [...url.searchParams.keys()]) {
    if (names.test(name)) url.searchParams.set(name, '…');
  }
  return url.href.replaceAll('%E2%80%A6', '…');
}

/** The same for a message that is sent: a field of such a name with a value. */
export function secretInMessage(text: string): string | null {
  for (const [, name] of text.matchAll(/"?([\w-]+)"?\s*[:=]\s*"?[^\s",}]+/g)) {
    if (names.test(name!) && !/^(key|session|auth)$/i.test(name!)) return `the field ${name}`;
  }
  return null;
}
