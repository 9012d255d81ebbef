import { test } from 'vitest';
import { readFile } from 'node:fs/promises';
import source from '#lib/cells/source/index.ts';
import run from '#lib/cells/source/run.ts';
import { readCsv } from '#lib/relations/load/csv-reader.ts';
import { openTestDuckDb, runLoadKindForTest } from '../../support/duckdb.ts';
test('x', async () => {
  const db: any = await openTestDuckDb();
  const names = (await import('node:fs')).readdirSync('../shared/data/online-retail/csv-days');
  const files: Record<string, any> = {};
  for (let k=0;k<8;k++) for (const n of names) files[k+n] = new Uint8Array(await readFile('../shared/data/online-retail/csv-days/'+n));
  const one = new Uint8Array(await new Blob(Object.values(files).map((f,i)=> i? f.subarray(f.indexOf(10)+1):f)).arrayBuffer());
  const times: Record<string, number> = {};
  for (const m of ['query','execute','insertIpc','createAs','drop','append','hash','describe','read','publish']) {
    const f = db[m].bind(db); db[m] = async (...a: any[]) => { const t=performance.now(); try { return await f(...a);} finally { times[m]=(times[m]??0)+performance.now()-t; const k = m+' '+String(a[0]).replace(/\s+/g,' ').slice(0,60); times[k]=(times[k]??0)+performance.now()-t; } };
  }
  for (let i=0;i<3;i++){
    async function* chunks(){ for (let a=0;a<one.length;a+=4<<20) yield one.subarray(a,a+(4<<20)); }
    const t0=performance.now(); let n=0; for await (const b of readCsv(chunks(),{delimiter:',',header:true,skip:0})) n+=b.rows; console.log('tokenise',n,performance.now()-t0, process.cpuUsage().user/1000);
    for (const k in times) delete times[k];
    const t2=performance.now(); const c0=process.cpuUsage().user;
    const p = await runLoadKindForTest(db, source, run, { body: 'file: big.csv', name: 't', files:{'big.csv': one} });
    console.log('ours', p.relations['t']!.length, performance.now()-t2, 'cpu', (process.cpuUsage().user-c0)/1000); 
    if(i==2) console.log(Object.entries(times).sort((a,b)=>b[1]-a[1]).slice(0,24).map(([k,v])=>v.toFixed(0)+' '+k).join('\n'));
    await db.registerFile('big.csv', one.slice());
    const t3=performance.now(), c1=process.cpuUsage().user;
    await db.execute("CREATE OR REPLACE TABLE cmp AS FROM read_csv('qm/big.csv')"); console.log('native', performance.now()-t3, 'cpu', (process.cpuUsage().user-c1)/1000);
  }
}, 300000);
