import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './lib/install.mjs';

const chunkBytes = 8 * 1024 * 1024;
const formats = ['csv', 'parquet', 'json', 'ndjson', 'xlsx', 'arrow', 'sql'];

const usage = `Usage: npm run notebook -- FILE [--data DIR] [--out DIR] [--param k=v]… [--write a,b]
                                [--format FORMAT] [--timeout SECONDS]
                                [--connection name=url]…

Runs a notebook in the built site under headless Chromium, as a reader's tab would.
  --data DIR      folder with the files its source cells name
  --out DIR       where <relation>.<format> and run.json are written
  --param k=v     sets a param cell; may be repeated
  --connection name=url
                  an engine or live source elsewhere that cells name (https, wss, …); may be repeated. Its user,
                  password, database and token come from QUARTERMASTER_<NAME>_USER, _PASSWORD, _DATABASE
                  and _TOKEN
  --write a,b     only these relations (default: every one)
  --format        csv (default), parquet, json, ndjson, xlsx, arrow or sql
  --timeout       seconds before the run is stopped (default 600); live sources run that long and are done then`;

const options = read(process.argv.slice(2));
await ensureInstalled();
const { chromium } = await import('playwright');
const { ensureBuilt } = await import('./lib/build.mjs');
const { chromiumArgs, ensureChromium } = await import('./lib/chromium.mjs');
const { serveSite } = await import('./lib/server.mjs');
await ensureBuilt();
process.exitCode = await runNotebook(options);

function read(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        out: { type: 'string' },
        connection: { type: 'string', multiple: true, default: [] },
        param: { type: 'string', multiple: true, default: [] },
        write: { type: 'string' },
        format: { type: 'string', default: 'csv' },
        timeout: { type: 'string', default: '600' },
        help: { type: 'boolean', default: false }
      }
    });
    if (values.help) stop(usage, 0);
    if (positionals.length !== 1) stop(usage, 2);
    if (!formats.includes(values.format)) {
      stop(`--format takes one of ${formats.join(', ')}, not ${values.format}.`, 2);
    }
    const timeout = Number(values.timeout);
    if (!(timeout > 0)) stop(`--timeout takes a number of seconds, not ${values.timeout}.`, 2);
    const params = values.param.map((pair) => split(pair, '--param takes name=value'));
    const connections = values.connection.map((pair) =>
      connectionOf(...split(pair, '--connection takes name=url'))
    );
    const file = resolve(positionals[0]);
    return {
      ...values,
      file,
      text: textOf(file),
      params,
      connections,
      timeout,
      files: values.data === undefined ? [] : filesIn(resolve(values.data)),
      write: values.write?.split(',').map((name) => name.trim())
    };
  } catch (error) {
    return stop(`${error.message}\n\n${usage}`, 2);
  }
}

function split(pair, rule) {
  const at = pair.indexOf('=');
  if (at < 1) stop(`${rule}, not ${pair}.`, 2);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** A connection, with what is secret taken from the environment. */
function connectionOf(name, url) {
  const prefix = `QUARTERMASTER_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  const given = (what) => process.env[`${prefix}_${what}`] ?? '';
  return {
    name,
    kind: /^wss?:/.test(url) ? 'websocket' : 'clickhouse',
    url,
    user: given('USER'),
    password: given('PASSWORD'),
    database: given('DATABASE'),
    token: given('TOKEN')
  };
}

function stop(message, status) {
  (status === 0 ? console.log : console.error)(message);
  process.exit(status);
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return stop(`There is no file ${file}.`, 2);
  }
}

function filesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
  } catch {
    return stop(`There is no folder ${folder}.`, 2);
  }
}

async function runNotebook({
  file,
  text,
  files,
  params,
  connections,
  timeout,
  out,
  write,
  format
}) {
  const site = await serveSite();
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: chromiumArgs
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    page.setDefaultTimeout(0);
    await page.goto(`${site.url}notebook/?automation`);
    await page.waitForFunction(() => window.quartermaster !== undefined, null, { timeout: 60_000 });
    await page.evaluate((source) => window.quartermaster.openText(source), text);
    if (files.length > 0) {
      await page.locator('[data-testid="files"]').setInputFiles(files);
      await page.evaluate((count) => window.quartermaster.filesReady(count), files.length);
    }
    if (connections.length > 0) {
      await page.evaluate((list) => window.quartermaster.setConnections(list), connections);
    }
    for (const [name, value] of params) {
      await page.evaluate(([n, v]) => window.quartermaster.setParam(n, v), [name, value]);
    }
    const progress = setInterval(() => void tell(page), 2000);
    await page.evaluate((ms) => window.quartermaster.runAll(ms), timeout * 1000);
    clearInterval(progress);

    const report = {
      notebook: basename(file),
      ...(await page.evaluate(() => window.quartermaster.report()))
    };
    if (out !== undefined) {
      const folder = resolve(out);
      mkdirSync(folder, { recursive: true });
      const unknown = await writeRelations(page, folder, write, format);
      for (const name of unknown) {
        report.ok = false;
        report.problems.push({
          code: 'cli.unknown-relation',
          message: `There is no relation ${name} to write.`,
          hint: 'Name relations that the notebook produces.',
          line: null
        });
      }
      writeFileSync(join(folder, 'run.json'), `${JSON.stringify(report, null, 2)}\n`);
    }
    summarise(report);
    return report.ok ? 0 : 1;
  } finally {
    await browser.close();
    await site.close();
  }
}

/** Writes each relation as the page exports it; returns the names asked for that do not exist. */
async function writeRelations(page, folder, write, format) {
  const existing = await page.evaluate(() => window.quartermaster.relations());
  const wanted = write ?? existing;
  const named = (name) => existing.find((other) => other.toLowerCase() === name.toLowerCase());
  for (const name of wanted.map(named).filter(Boolean)) {
    const size = await page.evaluate(([n, f]) => window.quartermaster.export(n, f), [name, format]);
    const file = join(folder, `${name}.${format}`);
    writeFileSync(file, '');
    for (let from = 0; from < size; from += chunkBytes) {
      const part = [from, Math.min(size, from + chunkBytes)];
      const text = await page.evaluate(([a, b]) => window.quartermaster.exported(a, b), part);
      appendFileSync(file, Buffer.from(text, 'base64'));
    }
  }
  return wanted.filter((name) => !named(name));
}

async function tell(page) {
  const running = await page.evaluate(() => window.quartermaster.running()).catch(() => '');
  if (running) console.error(`… ${running}`);
}

function summarise(report) {
  const width = Math.max(4, ...report.cells.map((cell) => cell.name.length));
  for (const cell of report.cells) {
    const rows = cell.rows === null ? '' : `${cell.rows} rows`;
    console.log(
      `${cell.state.padEnd(10)} ${cell.kind.padEnd(10)} ${cell.name.padEnd(width)} ${rows}`
    );
    for (const { code, message, hint, line } of cell.problems) {
      console.log(
        `           ${code}${line ? ` line ${line}` : ''}: ${message}${hint ? ` ${hint}` : ''}`
      );
    }
  }
  for (const { code, message } of report.problems) console.log(`           ${code}: ${message}`);
  console.log(report.ok ? `done in ${(report.ms / 1000).toFixed(1)} s` : 'not every cell is done');
}
