import type { TapBand } from '@freehold/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BANDS, type Orderable, orderTaps } from './order-taps.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyTaps = fc.uniqueArray(
  fc.record<Orderable>({
    plugin: fc.constantFrom(...ids),
    band: fc.constantFrom(...BANDS),
    after: fc.uniqueArray(fc.constantFrom(...ids, 'absent'), { maxLength: 3 }),
  }),
  { selector: (tap) => tap.plugin },
);
/** Nobody comes after a plugin with a later id, so there is no cycle. */
const tapsInOrder = anyTaps.map((taps) =>
  taps.map((tap) => ({ ...tap, after: tap.after.filter((other) => other < tap.plugin) })),
);

const inBand = (plugin: string, band: TapBand, after: readonly string[] = []): Orderable => ({ plugin, band, after });
const order = (taps: readonly Orderable[]) => orderTaps(taps).taps.map((tap) => tap.plugin);

describe('orderTaps', () => {
  it('puts bands first, then after, then ids', () => {
    const taps = [
      inBand('d', 'observe'),
      inBand('c', 'first'),
      inBand('a', 'normal', ['b', 'absent']),
      inBand('b', 'normal'),
    ];
    expect(order(taps)).toEqual(['c', 'b', 'a', 'd']);
  });

  it('reports who waits for each other, and lets ids decide', () => {
    const taps = [
      inBand('c', 'normal', ['a']),
      inBand('a', 'normal', ['b']),
      inBand('b', 'normal', ['c']),
      inBand('d', 'normal'),
    ];
    expect(orderTaps(taps)).toMatchObject({ cycles: [['a', 'b', 'c']] });
    expect(order(taps)).toEqual(['d', 'a', 'c', 'b']);
  });

  it('keeps every tap once', () => {
    fc.assert(
      fc.property(anyTaps, (taps) => {
        expect(order(taps).toSorted()).toEqual(taps.map((tap) => tap.plugin).toSorted());
      }),
    );
  });

  it('does not depend on the order of loading', () => {
    fc.assert(
      fc.property(
        anyTaps.chain((taps) => fc.tuple(fc.constant(taps), fc.shuffledSubarray(taps, { minLength: taps.length }))),
        ([a, b]) => {
          expect(orderTaps(b)).toEqual(orderTaps(a));
        },
      ),
    );
  });

  it('never lets a band overtake one before it', () => {
    fc.assert(
      fc.property(anyTaps, (taps) => {
        const places = orderTaps(taps).taps.map((tap) => BANDS.indexOf(tap.band));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
    );
  });

  it('respects after within a band, and finds no cycle where there is none', () => {
    fc.assert(
      fc.property(tapsInOrder, (taps) => {
        const ordered = orderTaps(taps);
        expect(ordered.cycles).toEqual([]);
        for (const [place, tap] of ordered.taps.entries())
          for (const later of ordered.taps.slice(place + 1))
            if (later.band === tap.band) expect(tap.after).not.toContain(later.plugin);
      }),
    );
  });

  it('is not changed by plugins that are absent', () => {
    fc.assert(
      fc.property(anyTaps, (taps) => {
        const present = new Set(taps.map((tap) => tap.plugin));
        const without = taps.map((tap) => ({ ...tap, after: tap.after.filter((other) => present.has(other)) }));
        expect(order(taps)).toEqual(order(without));
      }),
    );
  });

  it('reports cycles that are cycles', () => {
    fc.assert(
      fc.property(anyTaps, (taps) => {
        for (const cycle of orderTaps(taps).cycles)
          for (const [place, plugin] of cycle.entries())
            expect(taps.find((tap) => tap.plugin === plugin)?.after).toContain(cycle[(place + 1) % cycle.length]);
      }),
    );
  });
});
