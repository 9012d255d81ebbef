/** Who may import whom. Each rule says why; `npx depcruise src workers` checks them all. */

const only = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  comment,
  severity: 'error',
  from: { path: `^src/lib/${folder}/` },
  to: {
    path: '^(src|workers)/',
    pathNot: [folder, ...allowed].map((name) => `^src/lib/${name}(/|$)`)
  }
});

const owned = (name, packages, owners, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(src|workers)/', pathNot: owners },
  to: { path: `^node_modules/(${packages})(/|$)` }
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails only at run time in a worker.',
      severity: 'error',
      from: {},
      to: {
        couldNotResolve: true,
        pathNot: '^\\$(app|env|service-worker)|\\?(url|raw|worker|assembly)'
      }
    },
    {
      name: 'no-dev-packages',
      comment: 'What ships may not need a package that is there for development only.',
      severity: 'error',
      from: { path: '^(src|workers)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/(svelte|@sveltejs)/'
      }
    },
    {
      name: 'base-is-the-ground',
      comment: 'Everything stands on base, so base stands on nothing but the random generator.',
      severity: 'error',
      from: { path: '^src/lib/base/' },
      to: { pathNot: '^(src/lib/base/|node_modules/pure-rand/)' }
    },
    only('problems', ['base'], 'The catalogue of messages is words alone.'),
    {
      name: 'analytics-is-pure',
      comment:
        'Algorithms are functions over columns and typed arrays: they run in any worker and in Node, and are tested there.',
      severity: 'error',
      from: { path: '^src/lib/analytics/' },
      to: {
        pathNot: '^(src/lib/(analytics|base|problems)/|node_modules/(pure-rand|@bsull/augurs)/)'
      }
    },
    only('sql', ['base', 'problems'], 'SQL as text: no engine, no notebook.'),
    only(
      'notebook',
      ['base', 'problems', 'sql', 'cells/core'],
      'Text, model and graph are pure: kinds come in as a map, never by import.'
    ),
    only('rpc', ['base', 'problems'], 'The channel knows no message of ours.'),
    only(
      'relations',
      [
        'base',
        'problems',
        'sql',
        'rpc',
        'cells/core',
        'cells/registry.ts',
        'cells/runners.ts',
        'runtime'
      ],
      'Tables and files, below the page: nothing of Svelte, state or a single kind.'
    ),
    only(
      'runtime',
      [
        'base',
        'problems',
        'sql',
        'notebook',
        'rpc',
        'relations',
        'networks',
        'analytics',
        'live',
        'cells/core',
        'cells/registry.ts',
        'cells/runners.ts',
        'cells/script/run.ts'
      ],
      'The executor and the engines run kinds without knowing one by name, and know nothing of the page.'
    ),
    only(
      'live',
      [
        'base',
        'problems',
        'analytics',
        'relations/arrow',
        'relations/arrow.ts',
        'cells/core',
        'runtime/connection.ts'
      ],
      'Sources outside the browser: they connect, read and decode, and know no cell, table or page.'
    ),
    only(
      'networks',
      ['base', 'problems', 'analytics'],
      'Training engines implement an interface of analytics.'
    ),
    {
      name: 'kinds-do-not-know-each-other',
      comment: 'A kind is a folder added or taken away; a shared need belongs in cells/core.',
      severity: 'error',
      from: { path: '^src/lib/cells/([^/]+)/' },
      to: { path: '^src/lib/cells/[^/]+/', pathNot: '^src/lib/cells/(core|$1)/' }
    },
    {
      name: 'kinds-are-pure',
      comment:
        'What a kind declares and runs works in every worker and in Node: base, problems, sql, analytics and cells/core.',
      severity: 'error',
      from: {
        path: '^src/lib/cells/[^/]+/.+\\.ts$',
        pathNot: ['\\.svelte\\.ts$', '/view[^/]*\\.ts$']
      },
      to: {
        path: '^src/',
        pathNot: '^src/lib/(base|problems|sql|analytics|cells)/'
      }
    },
    {
      name: 'kinds-never-load-svelte',
      comment: 'index.ts and run.ts are loaded in workers; a view is loaded by the page alone.',
      severity: 'error',
      from: { path: '^src/lib/cells/[^/]+/(index|run)\\.ts$' },
      to: { path: '(\\.svelte(\\.ts)?$|^node_modules/svelte/)', reachable: true }
    },
    {
      name: 'views-show',
      comment: 'A view gets its report, state and rows as props; it draws with ui and charts.',
      severity: 'error',
      from: { path: '^src/lib/cells/[^/]+/[^/]+\\.svelte(\\.ts)?$' },
      to: {
        path: '^src/',
        pathNot: '^src/lib/(base|problems|sql|analytics|ui|charts|messages|cells|tables)/'
      }
    },
    only(
      'tables',
      ['base', 'sql', 'ui', 'charts', 'messages', 'cells/core'],
      'A relation as a table to look into: it knows rows and SQL, and no kind of cell.'
    ),
    only('charts', ['base', 'messages', 'ui'], 'Charts are drawn from columns; they know no cell.'),
    only(
      'ui',
      ['base', 'messages', 'cells/core/fields.ts'],
      'Components that know no kind, engine or notebook; forms are drawn from the vocabulary of fields.'
    ),
    only('messages', ['base', 'problems'], 'Words in several languages, those of problems too.'),
    only(
      'storage',
      ['base', 'problems', 'runtime', 'cells/core', 'live/log'],
      'Keeps texts and results; it does not know what they mean. The files of logs are laid out by those who write them.'
    ),
    {
      name: 'state-runs-nothing',
      comment: 'The page tells the engine what to run; code of a run is loaded in workers alone.',
      severity: 'error',
      from: { path: '^src/(routes|lib/(state|page|ui))/' },
      to: { path: '^src/lib/(cells/[^/]+/run\\.ts|cells/runners\\.ts|relations/duckdb)' }
    },
    {
      name: 'routes-and-workers-are-ends',
      comment:
        'Routes are reached by address and workers by URL; one module starts the workers, nothing imports them.',
      severity: 'error',
      from: { path: '^src/lib/', pathNot: '^src/lib/page/engine\\.ts$' },
      to: { path: '^(src/routes|workers)/', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'workers-have-no-page',
      comment: 'A worker has no document.',
      severity: 'error',
      from: { path: '^workers/' },
      to: {
        path: '(\\.svelte(\\.ts)?$|^node_modules/svelte/|^src/lib/(ui|state|page)/)',
        reachable: true
      }
    },
    owned(
      'duckdb-in-relations',
      '@duckdb/duckdb-wasm|parquet-wasm|sql\\.js|hucre',
      ['^src/lib/relations/'],
      'One place owns the engine, its file registry and its memory.'
    ),
    owned(
      'arrow-in-its-files',
      '@uwdata/flechette',
      ['^src/lib/relations/', '^src/lib/cells/script/'],
      'Columns are ours; Arrow is how they travel.'
    ),
    owned(
      'arquero-in-the-sandbox',
      'arquero',
      ['^src/lib/cells/script/'],
      'It is the language of script cells, not ours.'
    ),
    owned(
      'tensorflow-in-networks',
      '@tensorflow/[^/]+',
      ['^src/lib/networks/'],
      'Large, loaded on first use, and behind the interface that other engines share.'
    ),
    owned(
      'brokers-in-live',
      'mqtt|@nats-io/[^/]+|eventsource-parser',
      ['^src/lib/live/'],
      'One place connects to the world; large clients are loaded on first use.'
    ),
    owned(
      'vega-in-charts',
      'vega|vega-lite|vega-embed|vega-interpreter|uplot',
      ['^src/lib/charts/'],
      'One place holds the rule that no chart loads a URL or evaluates code.'
    ),
    owned(
      'codemirror-in-editor',
      '@codemirror/[^/]+',
      ['^src/lib/ui/editor/'],
      'The editor can be loaded late, and replaced.'
    )
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|\\.svelte-kit)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['svelte', 'import', 'browser', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.svelte.ts', '.d.ts']
    }
  }
};
