import { parse } from '#lib/notebook/parse.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import type { Keeper } from '#lib/state/keeper.svelte.ts';
import type { Preferences } from '#lib/state/preferences.svelte.ts';
import type { Session } from '#lib/state/session.svelte.ts';
import { encodeLink } from '#lib/state/share.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import { formatBytes } from '#lib/base/format.ts';
import { panels } from '#lib/storage/preferences.ts';
import type { Desk } from './desk.svelte.ts';
import { download, fileName } from './download.ts';

/**
 * One thing a reader can do, with its words and keys in one place: menus, the palette, the keyboard and the sheet
 * of shortcuts are all made from these. `block` is the key of the block it is about; without one, the selected.
 */
export interface Action {
  readonly id: string;
  readonly group: 'run' | 'edit' | 'notebook' | 'go';
  label(block?: string): string;
  /** Chords that work everywhere, also while typing. */
  readonly keys?: readonly string[];
  /** Chords that work when a block is selected and not edited. */
  readonly commandKeys?: readonly string[];
  /** Shown on the short sheet. */
  readonly basic?: boolean;
  enabled(block?: string): boolean;
  perform(block?: string): void | Promise<void>;
}

/** Where a deleted or copied block waits to be pasted. */
interface Clipboard {
  raw: string | null;
}

/** What the page does that is not an edit of the notebook. */
export interface Host {
  chooseFiles(): void;
  /** Absolute address of this page without query and hash. */
  readonly address: string;
  /** The shipped text this notebook is a copy of. */
  readonly shippedText: string | null;
  leaveTo(path: string): void;
}

/** Every action of the notebook page. */
export function createActions(
  session: Session,
  desk: Desk,
  keeper: Keeper,
  preferences: Preferences,
  host: Host
): readonly Action[] {
  const clipboard: Clipboard = { raw: null };
  const words = () => m().page;
  const always = () => true;
  const writable = () => !session.readOnly;
  const at = (block?: string) => block ?? desk.selected ?? undefined;
  const cellAt = (block?: string) => {
    const key = at(block);
    return key !== undefined && session.blockOf(key)?.type === 'cell'
      ? session.handle(key)
      : undefined;
  };
  const runnable = (block?: string) => cellAt(block)?.runs === true;
  const hasBlock = (block?: string) => at(block) !== undefined;
  const hasBlockToEdit = (block?: string) => hasBlock(block) && writable();

  function runCell(block?: string, options: { force?: boolean } = {}) {
    const cell = cellAt(block);
    if (!cell) return;
    session.refresh();
    void session.run([cell.id], options);
  }

  function remove(block?: string) {
    const key = at(block);
    const found = key === undefined ? undefined : session.blockOf(key);
    if (key === undefined || !found) return;
    const { stops } = desk;
    const place = stops.indexOf(key);
    clipboard.raw = found.raw;
    session.edit.remove(key);
    const next = stops[place + 1] ?? stops[place - 1];
    if (next !== undefined) void desk.go(next);
    else desk.selected = null;
    toast(
      found.type === 'cell' ? words().notice.deleted(found.name) : words().notice.deletedText,
      { action: { label: m().common.undo, run: () => void session.undo() } }
    );
  }

  function paste(block?: string) {
    if (clipboard.raw === null) return;
    const blocks = parse(clipboard.raw).blocks;
    const key = session.edit.insertBlocks(desk.below(at(block) ?? null), blocks);
    if (key !== undefined) void desk.go(key);
  }

  async function copyOut(text: string, done: string) {
    try {
      await navigator.clipboard.writeText(text);
      toast(done);
    } catch {
      toast(words().notice.notCopied, { mark: 'error' });
    }
  }

  return [
    {
      id: 'run',
      group: 'run',
      label: () => words().action.run,
      keys: ['Mod+Enter'],
      basic: true,
      enabled: runnable,
      perform: (block) => runCell(block)
    },
    {
      id: 'run-next',
      group: 'run',
      label: () => words().action.runNext,
      keys: ['Shift+Enter'],
      basic: true,
      enabled: hasBlock,
      perform: (block) => {
        runCell(block);
        desk.step(1);
      }
    },
    {
      id: 'run-force',
      group: 'run',
      label: () => words().action.runForce,
      enabled: runnable,
      perform: (block) => runCell(block, { force: true })
    },
    {
      id: 'run-stale',
      group: 'run',
      label: () => words().action.runStale,
      keys: ['Mod+Shift+Enter'],
      basic: true,
      enabled: () => session.stale.length > 0,
      perform: () => session.runStale()
    },
    {
      id: 'run-all',
      group: 'run',
      label: () => words().action.runAll,
      enabled: () => session.graph.order.length > 0,
      perform: () => session.runAll()
    },
    {
      id: 'stop',
      group: 'run',
      label: () => words().action.stop,
      enabled: (block) => {
        const state = cellAt(block)?.state.at;
        return state === 'running' || state === 'queued' || state === 'live';
      },
      perform: (block) => session.cancel(cellAt(block)?.id)
    },
    {
      id: 'stop-all',
      group: 'run',
      label: () => words().action.stopAll,
      commandKeys: ['i i'],
      enabled: () => session.busy,
      perform: () => session.cancel()
    },
    {
      id: 'edit',
      group: 'edit',
      label: () => words().action.edit,
      commandKeys: ['Enter'],
      basic: true,
      enabled: hasBlockToEdit,
      perform: (block) => void desk.go(at(block)!, { edit: true })
    },
    {
      id: 'leave',
      group: 'edit',
      label: () => words().action.leave,
      keys: ['Escape'],
      basic: true,
      enabled: () => desk.editing !== null,
      perform: () => desk.leave()
    },
    {
      id: 'insert-above',
      group: 'edit',
      label: () => words().action.insertAbove,
      commandKeys: ['a'],
      basic: true,
      enabled: writable,
      perform: (block) => {
        const key = at(block);
        desk.inserting = key === undefined ? -1 : session.indexOf(key) - 1;
      }
    },
    {
      id: 'insert-below',
      group: 'edit',
      label: () => words().action.insertBelow,
      commandKeys: ['b'],
      basic: true,
      enabled: writable,
      perform: (block) => {
        desk.inserting = desk.below(at(block) ?? null) - 1;
      }
    },
    {
      id: 'cut',
      group: 'edit',
      label: () => words().action.cut,
      commandKeys: ['x'],
      enabled: hasBlockToEdit,
      perform: remove
    },
    {
      id: 'copy',
      group: 'edit',
      label: () => words().action.copy,
      commandKeys: ['c'],
      enabled: hasBlock,
      perform: (block) => {
        clipboard.raw = session.blockOf(at(block)!)?.raw ?? null;
      }
    },
    {
      id: 'paste',
      group: 'edit',
      label: () => words().action.paste,
      commandKeys: ['v'],
      enabled: () => writable() && clipboard.raw !== null,
      perform: paste
    },
    {
      id: 'duplicate',
      group: 'edit',
      label: () => words().action.duplicate,
      enabled: hasBlockToEdit,
      perform: (block) => {
        const key = session.edit.duplicate(at(block)!);
        if (key !== undefined) void desk.go(key);
      }
    },
    {
      id: 'rename',
      group: 'edit',
      label: () => words().action.rename,
      keys: ['F2'],
      enabled: (block) => writable() && cellAt(block)?.block.broken === null,
      perform: (block) => {
        desk.selected = at(block) ?? null;
        desk.renaming = at(block) ?? null;
      }
    },
    {
      id: 'move-up',
      group: 'edit',
      label: () => words().action.moveUp,
      keys: ['Alt+ArrowUp'],
      enabled: hasBlockToEdit,
      perform: (block) => {
        session.edit.move(at(block)!, -1);
        void desk.go(at(block)!);
      }
    },
    {
      id: 'move-down',
      group: 'edit',
      label: () => words().action.moveDown,
      keys: ['Alt+ArrowDown'],
      enabled: hasBlockToEdit,
      perform: (block) => {
        session.edit.move(at(block)!, 1);
        void desk.go(at(block)!);
      }
    },
    {
      id: 'delete',
      group: 'edit',
      label: () => words().action.delete,
      commandKeys: ['d d', 'Delete'],
      basic: true,
      enabled: hasBlockToEdit,
      perform: remove
    },
    {
      id: 'undo',
      group: 'edit',
      label: () => words().action.undo,
      commandKeys: ['z', 'Mod+Z'],
      basic: true,
      enabled: () => session.undoLabel !== null && writable(),
      perform: () => {
        const what = session.undo();
        if (what !== null) toast(words().notice.undone(what));
      }
    },
    {
      id: 'redo',
      group: 'edit',
      label: () => words().action.redo,
      commandKeys: ['Z', 'Mod+Shift+Z', 'Mod+Y'],
      enabled: () => session.redoLabel !== null && writable(),
      perform: () => {
        const what = session.redo();
        if (what !== null) toast(words().notice.redone(what));
      }
    },
    {
      id: 'bin',
      group: 'edit',
      label: () => words().action.bin,
      enabled: () => session.bin.length > 0 && writable(),
      perform: () => {
        const key = session.edit.bringBack();
        if (key !== undefined) void desk.go(key);
      }
    },
    {
      id: 'next',
      group: 'go',
      label: () => words().action.next,
      commandKeys: ['j', 'ArrowDown'],
      basic: true,
      enabled: always,
      perform: () => desk.step(1)
    },
    {
      id: 'previous',
      group: 'go',
      label: () => words().action.previous,
      commandKeys: ['k', 'ArrowUp'],
      basic: true,
      enabled: always,
      perform: () => desk.step(-1)
    },
    ...panels.map(
      (panel): Action => ({
        id: `panel-${panel}`,
        group: 'go',
        label: () => words().side[panel],
        enabled: always,
        perform: () => {
          if (!preferences.isOpen(panel)) preferences.toggle(panel);
          desk.panel = panel;
        }
      })
    ),
    {
      id: 'palette',
      group: 'go',
      label: () => words().action.palette,
      keys: ['Mod+K'],
      basic: true,
      enabled: always,
      perform: () => {
        desk.palette = true;
      }
    },
    {
      id: 'shortcuts',
      group: 'go',
      label: () => words().action.shortcuts,
      keys: ['Mod+Shift+H'],
      commandKeys: ['?'],
      basic: true,
      enabled: always,
      perform: () => {
        desk.shortcuts = true;
      }
    },
    {
      id: 'text',
      group: 'notebook',
      label: () => (desk.text ? words().action.document : words().action.text),
      keys: ['Mod+Shift+E'],
      enabled: always,
      perform: () => {
        desk.editing = null;
        desk.text = !desk.text;
      }
    },
    {
      id: 'save',
      group: 'notebook',
      label: () => words().action.save,
      keys: ['Mod+S'],
      basic: true,
      enabled: always,
      perform: async () => {
        if (await keeper.save()) toast(words().notice.saved);
      }
    },
    {
      id: 'download',
      group: 'notebook',
      label: () => words().action.download,
      enabled: always,
      perform: () =>
        download(
          new Blob([session.text], { type: 'text/markdown;charset=utf-8' }),
          `${fileName(session.title)}.qm.md`
        )
    },
    {
      id: 'copy-link',
      group: 'notebook',
      label: () => words().action.copyLink,
      enabled: always,
      perform: async () => {
        const link = `${host.address}#q=${await encodeLink(session.text)}`;
        await copyOut(link, words().notice.linkCopied(formatBytes(link.length)));
      }
    },
    {
      id: 'copy-text',
      group: 'notebook',
      label: () => words().action.copyText,
      enabled: always,
      perform: () => copyOut(session.text, words().notice.textCopied)
    },
    {
      id: 'add-files',
      group: 'notebook',
      label: () => words().action.addFiles,
      enabled: always,
      perform: () => host.chooseFiles()
    },
    {
      id: 'auto-run',
      group: 'notebook',
      label: () => words().action.autoRun,
      enabled: writable,
      perform: () => {
        preferences.autoRun = !preferences.autoRun;
        session.setAutoRun(preferences.autoRun);
      }
    },
    {
      id: 'reset',
      group: 'notebook',
      label: () => words().action.reset,
      enabled: () => host.shippedText !== null && writable() && session.text !== host.shippedText,
      perform: () => {
        session.edit.text(host.shippedText!, words().undo.reset);
        toast(words().notice.reset, {
          action: { label: m().common.undo, run: () => void session.undo() }
        });
      }
    },
    {
      id: 'new',
      group: 'notebook',
      label: () => words().action.newNotebook,
      enabled: always,
      perform: () => host.leaveTo('?new')
    },
    {
      id: 'gallery',
      group: 'notebook',
      label: () => words().action.gallery,
      enabled: always,
      perform: () => host.leaveTo('../')
    }
  ];
}

/** The action of that name; a wrong name is a slip in the code. */
export function actionOf(actions: readonly Action[], id: string): Action {
  const found = actions.find((action) => action.id === id);
  if (!found) throw new Error(`No action ${id}`);
  return found;
}
