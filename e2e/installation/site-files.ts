import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './settings.ts';

/** A page that tells what computed it, as JSON. */
export interface Told {
  readonly release: number;
  readonly user: string;
  readonly uid: number;
  readonly memory: string;
  readonly host: string;
}

/** Writes a website into a new folder, for people to deploy. */
export function writeSite(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A PHP website whose page is a {@link Told}. */
export function tellingSite(release: number): Record<string, string> {
  return {
    'index.php': `<?php
header('Content-Type: application/json');
echo json_encode([
  'release' => ${release},
  'user' => posix_getpwuid(posix_geteuid())['name'],
  'uid' => posix_geteuid(),
  'memory' => ini_get('memory_limit'),
  'host' => $_SERVER['HTTP_HOST'],
]);`,
    'style.css': `/* release ${release} */`,
    'missing.php': '<?php error_log("looked for what is missing"); http_response_code(404);',
  };
}
