import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const PACKAGES = ['nginx', 'php-fpm', 'php-cli', 'openssl', 'procps', 'curl'];

/** The php-fpm of the distribution. Installs what is missing; these tests are about the real programs. */
export function requirePrograms(): { phpFpm: string; phpVersion: string } {
  const install = `apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`;
  if (process.getuid?.() !== 0) throw new Error(`These tests make unix users: run them as root. They need: ${install}`);
  if (!isComplete()) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-q'], { env, stdio: 'ignore' });
    execFileSync('apt-get', install.split(' ').slice(1), { env, stdio: 'ignore' });
  }
  const name = findPhpFpm();
  if (!isComplete() || !name) throw new Error(`nginx and php-fpm are missing: ${install}`);
  return { phpFpm: `/usr/sbin/${name}`, phpVersion: name.slice('php-fpm'.length) };
}

function isComplete(): boolean {
  return existsSync('/usr/sbin/nginx') && existsSync('/usr/bin/pkill') && findPhpFpm() !== undefined;
}

function findPhpFpm(): string | undefined {
  return readdirSync('/usr/sbin').find((name) => /^php-fpm[0-9]+\.[0-9]+$/.test(name));
}
