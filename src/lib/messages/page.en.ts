const n = (value: number) => value.toLocaleString('en');
const plural = (value: number, one: string, many: string) =>
  `${n(value)} ${value === 1 ? one : many}`;

/** The words of the notebook page. */
export const pageEn = {
  title: {
    label: 'Title of the notebook',
    untitled: 'Untitled notebook',
    saved: (time: string) => `Saved ${time}`,
    saving: 'Saving',
    notSaved: 'Not saved',
    unchanged: 'Nothing to save yet',
    readOnly: 'Read-only'
  },
  engine: {
    off: 'Engine not started',
    starting: 'Starting the engine',
    failed: 'Engine failed',
    memory: (used: string, limit: string) => `${used} of ${limit}`,
    memoryOf: (used: string, limit: string) =>
      `Memory of the SQL engine: ${used} of at most ${limit}`
  },
  bar: {
    runAll: 'Run all',
    runStale: (count: number) => `Run ${n(count)} stale`,
    stop: 'Stop',
    share: 'Share',
    more: 'More for this notebook',
    panels: 'Workbench'
  },
  action: {
    connections: 'Connections',
    sqlScript: 'Download as SQL script',
    run: 'Run',
    runNext: 'Run and go on',
    runForce: 'Run again, even if nothing changed',
    runAll: 'Run all cells',
    runStale: 'Run stale cells',
    stop: 'Stop this cell',
    pause: 'Pause this cell',
    resume: 'Let this cell go on',
    stopAll: 'Stop everything',
    insertAbove: 'Insert above',
    insertBelow: 'Insert below',
    cut: 'Cut cell',
    copy: 'Copy cell',
    paste: 'Paste below',
    delete: 'Delete cell',
    duplicate: 'Duplicate cell',
    moveUp: 'Move up',
    moveDown: 'Move down',
    rename: 'Rename in every cell',
    next: 'Next block',
    previous: 'Previous block',
    edit: 'Edit',
    leave: 'Leave the editor',
    undo: 'Undo',
    redo: 'Redo',
    save: 'Save',
    palette: 'Search or run',
    shortcuts: 'Keyboard shortcuts',
    download: 'Download as .qm.md',
    copyLink: 'Copy a link that holds the notebook',
    copyText: 'Copy the text of the notebook',
    text: 'Edit the whole text',
    document: 'Back to the document',
    autoRun: 'Cheap cells run by themselves',
    addFiles: 'Add files',
    reset: 'Reset to the shipped text',
    newNotebook: 'New notebook',
    gallery: 'All notebooks',
    setRun: (flag: string): string =>
      flag === 'off'
        ? 'Switch the cell off'
        : flag === 'manual'
          ? 'Run only when asked'
          : 'Run by itself',
    setRefresh: (pace: string | null): string =>
      pace === null
        ? 'Refresh as the stream goes on'
        : pace === 'manual'
          ? 'Refresh only when asked'
          : `Refresh every ${pace}`,
    formBesideText: 'Form beside text',
    bin: 'Bring back a deleted cell'
  },
  group: {
    run: 'Run',
    edit: 'Edit',
    notebook: 'Notebook',
    go: 'Go to',
    insert: 'Insert'
  },
  face: {
    label: 'What is shown',
    form: 'Form',
    both: 'Both',
    result: 'Result',
    code: 'Code',
    view: 'View',
    tables: 'Tables'
  },
  state: {
    neverRun: 'Not run yet',
    edited: 'Edited, not run',
    stale: 'Stale',
    lastRun: 'from the last visit',
    waitsFor: (names: string) => `Waits for ${names}`,
    place: (place: number) => `Queued, place ${n(place)}`,
    running: 'Running',
    paused: 'Paused',
    live: 'Live',
    following: 'Following',
    refresh: (pace: string | null): string =>
      pace === null ? 'as it comes' : pace === 'manual' ? 'when asked' : `every ${pace}`,
    problem: 'Problem',
    problemOnLine: (line: number) => `Problem on line ${n(line)}`,
    failedCheck: 'Check failed',
    stopped: (after: string) => `Stopped by you after ${after}`,
    off: 'Off',
    newer: 'Made with a newer version',
    broken: 'Broken',
    rows: (count: number) => plural(count, 'row', 'rows'),
    columns: (count: number) => plural(count, 'column', 'columns'),
    events: (count: number) => plural(count, 'event', 'events'),
    progress: (done: string, total: string, unit: string) => `${done} of ${total} ${unit}`.trim(),
    pace: (pace: string, unit: string) => `${pace} ${unit}/s`,
    left: (time: string) => `about ${time} left`,
    changed: (name: string, state: string) => `${name}: ${state}`
  },
  reason: {
    inputs: (names: string) => `Inputs changed: ${names}.`,
    edited: 'Edited since the last run.',
    restarted: 'The engine was restarted and its tables are gone. Nothing you typed is lost.',
    manual: 'This cell runs when you ask for it.',
    blocked: (names: string) => `${names} must be right first. This cell waits.`,
    cancelled: 'Stopped. The last good result stays.',
    kept: 'The result below is from the last good run.',
    goTo: (name: string) => `Go to ${name}`,
    about: (time: string) => `Run, about ${time}`
  },
  cell: {
    label: (kind: string, name: string) => `${kind} ${name}`,
    nameLabel: 'Name of the cell',
    renameTitle: 'Rename in every cell that reads it',
    reads: 'reads',
    readBy: 'read by',
    moreFor: (name: string) => `More for ${name}`,
    runName: (name: string) => `Run ${name}`,
    stopName: (name: string) => `Stop ${name}`,
    pauseName: (name: string) => `Pause ${name}`,
    resumeName: (name: string) => `Let ${name} go on`,
    endEarly: 'Stop and keep what is done',
    endingEarly: 'Putting together what is done',
    progressOf: (name: string) => `Progress of ${name}`,
    unclosed: 'The cell has no closing fence, so it runs to the end of the file.',
    badName:
      'The name after the colon is not a name: letters, digits and underscores, not starting with a digit.',
    badFlags: 'The flags after the name are not written as key=value.',
    unknownKind: (kind: string) =>
      `Cells of kind ${kind} are not known here. The cell is kept byte for byte and does not run.`,
    conflict: 'Two versions of this cell were merged and differ.',
    ours: 'Ours',
    theirs: 'Theirs',
    keep: (side: string) => `Keep ${side}`,
    noResult: 'No rows yet.',
    fix: (word: string) => `Use ${word} and run`,
    showTable: (name: string) => `Show ${name}`,
    allowScripts: 'Allow scripts in this notebook',
    allowNetwork: 'Allow requests of this notebook',
    makeConnection: (name: string) => `Make connection ${name}`,
    connections: 'Connections',
    export: 'Export',
    exportAs: {
      csv: (relation: string) => `${relation} as CSV`,
      csvExcel: (relation: string) => `${relation} as CSV for Excel (semicolons, byte-order mark)`,
      xlsx: (relation: string) => `${relation} as Excel workbook`,
      parquet: (relation: string) => `${relation} as Parquet`,
      json: (relation: string) => `${relation} as JSON`,
      ndjson: (relation: string) => `${relation} as NDJSON, one object a line`,
      arrow: (relation: string) => `${relation} as Arrow`,
      sql: (relation: string) => `${relation} as SQL`
    },
    copyAs: (format: string) => `Copy as ${format}`,
    settings: (kind: string, name: string) => `Settings of ${kind} ${name}`,
    help: (kind: string) => `About ${kind} cells`,
    viewFailed: 'This result could not be drawn.'
  },
  guide: {
    title: 'Guide',
    page: 'Page',
    kinds: 'Kinds of cells',
    documents: {
      'notebook-format': 'The notebook file',
      'live-sources': 'Live sources',
      alerting: 'Telling people of alerts',
      'kept-here': 'What is kept in this browser',
      networks: 'A saved network outside',
      'beyond-one-tab': 'Beyond one tab'
    },
    english: '',
    failed: 'This page could not be loaded. Reload the notebook and try again.',
    close: 'Close'
  },
  flags: {
    run: 'Whether it runs by itself',
    show: 'What is shown of it',
    refresh: 'How often it runs again while a live stream goes on',
    reads: 'Tables that a script reads',
    timeout: 'How long a script may run'
  },
  prose: {
    label: 'Text',
    empty: 'Write here',
    edit: 'Edit the text'
  },
  insert: {
    label: 'Insert a cell here',
    text: 'Text',
    all: (count: number) => `All ${n(count)} kinds`,
    search: 'Search the kinds of cells',
    groups: {
      data: 'Data',
      behaviour: 'Behaviour',
      demand: 'Demand',
      supply: 'Supply',
      live: 'Live'
    },
    textSummary: 'Prose in Markdown, with formulas and diagrams',
    none: 'No kind of cell has that name.'
  },
  side: {
    files: 'Files',
    tables: 'Tables',
    tablesRows: 'rows',
    outline: 'Outline',
    graph: 'Graph of cells',
    problems: 'Problems',
    noFiles: 'Drop a CSV, Parquet, JSON or Arrow file.',
    noTables: 'No cell has run.',
    noProblems: 'None.',
    noOutline: 'No headings.',
    noGraph: 'No cells.',
    choose: 'Choose files',
    chooseFor: (pattern: string) => `Choose ${pattern}`,
    needed: (pattern: string) => `${pattern} is needed`,
    removeFile: (name: string) => `Take ${name} out`,
    columnsOf: (name: string) => `Columns of ${name}`,
    insertName: (name: string) => `Insert ${name}`,
    openTable: (name: string) => `Go to ${name}`,
    queryTable: (name: string) => `Query ${name}`
  },
  notice: {
    deleted: (name: string) => `Deleted \`${name}\`. It is in the bin.`,
    deletedText: 'Deleted a text block. It is in the bin.',
    undone: (what: string) => `Undone: ${what}`,
    redone: (what: string) => `Redone: ${what}`,
    saved: 'Saved in this browser. Download the notebook to keep a file.',
    linkCopied: (bytes: string) =>
      `The link is copied: ${bytes}, the whole notebook in it, no data.`,
    textCopied: 'The text is copied.',
    secretInside: (cell: string | null, line: number, what: string) =>
      `Not done: ${cell === null ? 'the text' : `cell ${cell}`} holds a secret (${what}, line ${line}), which would go along. Keep it in a connection (Connections in the menu) and name that in the cell.`,
    notCopied: 'The browser did not allow copying.',
    exported: (name: string) => `${name} is written.`,
    exportedSheets: (name: string, sheets: number) =>
      `${name} is written. A sheet of Excel holds 1,048,576 rows, so the rows are on ${sheets} sheets.`,
    rowsCopied: (rows: number) => `${plural(rows, 'row', 'rows')} copied.`,
    rowsCopiedOf: (copied: number, rows: number) =>
      `The first ${n(copied)} of ${n(rows)} rows are copied: more would stall the program that pastes them. Export a file for all.`,
    exporting: (name: string, share: string) => `Writing ${name}${share}`,
    restarted:
      'The data engine ran out of memory or crashed and was restarted. Nothing you typed is lost.',
    filesGiven: (count: number) => `${plural(count, 'file', 'files')} added.`,
    fileUnmatched: (name: string) => `No source cell asks for \`${name}\`.`,
    addSource: 'Add a source cell',
    reset: 'The shipped text is back.',
    recovered: 'What was typed before the tab closed is back.',
    pasted: (rows: number) => `${plural(rows, 'pasted row', 'pasted rows')} are a data cell now.`
  },
  lead: {
    follower: 'This notebook is open in another tab. Here it is read-only.',
    streams: (cells: string) =>
      `Another tab runs this notebook and its live cells ${cells}. Here they are followed, and the text is read-only; when that tab is closed or dies, this one goes on with them.`,
    lost: 'Another tab took this notebook over. Here it is read-only.',
    takeOver: 'Take over here'
  },
  connections: {
    title: 'Connections',
    text: 'Engines and live sources elsewhere that cells can connect to. Addresses, passwords and tokens stay in this browser: notebooks only name them.',
    none: 'No connection yet.',
    add: 'New connection',
    edit: 'Edit',
    editName: (name: string) => `Edit connection ${name}`,
    forget: 'Forget',
    forgetName: (name: string) => `Forget connection ${name}`,
    name: 'Name',
    nameHint: 'as cells write it: connection: name',
    kind: 'Kind',
    kinds: {
      clickhouse: 'ClickHouse',
      websocket: 'WebSocket',
      http: 'HTTP (SSE, NDJSON, polling)',
      mqtt: 'MQTT over WebSocket',
      nats: 'NATS over WebSocket',
      prometheus: 'Prometheus'
    },
    url: 'Address',
    urlHints: {
      clickhouse: 'the HTTP interface of a ClickHouse server: port 8123, or 8443 with TLS',
      websocket: 'such as wss://example.org/orders',
      http: 'such as https://example.org; cells add a path',
      mqtt: "the broker's WebSocket listener, such as wss://broker.example:8884/mqtt",
      nats: "the server's WebSocket listener, such as wss://nats.example:8443",
      prometheus: 'such as https://prometheus.example'
    },
    badUrl: (schemes: string) => `Not an address of ${schemes}`,
    user: 'User',
    password: 'Password',
    database: 'Database',
    token: 'Token',
    tokenHint: 'sent in place of user and password',
    firstMessage: 'First message',
    firstMessageHint: 'sent as soon as the connection is open, such as {"token": "…"}',
    test: 'Test',
    testing: 'Testing',
    answers: (what: string) => `It answers: ${what}.`,
    save: 'Save',
    back: 'Back',
    close: 'Close'
  },
  trust: {
    text: (count: number) =>
      `This notebook was made elsewhere. ${plural(count, 'script cell does', 'script cells do')} not run until you allow it; everything else runs safely.`,
    allow: 'Allow scripts',
    network: (count: number) =>
      `This notebook was made elsewhere. ${plural(count, 'cell does', 'cells do')} not ask the network or your connections until you allow it; everything else runs safely.`,
    allowNetwork: 'Allow requests'
  },
  reconnect: {
    text: (count: number) =>
      `${plural(count, 'file', 'files')} of the last visit can be read again.`,
    button: (count: number) => `Reconnect ${plural(count, 'file', 'files')}`,
    needs: (names: string) => `This notebook read ${names}. Add them again to rerun its sources.`
  },
  open: {
    failed: 'This notebook cannot be opened',
    toGallery: 'To the gallery'
  },
  undo: {
    typing: 'typing',
    prose: 'text',
    field: (key: string) => `setting ${key}`,
    flag: (key: string) => `flag ${key}`,
    rename: (from: string, to: string) => `renaming ${from} to ${to}`,
    insert: (what: string) => `inserting ${what}`,
    delete: (what: string) => `deleting ${what}`,
    move: (what: string) => `moving ${what}`,
    duplicate: (what: string) => `duplicating ${what}`,
    title: 'the title',
    text: 'the whole text',
    reset: 'resetting the text',
    decision: (what: string) => `the decision on ${what}`,
    conflict: 'settling a conflict'
  },
  keys: {
    title: 'Keyboard shortcuts',
    basic: 'Only the basic ones',
    editMode: 'Everywhere',
    commandMode: 'When a cell is selected, not edited'
  },
  textFace: {
    label: 'Text of the notebook',
    hint: 'This is the whole file. Running a notebook changes no byte of it.'
  }
};

export type PageMessages = typeof pageEn;
