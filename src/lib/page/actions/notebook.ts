import { formatBytes } from '#lib/base/format.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import { told } from '#lib/messages/told.svelte.ts';
import { problemOf } from '#lib/state/problem-of.ts';
import { sqlScript } from '#lib/state/script/index.ts';
import { secretsIn } from '#lib/state/secrets.ts';
import { encodeLink } from '#lib/state/share.ts';
import { toast } from '#lib/ui/toasts.svelte.ts';
import { download, fileName } from '../download.ts';
import type { Action, Means } from './model.ts';

/** What concerns the notebook as a whole. */
export function notebookActions({
  session,
  desk,
  keeper,
  preferences,
  host
}: Means): readonly Action[] {
  const words = () => m().page;
  const always = () => true;
  const writable = () => !session.readOnly;

  async function copyOut(text: string, done: string) {
    try {
      await navigator.clipboard.writeText(text);
      toast(done);
    } catch {
      toast(words().notice.notCopied, { mark: 'error' });
    }
  }

  /** Does what carries the text away, unless it would carry a secret. */
  const unlessSecret = (carry: () => void | Promise<void>) => () => {
    const [found] = secretsIn(session.notebook);
    if (!found) return carry();
    const { cell, line, what } = found;
    toast(words().notice.secretInside(cell, line, what), { mark: 'error' });
  };

  return [
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
      id: 'memory',
      group: 'notebook',
      label: () => m().files.memory.open,
      enabled: always,
      perform: () => {
        desk.memory = true;
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
      perform: unlessSecret(() =>
        download(
          new Blob([session.text], { type: 'text/markdown;charset=utf-8' }),
          `${fileName(session.title)}.qm.md`
        )
      )
    },
    {
      id: 'sql-script',
      group: 'notebook',
      label: () => words().action.sqlScript,
      enabled: () => session.graph.order.length > 0,
      perform: unlessSecret(async () => {
        try {
          const script = await sqlScript(session);
          const blob = new Blob([script], { type: 'application/sql' });
          download(blob, `${fileName(session.title)}.sql`);
        } catch (error) {
          toast(told(problemOf(error)).message, { mark: 'error' });
        }
      })
    },
    {
      id: 'copy-link',
      group: 'notebook',
      label: () => words().action.copyLink,
      enabled: always,
      perform: unlessSecret(async () => {
        const link = `${host.address}#q=${await encodeLink(session.text)}`;
        await copyOut(link, words().notice.linkCopied(formatBytes(link.length)));
      })
    },
    {
      id: 'copy-text',
      group: 'notebook',
      label: () => words().action.copyText,
      enabled: always,
      perform: unlessSecret(() => copyOut(session.text, words().notice.textCopied))
    },
    {
      id: 'add-files',
      group: 'notebook',
      label: () => words().action.addFiles,
      enabled: always,
      perform: () => host.chooseFiles()
    },
    {
      id: 'connections',
      group: 'notebook',
      label: () => words().action.connections,
      enabled: always,
      perform: () => {
        desk.connections = '';
      }
    },
    {
      id: 'telling',
      group: 'notebook',
      label: () => m().views.alerts.tell.open,
      enabled: always,
      perform: () => {
        desk.telling = true;
      }
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
