import { filesEn } from './files.en.ts';
import { pageEn } from './page.en.ts';
import { tableEn } from './table.en.ts';
import { viewsEn } from './views.en.ts';

const plural = (n: number, one: string, many: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

export const en = {
  app: {
    name: 'Quartermaster',
    home: 'Quartermaster, home',
    skip: 'Skip to the content',
    searchOrRun: 'Search or run',
    language: 'Language',
    themeToDark: 'Change to the dark theme',
    themeToLight: 'Change to the light theme',
    contrastMore: 'More contrast',
    contrastLess: 'Usual contrast'
  },
  files: filesEn,
  page: pageEn,
  views: viewsEn,
  table: tableEn,
  common: {
    close: 'Close',
    cancel: 'Cancel',
    undo: 'Undo',
    more: 'More',
    remove: 'Remove',
    add: 'Add',
    run: 'Run',
    stop: 'Stop',
    yes: 'yes',
    no: 'no',
    missing: 'missing',
    emptyList: 'empty list',
    emptyText: 'empty text',
    nothingFound: 'Nothing has that name.',
    details: 'Details'
  },
  state: {
    done: 'Done',
    stale: 'Stale',
    blocked: 'Blocked',
    queued: 'Queued',
    paused: 'Paused',
    running: 'Running',
    live: 'Live',
    error: 'Problem',
    cancelled: 'Cancelled',
    off: 'Off',
    warning: 'Warning',
    passed: 'Passed',
    pending: 'Pending',
    firing: 'Firing',
    resolved: 'Resolved',
    silenced: 'Silenced',
    'no-data': 'No data',
    unknown: 'Unknown'
  },
  problem: {
    cause: 'Cause',
    remedy: 'Remedy',
    line: (n: number) => `line ${n}`
  },
  grid: {
    rows: (n: number) => plural(n, 'row', 'rows'),
    letGo: (count: number) => `${count.toLocaleString('en')} older let go`,
    range: (from: number, to: number, of: number) =>
      `Rows ${from.toLocaleString('en')} to ${to.toLocaleString('en')} of ${of.toLocaleString('en')}`,
    none: 'No rows.',
    sortedUp: 'sorted, lowest first',
    sortedDown: 'sorted, highest first',
    sortBy: (column: string) => `Sort by ${column}`,
    resize: (column: string) => `Width of ${column}`,
    menuOf: (column: string) => `Menu of ${column}`,
    keys: 'Arrow keys move, Shift and arrows select, Ctrl C copies, with Shift as Markdown. In the head, Enter opens the menu of a column, Space sorts, Shift and arrows set the width.',
    copied: (cells: number) => `${plural(cells, 'cell', 'cells')} copied`,
    tooMany: (limit: number) =>
      `A selection of more than ${limit.toLocaleString('en')} cells is not copied. Export the table.`,
    failed: 'These rows could not be read.'
  },
  chart: {
    actual: 'actual',
    fitted: 'fitted',
    forecast: 'forecast',
    interval: (levels: string) => `${levels} %`,
    and: 'and',
    expected: 'expected',
    anomaly: 'anomaly',
    gap: 'gap',
    flagged: 'late or corrected',
    logScale: 'log scale',
    threshold: 'limit',
    time: 'time',
    low: (level: number) => `low ${level} %`,
    high: (level: number) => `high ${level} %`,
    asTable: 'As a table',
    asChart: 'As a chart',
    drawing: 'Drawing the chart',
    noRows: 'No rows to draw.',
    cut: (shown: number, all: number) =>
      `Drawn from the first ${shown.toLocaleString('en')} of ${all.toLocaleString('en')} rows.`,
    keys: 'Left and right arrows read the values.',
    lastActual: 'last actual',
    now: 'now'
  },
  form: {
    more: (n: number) => `${plural(n, 'more setting', 'more settings')}`,
    otherwise: (fallback: string) => `Otherwise ${fallback}.`,
    choose: 'Choose',
    unset: 'not set',
    chooseTable: 'Choose a table',
    chooseColumn: 'Choose a column',
    addColumn: 'Add a column',
    addOption: 'Add one',
    removeItem: (name: string) => `Remove ${name}`,
    tables: 'Tables',
    columns: 'Columns',
    parameters: 'Parameters',
    notInTable: 'not in the table',
    notKnown: 'not known',
    byParameter: 'A parameter decides.',
    unlink: 'Unlink',
    linkTo: (label: string) => `Let a parameter decide ${label}`,
    name: 'name',
    value: 'value',
    addEntry: 'Add an entry',
    yamlBroken: (why: string) => `This is not valid YAML: ${why}`,
    required: 'needed',
    seconds: 'Write 30s, 5m, 1h, 1d or 1w.'
  },
  editor: {
    label: (language: string, name: string) => `${language} of ${name}`,
    edit: 'Press Enter to edit',
    loading: 'Opening the editor'
  },
  prose: {
    imageWithheld: (host: string) => `An image from ${host} is not loaded.`,
    diagram: 'Diagram',
    diagramBroken: 'This diagram cannot be drawn. Its text stays.'
  },
  drop: {
    anywhere: 'Drop the files anywhere',
    hint: 'They stay on this machine.'
  },
  palette: {
    label: 'Search or run',
    placeholder: 'A notebook, a command',
    go: 'Go to',
    do: 'Do',
    open: 'Open'
  },
  gallery: {
    title: 'From order lines to the next order, on your own machine',
    lead: 'A notebook for supply analysts. It cleans, forecasts, decides and watches inside this browser tab. Nothing you open leaves it.',
    newNotebook: 'New notebook',
    openFile: 'Open a file',
    dropTitle: 'Drop a file anywhere on this page',
    dropPaste: 'or paste rows copied from a spreadsheet',
    startHere: 'Start here',
    startTime: 'about six minutes',
    steps: [
      { title: 'Open it', text: 'A year of real orders is already inside.' },
      { title: 'Change the horizon', text: 'See which cells go stale, and why each one does.' },
      {
        title: 'Drop your own orders',
        text: 'The columns are matched; what does not fit is shown as rows.'
      },
      { title: 'Send it on', text: 'One file, or one link that holds the whole notebook.' }
    ],
    openLead: (title: string) => `Open ${title}`,
    shipped: 'Shipped notebooks',
    shippedCount: (n: number) => plural(n, 'notebook', 'notebooks'),
    yours: 'Your notebooks',
    keptHere: 'kept in this browser',
    keptOf: (used: string, of: string) => `kept in this browser · ${used} of ${of}`,
    none: 'No notebooks of your own yet',
    noneText: 'A copy is kept here as soon as you open one or start typing.',
    columnTitle: 'title',
    columnData: 'data',
    columnEdited: 'edited',
    cells: (n: number) => plural(n, 'cell', 'cells'),
    files: (names: readonly string[]) =>
      names.length === 0
        ? 'samples or none'
        : names.length === 1
          ? (names[0] ?? '')
          : plural(names.length, 'file', 'files'),
    today: (time: string) => `today, ${time}`,
    yesterday: 'yesterday',
    untitled: 'Untitled',
    open: 'Open',
    copy: 'Make a copy',
    remove: 'Delete',
    removed: (title: string) => `Deleted “${title}”.`,
    notStored: 'This browser lets the page keep nothing. A notebook lives until the tab closes.',
    unreadable: (name: string) => `${name} could not be read.`,
    moreFor: (title: string) => `More for ${title}`
  }
};

/** The shape of a table of messages: any words in the places of the English ones. */
export type Words<T> = T extends (...params: infer P) => string
  ? (...params: P) => string
  : T extends string
    ? string
    : { readonly [K in keyof T]: Words<T[K]> };

export type Messages = Words<typeof en>;
