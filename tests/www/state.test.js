import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHOICES, defaults, fromHash, toHash } from '../../www/state.js';

test('defaults make the shortest address', () => {
  assert.equal(toHash(defaults()), '#v=1');
});

test('every choice survives its address', () => {
  const choices = { ...defaults(), place: 'points', network: 'resnet a&b', layers: ['block 1', 'a,b'], samples: 900, metric: 'angular', maxDim: 2, threshold: 1.5, clouds: 'per-class', view: 'betti', scale: 0.25, theme: 'dark' };
  assert.deepEqual(fromHash(toHash(choices)).choices, choices);
});

test('unknown keys are ignored and impossible values reported', () => {
  const { choices, problems } = fromHash('#v=1&future=yes&n=-3&metric=hamming&dim=2');
  assert.equal(choices.samples, CHOICES.samples.fallback);
  assert.equal(choices.metric, 'euclidean');
  assert.equal(choices.maxDim, 2);
  assert.equal(problems.length, 2);
  assert.match(problems.join(' '), /n=-3/);
  assert.equal(fromHash('#v=1&layers=%25').problems.length, 1);
});

test('an empty address is all defaults', () => {
  assert.deepEqual(fromHash(''), { choices: defaults(), problems: [] });
});

test('input settings travel in the address, and the ranges of former links with them', () => {
  const wishes = { range: '0..255', mean: [103.9, 116.8, 123.7], deviation: [], colours: 'bgr', layout: 'NHWC', fit: 'letterbox', height: 224, width: 160, feed: 'pixel values; 1', fill: { 'mask:0': '1', 'a,b=c': '-0.5', ids: 'range' } };
  const { choices, problems } = fromHash(toHash({ ...defaults(), input: wishes }));
  assert.deepEqual([choices.input, problems], [wishes, []]);
  assert.deepEqual(fromHash('#v=1&input=fit:crop-0.875').choices.input, { fit: 'crop-0.875' });
  assert.deepEqual(fromHash('#v=1&range=-1..1').choices.input, { range: '-1..1' });
  assert.deepEqual(fromHash('#v=1&range=imagenet').choices.input?.deviation, [0.229, 0.224, 0.225]);
  for (const wrong of ['range:2..3', 'mean:a', 'deviation:0', 'size:0x5', 'mean:1,2', 'fit:crop-0', 'fit:crop-2', 'feed:', 'fill:a=twos', 'fill:=1', 'fill:a=', 'fill:a=0x1', 'feed:%', 'fill:%=1', 'nonsense']) {
    assert.equal(fromHash(`#v=1&input=${encodeURIComponent(wrong)}`).problems.length, 1, wrong);
  }
});
