import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roleOf, sortFiles } from '../../www/intake.js';
import { isLinks, readLinks } from '../../www/link.js';

/** @param {string} name @param {string | Uint8Array<ArrayBuffer>} [content] @param {string} [path] */
const file = (name, content = '', path = '') => Object.assign(new File([content], name), path ? { path } : {});

test('files are told by name and by what is in them', async () => {
  const roles = await Promise.all([
    file('a.onnx'), file('a.onnx.data'), file('onnx__MatMul_12'), file('block.0.bias'), file('vocabulary.json', '{"added_tokens": []}'), file('config.yaml.pt'),
    file('r.json', '{"bettiscope": "report"}'), file('s.json', '{"bettiscope": "study"}'), file('texts.jsonl'), file('train-images-idx3-ubyte'), file('README.md'),
    file('network', new Uint8Array([8, 7, 0x12, 7])),
  ].map(roleOf));
  assert.deepEqual(roles, ['network', 'weights', 'weights', 'weights', 'tokenizer', 'foreign', 'report', 'study', 'data', 'data', 'aside', 'network']);
});

test('weights go with the network that they are named after, tokenizers with the one in their folder', async () => {
  const { networks, data } = await sortFiles([
    file('a.onnx'), file('b.onnx'), file('a.onnx.data'), file('b.data'), file('x.npy'),
  ]);
  assert.deepEqual(networks.map(({ weights }) => weights.map(({ name }) => name)), [['a.onnx.data'], ['b.data']]);
  assert.deepEqual(data.map(({ name }) => name), ['x.npy']);
  const two = await sortFiles([file('model.onnx', '', 'bert/model.onnx'), file('tokenizer.json', 'x', 'gpt/tokenizer.json'), file('tokenizer.json', 'y', 'bert/tokenizer.json')]);
  assert.equal(await two.networks[0].tokenizer?.text(), 'y');
});

test('without a network, .bin files may be distances', async () => {
  const { data, networks } = await sortFiles([file('distances.bin')]);
  assert.deepEqual([data.length, networks.length], [1, 0]);
});

test('what is of no use is refused with what to do', async () => {
  const { refused } = await sortFiles([file('model.pth'), file('tokenizer.json')]);
  assert.match(refused[0], /model\.pth .*torch\.onnx\.export/);
  assert.match(refused[1], /together with the network/);
});

test('pages that show a file become its address, others are explained', () => {
  const address = (/** @type {string} */ text) => readLinks(text).links[0]?.url.href;
  assert.equal(address('https://github.com/o/r/blob/main/dir/m.onnx'), 'https://raw.githubusercontent.com/o/r/main/dir/m.onnx');
  assert.equal(address('https://huggingface.co/o/n/blob/main/onnx/model.onnx'), 'https://huggingface.co/o/n/resolve/main/onnx/model.onnx');
  assert.match(readLinks('https://huggingface.co/o/n').problem, /resolve\/main/);
  assert.match(readLinks('ftp://host/x').problem, /https/);
  assert.match(readLinks('model.onnx').problem, /no address/);
  assert.equal(readLinks('https://a.org/x.onnx\nhttps://b.org/y.npz').links.length, 2);
  assert.deepEqual([isLinks(' https://a.org/x '), isLinks('see https://a.org/x')], [true, false]);
});
