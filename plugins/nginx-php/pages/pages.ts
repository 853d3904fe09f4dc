import { renderPage } from './render-page.ts';

/** The pages stand below this path of every site, where only nginx itself gets to them. */
export const PAGES_PATH = '/.freehold-pages/';

/** What is shown for an error when the site has no page of its own for it. */
const ERRORS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  403: ['Not allowed', 'You may not see what is at this address.'],
  404: ['Not found', 'There is nothing at this address. It may have moved, or the address may be mistyped.'],
  413: ['Too large', 'What was sent is larger than this site accepts.'],
  429: ['Too many requests', 'Please wait a moment, then try again.'],
  500: ['Something went wrong', 'The site could not answer. Its owner can find the reason in the logs.'],
  502: ['Not answering', 'The program behind this site does not answer. Please try again in a moment.'],
  503: ['Not available', 'The site cannot answer right now. Please try again in a moment.'],
  504: ['Too slow', 'The program behind this site took too long to answer. Please try again in a moment.'],
};

const SUSPENDED = ['This site is paused', 'It is not available at the moment. Please come back later.'] as const;
const UNKNOWN = ['No site here', 'This server answers, but it has no site of this name.'] as const;

/** Name and content of each page, the same on every node. */
export const pageFiles: Readonly<Record<string, string>> = Object.fromEntries([
  ['suspended.html', renderPage(...SUSPENDED)],
  ['unknown.html', renderPage(...UNKNOWN)],
  ...Object.entries(ERRORS).map(([status, page]) => [`${status}.html`, renderPage(...page)]),
]);

/** The page for each status: the site's own, or ours. */
export function errorPagesOf(own: readonly { status: number; path: string }[]) {
  const ours = Object.keys(ERRORS)
    .map(Number)
    .filter((status) => !own.some((page) => page.status === status))
    .map((status) => ({ status, path: `${PAGES_PATH}${status}.html` }));
  return [...own.map(({ status, path }) => ({ status, path })), ...ours].sort((a, b) => a.status - b.status);
}
