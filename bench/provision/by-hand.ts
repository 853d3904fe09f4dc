import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePorts } from '../../e2e/installation/settings.ts';
import { untilServed } from './until-served.ts';

const run = promisify(execFile);
const FIRST_USER = 190_000;

/**
 * What an experienced administrator's script does to bring a PHP website up: a user of its own, folders, a page, a pool and a virtual
 * host, both configurations checked, both servers reloaded. No database, no API, no journal, nothing that could be undone: the floor.
 */
export class ByHand implements AsyncDisposable {
  readonly #folder: string;
  readonly #port: number;
  readonly #processes: ChildProcess[] = [];
  #made = 0;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  /** nginx and php-fpm with as many sites as are asked for. Needs root. */
  static async start(sites: number): Promise<ByHand> {
    const folder = await mkdtemp('/srv/freehold-bench-');
    const made = new ByHand(folder, (await findFreePorts()).http);
    await made.#configure();
    await made.#addFirstSite();
    for (let index = 1; index < sites; index++) await made.provision();
    return made;
  }

  /** Milliseconds until the site was served. */
  async provision(): Promise<number> {
    const begin = performance.now();
    const site = await this.#writeSite();
    await run('php-fpm8.2', ['-t', '-y', this.#path('php-fpm.conf')]);
    await run('nginx', ['-t', '-c', this.#path('nginx.conf')]);
    await this.#reload();
    await untilServed(this.#port, site);
    return performance.now() - begin;
  }

  /** Takes the newest site away again, so that the next one finds as many as this one did. */
  async removeNewest(): Promise<void> {
    const name = this.#name();
    for (const part of [`sites/${name}.conf`, `pools/${name}.conf`]) await unlink(this.#path(part));
    await this.#reload();
    // PHP ends the processes of the pool in its own time, and userdel refuses as long as there are some.
    await run('pkill', ['-KILL', '-u', name]).catch(() => undefined);
    for (;;) {
      const left = await run('userdel', [name]).then(
        () => false,
        () => true,
      );
      if (!left) break;
    }
    await rm(this.#path(name), { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) {
      const ended = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGTERM');
      await ended;
    }
    for (let user = 1; user <= this.#made; user++)
      await run('userdel', [`fhbench${FIRST_USER + user}`]).catch(() => undefined);
    await rm(this.#folder, { recursive: true });
  }

  async #configure(): Promise<void> {
    await run('chmod', ['0755', this.#folder]);
    for (const folder of ['sites', 'pools', 'run', 'logs', 'temp']) await mkdir(this.#path(folder));
    await writeFile(this.#path('nginx.conf'), this.#nginx());
    await writeFile(
      this.#path('php-fpm.conf'),
      `[global]\npid = ${this.#path('php.pid')}\nerror_log = ${this.#path('logs/php.log')}\ninclude = ${this.#path('pools')}/*.conf\n`,
    );
  }

  /** php-fpm does not start without a pool. */
  async #addFirstSite(): Promise<void> {
    const site = await this.#writeSite();
    const options = { stdio: 'ignore' } as const;
    this.#processes.push(
      spawn('php-fpm8.2', ['--nodaemonize', '--fpm-config', this.#path('php-fpm.conf')], options),
      spawn('nginx', ['-c', this.#path('nginx.conf'), '-g', 'daemon off;'], options),
    );
    await untilServed(this.#port, site);
  }

  async #writeSite(): Promise<string> {
    this.#made += 1;
    const [name, id] = [this.#name(), FIRST_USER + this.#made];
    await run('groupadd', ['-g', `${id}`, name]);
    await run('useradd', [
      '-u',
      `${id}`,
      '-g',
      name,
      '-M',
      '-d',
      this.#path(name),
      '-s',
      '/usr/sbin/nologin',
      '-p',
      '*',
      name,
    ]);
    for (const folder of [name, `${name}/public`, `${name}/tmp`, `${name}/logs`]) {
      await mkdir(this.#path(folder));
      await chown(this.#path(folder), id, id);
    }
    await writeFile(this.#path(`${name}/public/index.php`), '<?php echo 6 * 7;');
    await writeFile(this.#path(`pools/${name}.conf`), this.#pool(name));
    await writeFile(this.#path(`sites/${name}.conf`), this.#site(name));
    return `${name}.test`;
  }

  /** php-fpm opens the socket of the new pool before nginx sends visitors there. */
  async #reload(): Promise<void> {
    const [php, nginx] = this.#processes;
    php?.kill('SIGUSR2');
    const wanted = (await readdir(this.#path('pools'))).map((file) =>
      this.#path(`run/${file.replace('.conf', '.sock')}`),
    );
    while ((await Promise.all(wanted.map(exists))).includes(false))
      await new Promise((resolve) => setTimeout(resolve, 1));
    nginx?.kill('SIGHUP');
  }

  #nginx(): string {
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${this.#path('temp')}/${kind};`,
    );
    return `user www-data;\nworker_processes auto;\npid ${this.#path('nginx.pid')};\nerror_log ${this.#path('logs/nginx.log')};
events { worker_connections 1024; }
http { access_log off; ${temp.join(' ')} include ${this.#path('sites')}/*.conf; }\n`;
  }

  #site(name: string): string {
    return `server {
  listen 127.0.0.1:${this.#port};
  server_name ${name}.test;
  root ${this.#path(name)}/public;
  index index.php;
  location ~ \\.php$ {
    include /etc/nginx/fastcgi_params;
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_pass unix:${this.#path('run')}/${name}.sock;
  }
}\n`;
  }

  #pool(name: string): string {
    return `[${name}]
user = ${name}
group = ${name}
listen = ${this.#path('run')}/${name}.sock
listen.owner = www-data
listen.mode = 0600
pm = ondemand
pm.max_children = 4
php_admin_value[open_basedir] = ${this.#path(name)}\n`;
  }

  #name(): string {
    return `fhbench${FIRST_USER + this.#made}`;
  }

  #path(part: string): string {
    return join(this.#folder, part);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
