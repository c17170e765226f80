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
});

test('an empty address is all defaults', () => {
  assert.deepEqual(fromHash(''), { choices: defaults(), problems: [] });
});
