/**
 * Writes a word at the caret of whatever editor or field has the focus, as typing would, so that its own undo
 * and change events see it. Without a focused field the word goes to the clipboard.
 */
export function insertWord(word: string): void {
  const at = document.activeElement;
  const editable =
    at instanceof HTMLElement && (at.isContentEditable || at.matches('input, textarea'));
  // execCommand is the one way to insert text that every kind of editor takes as typing.
  if (editable && document.execCommand('insertText', false, word)) return;
  void navigator.clipboard?.writeText(word).catch(() => undefined);
}
