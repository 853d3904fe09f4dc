import { renderPage } from './render-page.ts';

const NEXT = 'Put your files here with <code>freehold app deploy</code>, and this page is gone.';

/** What a site shows before the first deployment. */
export const staticStarter = { name: 'index.html', content: renderPage('This site is ready', NEXT) };

/** Computed by PHP, so that it also says that PHP works. */
export const phpStarter = {
  name: 'index.php',
  content: renderPage(
    'This site is ready',
    NEXT,
    `<p>PHP <?= htmlspecialchars(PHP_VERSION, ENT_QUOTES) ?> answered at <?= gmdate('H:i:s') ?> UTC.</p>\n`,
  ),
};
