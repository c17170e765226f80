import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTrainingOrder } from '../../www/checkpoints.js';

/** @param {string[]} names */
const labels = (...names) => inTrainingOrder(names.map((name) => ({ name }))).places.map(({ label }) => label);
/** @param {string[]} names */
const order = (...names) => inTrainingOrder(names.map((name) => ({ name }))).places.map(({ at }) => names[at]);

test('numbers are numbers, not text', () => {
  assert.deepEqual(order('epoch_10.onnx', 'epoch_2.onnx', 'epoch_1.onnx'), ['epoch_1.onnx', 'epoch_2.onnx', 'epoch_10.onnx']);
  assert.deepEqual(labels('epoch_10.onnx', 'epoch_2.onnx'), ['epoch 2', 'epoch 10']);
});

test('the number that counts the training wins over others in the name', () => {
  assert.deepEqual(labels('resnet18-e05-acc0.91.onnx', 'resnet18-e15-acc0.93.onnx', 'resnet18-e10-acc0.95.onnx'), ['epoch 5', 'epoch 10', 'epoch 15']);
  assert.deepEqual(labels('net-step2000.onnx', 'net-step500.onnx'), ['step 500', 'step 2000']);
});

test('a size in the name is no epoch', () => {
  assert.deepEqual(order('vit16-3.onnx', 'vit16-1.onnx'), ['vit16-1.onnx', 'vit16-3.onnx']);
});

test('first and last may be words', () => {
  assert.deepEqual(labels('final.onnx', 'epoch1.onnx', 'untrained.onnx', 'epoch12.onnx'), ['untrained', 'epoch 1', 'epoch 12', 'final']);
});

test('metadata win over names, and names without numbers are told by their difference', () => {
  const { places } = inTrainingOrder([{ name: 'b.onnx', metadata: { epoch: '1' } }, { name: 'a.onnx', metadata: { epoch: '30' } }]);
  assert.deepEqual(places.map(({ at, label, number }) => [at, label, number]), [[0, 'epoch 1', 1], [1, 'epoch 30', 30]]);
  assert.deepEqual(labels('my-net-red.onnx', 'my-net-blue.onnx'), ['blue', 'red']);
});

test('equal numbers do not order, and every file keeps its place', () => {
  assert.deepEqual(order('a1.onnx', 'b1.onnx', 'c1.onnx'), ['a1.onnx', 'b1.onnx', 'c1.onnx']);
});

test('the run is called by what its files share', () => {
  assert.equal(inTrainingOrder([{ name: 'cifar/resnet-epoch-01.onnx' }, { name: 'cifar/resnet-epoch-02.onnx' }]).name, 'resnet');
  assert.equal(inTrainingOrder([{ name: 'epoch1.onnx' }, { name: 'epoch2.onnx' }]).name, 'your network');
});
