/** Every way to judge, simplest first. */
export const methods = [
  'zscore',
  'iqr',
  'mad',
  'seasonal',
  'forecast',
  'novelty',
  'kmeans',
  'dbscan',
  'isolation_forest',
  'autoencoder'
] as const;

export type Method = (typeof methods)[number];

/** Those that judge a row by the rows before and around it. */
export const methodsInTime: readonly Method[] = ['seasonal', 'forecast', 'novelty'];

/** Those that may judge windows of one column. */
export const methodsOfWindows: readonly Method[] = ['kmeans', 'isolation_forest', 'autoencoder'];
