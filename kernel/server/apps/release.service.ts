import type { Readable } from 'node:stream';
import { appChanged } from '@freehold/sdk';
import { type Actor, storedActor } from '../accounts/actor.ts';
import { problem } from '../errors/problem.ts';
import type { EntitlementService } from '../packages/entitlement.service.ts';
import { disk, inodes } from '../packages/kernel-catalogue.ts';
import type { LoadedAppType } from '../plugin-host/plugin-host.ts';
import { type App, Release, Upload } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Begun } from './app.service.ts';
import { assertPresent, loadApp, lockApp } from './app-access.ts';
import type { AppRecorder } from './app-recorder.ts';
import { type ReceivedArchive, receiveArchive } from './files/receive-archive.ts';
import { holdUpload } from './files/upload-cleanup.ts';
import type { UploadStore } from './files/upload-store.ts';
import type { SpecPreparation } from './spec-preparation.ts';

/** The files of apps: each deployment is a release, and some are kept to go back to. */
export class ReleaseService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, id: string): Promise<{ app: App; releases: Release[] }> {
    const reader = this.#needs.store.readerFor(actor);
    const app = await loadApp(reader, actor, { id, action: 'app.read' });
    const options = { orderBy: { number: 'desc' }, populate: ['upload'] } as const;
    return { app, releases: await reader.find(Release, { app: app.id }, options) };
  }

  /** Takes in an archive and serves it. Nothing of the app changes before all of it has arrived and been looked at. */
  async deploy(actor: Actor, id: string, body: Readable): Promise<Begun & { release: Release }> {
    const seen = await loadApp(this.#needs.store.readerFor(actor), actor, { id, action: 'app.deploy' });
    assertPresent(seen);
    const type = this.#needs.preparation.getType(seen.type);
    const { uploads, uploadPatience: patience } = this.#needs;
    const { maxBytes, maxEntries } = getFiles(type);
    const archive = await receiveArchive(body, {
      uploads,
      patience,
      limits: { appType: type.id, maxBytes, maxEntries },
    });
    try {
      return await this.#needs.store.transaction((tx) => this.#serve(tx, actor, { seen, type, archive }));
    } finally {
      await uploads.discard(archive.part);
    }
  }

  /** Serves a release that is kept: the one before the current, unless one is named. */
  async rollback(actor: Actor, id: string, { release }: { release?: number }): Promise<Begun> {
    const seen = await loadApp(this.#needs.store.readerFor(actor), actor, { id, action: 'app.deploy' });
    assertPresent(seen);
    getFiles(this.#needs.preparation.getType(seen.type));
    return this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, seen.id);
      assertPresent(app);
      const before = app.release ?? undefined;
      const kept = await tx.find(Release, { app: app.id }, { orderBy: { number: 'desc' } });
      const wanted = kept.find(({ number }) => (release === undefined ? number < (before ?? 0) : number === release));
      if (!wanted) throw problem('release-not-found', { app: app.id, release: release ?? 'before the current one' });
      app.release = wanted.number;
      const inverse = before === undefined ? undefined : ({ kind: 'rollback', release: before } as const);
      const request = { release: wanted.number, before: before ?? null };
      const change = { app, row, kind: 'rollback', actor, event: appChanged, request, inverse } as const;
      return { app, operation: await this.#needs.recorder.record(tx, change) };
    });
  }

  async #serve(
    tx: Transaction,
    actor: Actor,
    { seen, type, archive }: Deployed,
  ): Promise<Begun & { release: Release }> {
    const { app, row } = await lockApp(tx, seen.id);
    assertPresent(app);
    const { unpackedBytes, entries } = archive;
    await this.#needs.entitlements.assertRoom(tx, app, { [disk.id]: unpackedBytes, [inodes.id]: entries });
    const upload = await this.#keep(tx, archive);
    const before = app.release ?? undefined;
    const number = app.lastRelease + 1;
    const values = { app: app.id, number, upload, createdAt: this.#needs.clock.now(), actor: storedActor(actor) };
    const release = tx.create(Release, values, { persist: true });
    Object.assign(app, { release: number, lastRelease: number });
    await tx.flush();
    await forgetOldReleases(tx, app, getFiles(type).keep);
    const inverse = before === undefined ? undefined : ({ kind: 'rollback', release: before } as const);
    const request = { release: number, sha256: archive.sha256, bytes: archive.bytes };
    const change = { app, row, kind: 'deploy', actor, event: appChanged, request, inverse } as const;
    return { app, release, operation: await this.#needs.recorder.record(tx, change) };
  }

  /** The same files may have been deployed before, here or elsewhere: they are stored once. */
  async #keep(tx: Transaction, archive: ReceivedArchive): Promise<Upload> {
    const { part, sha256, format, bytes, unpackedBytes, entries } = archive;
    await holdUpload(tx, sha256);
    await this.#needs.uploads.keep(part, sha256);
    const createdAt = this.#needs.clock.now();
    return tx.upsert(Upload, { sha256, format, bytes, unpackedBytes, entries, createdAt });
  }
}

/** @throws ProblemError app-has-no-files */
export function getFiles(type: LoadedAppType): NonNullable<LoadedAppType['files']> {
  if (!type.files) throw problem('app-has-no-files', { type: type.id });
  return type.files;
}

/** Keeps the newest ones and the current one. */
async function forgetOldReleases(tx: Transaction, { id, release }: App, keep: number): Promise<void> {
  await tx.execute(
    `delete from kernel.release where app = ? and number <> ? and number not in
       (select number from kernel.release where app = ? order by number desc limit ?)`,
    [id, release ?? 0, id, keep],
  );
}

interface Deployed {
  readonly seen: App;
  readonly type: LoadedAppType;
  readonly archive: ReceivedArchive;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly uploads: UploadStore;
  /** Milliseconds without a byte after which an upload is given up. */
  readonly uploadPatience: number;
  readonly preparation: SpecPreparation;
  readonly entitlements: EntitlementService;
  readonly recorder: AppRecorder;
}
