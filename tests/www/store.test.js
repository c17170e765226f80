import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDBFactory } from 'fake-indexeddb';
import { Store, canonical, contentKey, sha256, sizeOf } from '../../www/bettiscope/store.js';

const fresh = () => /** @type {any} */ (new IDBFactory());

test('what was kept is there at the next visit, to the bit', async () => {
  const factory = fresh();
  const value = { rows: [{ value: 0.1 }], deaths: Float32Array.of(1, Infinity) };
  const first = await Store.open({ factory });
  await first.put('k', value);
  first.close();
  const second = await Store.open({ factory });
  assert.deepEqual(await second.get('k'), value);
  assert.equal(await second.get('other'), undefined);
  assert.equal(second.size.kind, 'disk');
  assert.equal(second.size.entries, 1);
});

for (const [kind, open] of /** @type {[string, (limit: number) => Promise<Store>][]} */ ([
  ['disk', (limit) => Store.open({ factory: fresh(), limit })],
  ['memory', (limit) => Store.open({ factory: null, limit })],
])) {
  test(`the store in ${kind} is bounded; what was used longest ago goes first`, async () => {
    const store = await open(100_000);
    let now = 1;
    const clock = Date.now;
    Date.now = () => (now += 1);
    try {
      for (const key of ['a', 'b', 'c', 'd']) await store.put(key, new Uint8Array(22_000));
      await store.get('a');
      await store.put('e', new Uint8Array(22_000));
    } finally {
      Date.now = clock;
    }
    assert.equal(await store.get('b'), undefined);
    assert.equal((await store.get('a')).length, 22_000);
    assert.equal((await store.get('e')).length, 22_000);
    assert.ok(store.size.bytes <= 100_000);
    await store.put('huge', new Uint8Array(30_000));
    assert.equal(await store.get('huge'), undefined);
    assert.equal(store.size.entries, 4);
  });

  test(`the store in ${kind} can be emptied`, async () => {
    const store = await open(100_000);
    await store.put('a', 1);
    assert.equal(store.size.kind, kind);
    assert.ok(store.size.bytes > 0);
    await store.clear();
    assert.deepEqual([store.size.bytes, store.size.entries, await store.get('a')], [0, 0, undefined]);
  });
}

test('refused storage means memory, never a failure', async () => {
  const refusing = /** @type {any} */ ({ open() { throw new DOMException('denied', 'SecurityError'); } });
  const store = await Store.open({ factory: refusing });
  await store.put('a', [1]);
  assert.deepEqual(await store.get('a'), [1]);
  assert.equal(store.size.kind, 'memory');
});

test('a database that breaks down leaves a working store', async () => {
  const store = await Store.open({ factory: fresh() });
  await store.put('a', 1);
  store.database?.close(); // what a browser does that clears the site's data
  assert.equal(await store.get('a'), undefined);
  await store.put('a', 2);
  assert.equal(await store.get('a'), 2);
  assert.equal(store.size.kind, 'memory');
});

test('keys depend on content alone', async () => {
  assert.equal(canonical({ b: [1, { d: null, c: 'x' }], a: undefined }), '{"b":[1,{"c":"x","d":null}]}');
  assert.equal(await contentKey({ a: 1, b: 2 }), await contentKey({ b: 2, a: 1 }));
  assert.notEqual(await contentKey({ a: 1 }), await contentKey({ a: '1' }));
  assert.equal(await sha256(new TextEncoder().encode('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('sizes are close to the truth', () => {
  assert.equal(sizeOf(new Float32Array(100)), 416);
  assert.ok(sizeOf({ a: 'xyz', b: [1, 2, 3] }) > 30);
});
