/**
 * The studies behind the figures. Each is a document that can be opened in Study, downloaded and run again; its report is
 * kept in models/reports, made by `npm run reports`.
 *
 * @typedef {Record<string, any> & {bettiscope: 'study', version: 1, name: string, networks: (string | {id: string, name?: string, data?: string})[]}} Study
 */

/** @type {{bettiscope: 'study', version: 1} & Record<string, any>} */
const PROTOCOL = {
  bettiscope: 'study', version: 1, perClass: 300, seed: 1, layers: 'observed', pooling: 'default', scaling: 'min-max',
  metric: 'euclidean', repetitions: 1, alpha: 1, factor: 1,
};
/** Sizes and the single draw for each are the paper's. */
const PHDIM = { sizes: 'magai', draws: 1 };
const LIFESPANS = ['lifespans-0', 'lifespans-1'];

/** @param {string} stem @param {number} n @returns {string[]} `stem-1` … `stem-n` */
const numbered = (stem, n) => Array.from({ length: n }, (_, i) => `${stem}-${i + 1}`);

/** The main families, in the order of the figures. */
export const FAMILIES = [
  { id: 'resnet', name: 'ResNet', data: 'fashion-mnist' },
  { id: 'vgg', name: 'VGG', data: 'fashion-mnist' },
  { id: 'mobilenetv2', name: 'MobileNetV2', data: 'fashion-mnist' },
  { id: 'seresnet', name: 'SE-ResNet', data: 'fashion-mnist' },
  { id: 'convmixer', name: 'ConvMixer', data: 'fashion-mnist' },
  { id: 'vit', name: 'ViT', data: 'fashion-mnist' },
  { id: 'bert', name: 'BERT', data: 'wordnet' },
  { id: 'roberta', name: 'RoBERTa', data: 'wordnet' },
];
/** Checkpoints of a main family. */
export const CHECKPOINTS = 8;
/** Strengths of attack. */
const ATTACKS = 8;
export const FAMILY_STUDIES = FAMILIES.map(({ id }) => `profiles-${id}`);

/** Trained, one for each activation function; the family `resnet` has ReLU. */
const ACTIVATIONS = ['resnet-fashion-mnist-8', ...['silu', 'elu', 'relu6', 'tanh', 'sigmoid'].map((name) => `resnet-${name}-fashion-mnist-3`)];

/** @type {Record<string, Study>} by id */
export const STUDIES = {
  ...Object.fromEntries(FAMILIES.map(({ id, name, data }) => [`profiles-${id}`, {
    ...PROTOCOL, name: `${name} through training`, networks: numbered(`${id}-${data}`, CHECKPOINTS), data: `${data}-train`,
    descriptors: [...LIFESPANS, 'phdim-0', 'phdim-0-r2', 'phdim-0-class', 'twonn'], phdim: PHDIM,
  }])),
  'raw-resnet': {
    ...PROTOCOL, name: 'ResNet without scaling', networks: ['resnet-fashion-mnist-1', 'resnet-fashion-mnist-4', `resnet-fashion-mnist-${CHECKPOINTS}`],
    data: 'fashion-mnist-train', scaling: 'none', descriptors: LIFESPANS,
  },
  'raw-trained': {
    ...PROTOCOL, name: 'The other trained networks without scaling', data: 'default', scaling: 'none', descriptors: LIFESPANS,
    networks: FAMILIES.filter(({ id }) => id !== 'resnet').map(({ id, data }) => `${id}-${data}-${CHECKPOINTS}`),
  },
  'data-sets': {
    ...PROTOCOL, name: 'One ResNet trained on two data sets', data: 'default', descriptors: LIFESPANS,
    perClass: 170, // the smallest class of the digits has 174
    networks: [{ id: 'resnet-fashion-mnist-8', data: 'fashion-mnist-train' }, { id: 'resnet-digits-3', data: 'digits' }],
  },
  activations: {
    ...PROTOCOL, name: 'One ResNet with six activation functions', networks: ACTIVATIONS, data: 'fashion-mnist-train',
    descriptors: [...LIFESPANS, 'phdim-0', 'phdim-0-r2'], phdim: PHDIM,
  },
  generalisation: {
    ...PROTOCOL, name: 'Thirty small networks at their outputs', networks: Array.from({ length: 30 }, (_, i) => `small-${String(i + 1).padStart(2, '0')}`),
    data: 'fashion-mnist-train', descriptors: LIFESPANS,
  },
  attacks: {
    ...PROTOCOL, name: 'MobileNetV2 under eight strengths of attack', data: 'default', perClass: 80, clouds: 'pooled', descriptors: LIFESPANS,
    networks: Array.from({ length: ATTACKS }, (_, i) => ({ id: 'mobilenetv2-fashion-mnist-8', name: `attack-${i}`, data: `fashion-mnist-attack-${i}` })),
  },
};

/** What a study measures, in words. @param {Study} study */
export function describeStudy({ networks, perClass, data, scaling, clouds, descriptors }) {
  const of = networks.length === 1 ? '1 network' : `${networks.length} networks`;
  const cloud = clouds === 'pooled' ? 'all classes in one cloud' : 'a cloud for each class';
  return `${of}${data === 'default' ? '' : ` on ${data}`}; ${perClass} samples per class, ${cloud}; scaling ${scaling}; ${descriptors.join(', ')}.`;
}
