let loaded: Promise<ReadonlySet<string>> | undefined;

/**
 * Passwords of which lists that were stolen are full, in lower case: 49,000, the most frequent first, from
 * `@zxcvbn-ts/language-common`. Loaded when the first password is chosen.
 */
export function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}
