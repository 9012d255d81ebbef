import { dataHandlers } from '#lib/relations/data-service.ts';
import type { DataContract } from '#lib/relations/data-contract.ts';
import { openDuckDb, openDuckDbFile } from '#lib/relations/duckdb-browser.ts';
import { fetchFrom } from '#lib/relations/fetch-example.ts';
import { loadParquet } from '#lib/relations/parquet-browser.ts';
import { ResultCache } from '#lib/relations/result-cache.ts';
import { openFolderStore } from '#lib/base/folder-store.ts';
import { serve } from '#lib/rpc/server.ts';

serve<DataContract>(
  self,
  dataHandlers({
    openRelations: openDuckDb,
    loadParquet,
    loadSqlite: async () => (await import('#lib/relations/sqlite-browser.ts')).loadSqlite(),
    openDatabase: openDuckDbFile,
    examplesAt: fetchFrom,
    async openCache() {
      const store = await openFolderStore('results');
      return store && new ResultCache(store);
    },
    now: () => performance.now()
  })
);
