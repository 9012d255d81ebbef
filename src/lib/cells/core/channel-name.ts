import * as v from 'valibot';

/** The name of a channel between tabs; those of the workbench itself are not for notebooks to hear or to speak on. */
export const channelName = v.pipe(
  v.string('the name of a channel'),
  v.nonEmpty('the name of a channel'),
  v.check(
    (name) => !name.toLowerCase().startsWith('quartermaster:'),
    'a name that does not begin with `quartermaster:`'
  )
);
