import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const query = '?assembly';
/** Named apart from its import: the compiler's types declare an Array of their own for the whole program. */
const compiler = 'assemblyscript/asc';

/**
 * A Vite plugin: `import base64 from '#wasm/lstm.ts?assembly'` compiles that AssemblyScript file and gives its
 * WASM binary as base64, in dev, build, workers and tests alike. Nothing compiled is kept in the repository.
 */
export function assembly() {
  return {
    name: 'assemblyscript',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (!id.endsWith(query)) return null;
      const found = await this.resolve(id.slice(0, -query.length), importer, { skipSelf: true });
      return found && `${found.id}${query}`;
    },
    async load(id) {
      if (!id.endsWith(query)) return null;
      const path = id.slice(0, -query.length);
      this.addWatchFile(path);
      const bytes = await compileAssembly(path);
      return `export default ${JSON.stringify(Buffer.from(bytes).toString('base64'))};`;
    }
  };
}

/** The WASM binary of one AssemblyScript file, SIMD on, no runtime. */
async function compileAssembly(path) {
  const source = await readFile(path, 'utf8');
  const name = basename(path);
  let binary = null;
  const { default: asc } = await import(compiler);
  const { error, stderr } = await asc.main(
    [name, '--outFile', 'out.wasm', '--optimizeLevel', '3', '--shrinkLevel', '0', ...features],
    {
      readFile: (file) => (file === name ? source : null),
      writeFile: (file, content) => {
        if (file === 'out.wasm') binary = content;
      },
      listFiles: () => []
    }
  );
  if (error || !binary) throw new Error(`${name} does not compile:\n${stderr.toString()}`);
  return binary;
}

const features = ['--enable', 'simd', '--runtime', 'stub', '--noAssert'];
