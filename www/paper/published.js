/**
 * Numbers of the paper, read off the figures of the authors' 2022 repository (Magai, Ayzenberg) by eye, to about ±3 % of
 * the axis. CIFAR-10, layers of 128 channels: their heights are not those of other data and widths; their shapes are what
 * can be compared. Figures of the 2023 paper and numbers for Transformers and texts are not known.
 */

/** Relative depths of the ten points; the last is the output. */
export const DEPTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const DEPTH_NAMES = ['.1', '.2', '.3', '.4', '.5', '.6', '.7', '.8', '.9', 'output'];

export const SOURCE = 'figures of the authors’ 2022 repository';
export const CAVEAT = 'Read off by eye, ±3 % of the axis. Other data and wider networks than here: compare shapes, not heights.';

/**
 * Profiles at the best epoch, by descriptor and by the family here that has the same name.
 * @type {Record<string, Record<string, number[]>>}
 */
export const PROFILES = {
  'lifespans-0': {
    resnet: [370, 430, 415, 295, 297, 297, 220, 140, 115, 28],
    vgg: [390, 405, 415, 412, 415, 395, 355, 260, 175, 25],
    mobilenetv2: [415, 445, 430, 415, 408, 350, 310, 298, 260, 3],
    seresnet: [390, 380, 405, 410, 400, 350, 345, 280, 80, 4],
  },
  'lifespans-1': {
    resnet: [24, 34, 33, 16, 16, 14, 8, 1, 1, 0.6],
    vgg: [26, 27, 28, 28, 26, 22, 13, 7, 3, 0.5],
    mobilenetv2: [37, 38, 33, 32, 28, 18, 11, 13, 11, 0],
    seresnet: [26, 26, 29, 34, 30, 23, 20, 21, 8, 0],
  },
  'phdim-0': {
    resnet: [14.8, 17.4, 17.3, 13.8, 11.6, 13.3, 9.0, 8.0, 7.7, 2.8],
    vgg: [15.6, 19.0, 21.7, 22.3, 21.9, 18.7, 13.3, 10.4, 7.5, 2.4],
    mobilenetv2: [12.8, 15.0, 17.5, 17.0, 16.8, 12.8, 13.0, 9.5, 9.5, 2.2],
    seresnet: [15.2, 14.5, 18.5, 15.8, 21.5, 25.5, 28.5, 16.5, 8.5, 2.6],
  },
};

/** Their three data sets, by descriptor. @type {Record<string, Record<string, number[]>>} */
const DATA_SETS = {
  'lifespans-0': {
    'CIFAR-10': [372, 415, 398, 290, 263, 278, 195, 110, 85, 27],
    SVHN: [278, 340, 355, 298, 195, 173, 190, 160, 125, 17],
    'ImageNet buildings': [360, 345, 342, 327, 335, 315, 308, 263, 225, 43],
  },
  'lifespans-1': {
    'CIFAR-10': [27, 32, 32, 21, 18, 18, 11, 3.7, 3.5, 1.5],
    SVHN: [15, 23.5, 23, 17, 9, 9, 8.7, 5, 6.7, 0.3],
    'ImageNet buildings': [34, 29, 26, 25, 25, 24, 23, 18, 17, 3.5],
  },
};

/** H0 sums of their ResNet with six activation functions. @type {Record<string, number[]>} */
const ACTIVATIONS = {
  ReLU: [371, 427, 420, 294, 294, 294, 221, 143, 117, 10],
  Swish: [384, 420, 415, 318, 302, 228, 189, 137, 114, 10],
  ELU: [425, 429, 430, 362, 351, 353, 296, 262, 96, 13],
  ReLU6: [407, 427, 420, 318, 350, 358, 241, 301, 201, 10],
  tanh: [403, 411, 407, 385, 391, 338, 283, 342, 302, 12],
  sigmoid: [423, 439, 439, 427, 435, 388, 375, 381, 310, 20],
};

/** H1 sums of their MobileNetV2 under the weakest and the strongest attack, at eight depths. */
const ATTACKS = {
  weakest: [31.3, 32, 28.5, 26.3, 26.8, 26.7, 22.5, 1.2],
  strongest: [25, 25, 20.3, 18.5, 15, 15, 10, 0.3],
};

const FAMILY_NAMES = { resnet: 'ResNet', vgg: 'VGG', mobilenetv2: 'MobileNetV2', seresnet: 'SE-ResNet' };

/** @typedef {{caption: string, columns: string[], rows: (string | number)[][]}} Table */

/** @param {string} descriptor @param {string} label @returns {Table} */
const profileTable = (descriptor, label) => ({
  caption: `${label} by relative depth, best epoch, CIFAR-10, 128 channels`,
  columns: ['', ...DEPTH_NAMES],
  rows: Object.entries(FAMILY_NAMES).map(([family, name]) => [name, ...PROFILES[descriptor][family]]),
});

/** @param {string} caption @param {Record<string, number[]>} lines @returns {Table} */
const depthTable = (caption, lines) => ({ caption, columns: ['', ...DEPTH_NAMES], rows: Object.entries(lines).map(([name, values]) => [name, ...values]) });

/** What stands beside each claim. @type {Record<string, Table[]>} */
export const TABLES = {
  C1: [profileTable('lifespans-0', 'H0 lifespan sum'), profileTable('lifespans-1', 'H1 lifespan sum')],
  C2: [profileTable('phdim-0', 'PH dimension')],
  C3: [{
    caption: 'H0 lifespan sum as test accuracy goes from 60 to 95 %, CIFAR-10, 128 channels',
    columns: ['', 'relative depth', 'at 60 %', 'at 95 %'],
    rows: [['VGG', '.9', 415, 175], ['ResNet', '.5', 430, 297], ['ResNet', '.9', 260, 115], ['MobileNetV2', '.7', 460, 310], ['MobileNetV2', '.9', 412, 260]],
  }],
  C4: [{
    caption: 'PH dimension as test accuracy goes from 60 to 95 %, CIFAR-10, 128 channels',
    columns: ['', 'relative depth', 'at 60 %', 'at 95 %'],
    rows: [['ResNet', 'peak', 14.5, 17.4], ['MobileNetV2', '.5', 12, 17], ['SE-ResNet', '.3', 13, 18.5]],
  }],
  C5: [profileTable('lifespans-0', 'H0 lifespan sum'), profileTable('phdim-0', 'PH dimension')],
  C6: [depthTable('H0 lifespan sum by relative depth, 128 channels', DATA_SETS['lifespans-0']), depthTable('H1 lifespan sum by relative depth, 128 channels', DATA_SETS['lifespans-1'])],
  C7: [depthTable('H0 lifespan sum of one ResNet by relative depth, CIFAR-10, 128 channels', ACTIVATIONS)],
  C8: [{
    caption: '44 ResNet-32, -56 and -110; sums of the training images at the logits. The correlations were computed from the points read off',
    columns: ['', 'at error .20', 'at error .056', 'Pearson r with the test error'],
    rows: [['H0 lifespan sum', 140, 39, 0.87], ['H1 lifespan sum', 14, 1.5, 0.84]],
  }],
  C9: [{
    caption: 'MobileNetV2 on images of buildings. Sums by relative depth; their axis names no degree, the values and their command suggest H1',
    columns: ['', '⅛', '¼', '⅜', '½', '⅝', '¾', '⅞', 'output'],
    rows: [['weakest attack, macro-F1 .98', ...ATTACKS.weakest], ['strongest attack, macro-F1 .33', ...ATTACKS.strongest]],
  }],
};
