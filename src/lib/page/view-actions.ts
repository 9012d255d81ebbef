import type { ViewActions } from '#lib/cells/core/view.ts';
import type { CsvOptions, ExportFormat } from '#lib/runtime/engine.ts';
import type { CellHandle } from '#lib/state/cell.svelte.ts';
import { addSteps } from './add-steps.ts';
import type { PageContext } from './context.ts';
import { download } from './download.ts';
import { copyRelation, exportRelation } from './export.ts';
import { recall, remember } from './memory.ts';
import { startAfresh } from './start-afresh.ts';

/** What the view of a cell may ask of the page. */
export function viewActions(context: PageContext, cell: CellHandle): ViewActions {
  const { session, desk, teller, second } = context;
  return {
    setField(path, value) {
      if (second.isFollowing) second.wish({ wish: 'silence', cell: cell.id, path, value });
      else session.edit.field(cell.key, path, value);
    },
    setBody: (body) => session.edit.body(cell.key, body, { typing: false }),
    openRelation(name) {
      const producer = session.graph.producers.get(name.toLowerCase());
      if (producer !== undefined) desk.goToCell(producer);
    },
    exportRelation: (relation: string, format: ExportFormat, csv?: CsvOptions) =>
      void exportRelation(session, relation, format, csv),
    saveFile: (name, contents) => download(contents, name),
    copyRelation: (relation, as) => void copyRelation(session, relation, as),
    insertCell(kind, body, name) {
      const key = session.edit.insertCell(desk.below(cell.key), { kind, body, name });
      if (key !== undefined) void desk.go(key);
    },
    addSteps: (source, steps, keys) => addSteps(context, cell.key, { source, steps, keys }),
    decide(change, verdict, note) {
      const decision = { change, verdict, by: 'human', ...(note ? { note } : {}) } as const;
      void session.adjustments.decide(cell.id, [decision]);
    },
    openIncident(alerts, incident) {
      const producer = session.graph.producers.get(alerts.toLowerCase());
      if (producer === undefined) return;
      const monitor = session.graph.byId.get(producer)?.kindName === 'monitor';
      if (monitor) desk.asked = { cell: producer, incident };
      desk.goToCell(producer);
    },
    closeIncident: () => (desk.asked = null),
    remember: (key, value) => remember(session.id, key, value),
    recall: (key) => recall(session.id, key),
    openTelling: () => (desk.telling = true),
    undelivered: () => teller.sender.waiting.length,
    run: () => void session.run([cell.id]),
    stop: () => session.cancel(cell.id),
    startAfresh() {
      if (second.isFollowing) second.wish({ wish: 'afresh', cell: cell.id });
      else void startAfresh(session, cell);
    },
    setSpeed(speed) {
      if (second.isFollowing) second.wish({ wish: 'speed', speed });
      else session.engine.setSpeed(speed);
    }
  };
}
