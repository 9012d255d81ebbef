const n = (value: number) => value.toLocaleString('en');
const plural = (value: number, one: string, many: string) =>
  `${n(value)} ${value === 1 ? one : many}`;

/** The words about files of the reader: copies, reconnecting, large loads, memory. */
export const filesEn = {
  keep: (name: string) => `Keep a copy of ${name} in this browser`,
  keepShort: 'Keep a copy in this browser',
  kept: (name: string) => `A copy of ${name} is kept in this browser. Let it go`,
  keptShort: 'Copy kept in this browser',
  letGo: 'Let go',
  letGoOf: (name: string) => `Let go of the copy of ${name}`,
  keeping: (name: string, share: string) => `Keeping a copy of ${name}, ${share}`,
  stopKeeping: (name: string) => `Stop keeping ${name}`,
  stillKept: (name: string) => `${name}, kept in this browser`,
  keptNotice: (name: string) => `A copy of \`${name}\` is kept in this browser.`,
  keepParquet: 'Keep a Parquet copy',
  keepParquetHint: 'Writes these rows as Parquet into this browser and reads that from now on',
  keptParquet: (from: string, to: string, bytes: string) =>
    `\`${from}\` is kept as \`${to}\`, ${bytes}. The source reads that now.`,
  packing: (name: string, share: string) => `Writing ${name}, ${share}`,
  usingParquet: (name: string) => `reading ${name}`,
  chooseAgain: 'Choose the files again',
  gone: (names: string) => `Moved or deleted since the last visit: ${names}.`,
  changed: (names: string) => `Changed since the last visit: ${names}.`,
  refused: (names: string) => `Not allowed to read ${names}.`,
  fit: {
    useAs: (cell: string) => `Use as ${cell}`,
    looksLike: (file: string, cell: string) => `\`${file}\` has the columns of \`${cell}\`.`,
    title: (file: string, cell: string) => `${file} is not what ${cell} reads`,
    near: (file: string, cell: string) => `${file} is close to what ${cell} reads`,
    text: (has: number, wants: number) =>
      `${plural(has, 'of its columns fits', 'of its columns fit')}, ${n(wants)} are wanted.`,
    column: 'Column',
    wanted: 'Wanted',
    here: 'In the file',
    nothing: 'not there',
    notWanted: 'not wanted',
    there: 'there',
    writtenAs: (name: string) => `written ${name}`,
    useAnyway: 'Use anyway',
    leave: 'Do not use it',
    more: (count: number) => `and ${n(count)} more`
  },
  load: {
    about: (rows: string, memory: string, time: string) =>
      `Loading takes about ${memory} of memory and ${time}: ${rows}.`,
    rows: (count: string, exact: boolean) => `${exact ? '' : 'about '}${count} rows`,
    atMost: (rows: string) => `at most ${rows}, before the filter`,
    tooLarge: (limit: string) => `That is more than the ${limit} this tab may use.`,
    waits: 'It waits for your word.',
    all: 'Load it all',
    wish: 'Load it',
    sample: (share: string) => `Load a sample of ${share}`,
    only: 'Only these columns',
    onlyTitle: (cell: string) => `Columns of ${cell}`,
    onlyText: 'The others are left out while the file is read.',
    filter: 'Only these rows',
    filterText: 'A condition in SQL. Only rows for which it is true are kept.',
    filterLabel: 'Condition',
    perColumn: (bytes: string) => bytes,
    together: (bytes: string) => `${bytes} together`,
    keepAndLoad: 'Load and keep a Parquet copy',
    use: 'Use',
    choose: 'Choose all',
    none: 'Choose none'
  },
  memory: {
    open: 'Memory and storage',
    title: 'Memory and storage',
    engine: 'Engine',
    engineOf: (used: string, limit: string) => `${used} of ${limit}`,
    high: 'Three quarters of the memory are in use. Large joins and sorts may not fit any more.',
    full: 'The memory is nearly full. Let tables go, or load fewer rows and columns.',
    tables: 'Tables in memory',
    noTables: 'No table is in memory.',
    free: 'Free',
    freeOf: (name: string) => `Take ${name} out of memory`,
    freed: (name: string) => `\`${name}\` is out of memory. Run its cell to have it back.`,
    disk: 'On disk',
    diskOf: (used: string, quota: string) => `${used} of ${quota} this browser allows`,
    results: 'Results of cells',
    forget: 'Forget results',
    trainings: 'Trainings not finished',
    forgetTrainings: 'Forget trainings',
    logs: 'Events of streams',
    someStream: 'a stream',
    events: (count: number) => plural(count, 'event', 'events'),
    letGoOfLog: (name: string) => `Let go of the events of ${name}`,
    logIsOpen: (name: string) =>
      `\`${name}\` runs in a tab. Stop it there to let go of its events.`,
    copies: 'Copies of files',
    noCopies: 'None.',
    other: 'another notebook',
    rows: (count: number) => plural(count, 'row', 'rows')
  }
};

export type FileMessages = typeof filesEn;
