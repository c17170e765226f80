/**
 * The claims C1–C9 in words: what is claimed, and what to keep in mind. The claims are those that the figures of the
 * authors' 2022 repository show; no more is attributed to the paper. Verdicts are not written here: they are computed.
 *
 * `[words](address)` in a text is a link.
 *
 * @typedef {{id: string, name: string, lead: string, claimed: string[], beware: string[], counter?: string, studies: string[], figures: string[]}} Claim
 * `counter` is the counter-claim that belongs to it, `figures` names builders in figures.js, `studies` names studies in studies.js
 */
import { FAMILY_STUDIES } from './studies.js';

const WHEELER = '[Wheeler, Bouza and Bubenik (2021)](https://arxiv.org/abs/2110.10136)';

/** What critics say, judged by the same numbers. @type {Record<string, {name: string, lead: string, of: string}>} by id; `of` is the claim beside which it stands */
export const COUNTER_CLAIMS = {
  K1: { name: 'Training complicates', lead: 'Complexity grows while a network learns.', of: 'C3' },
  K2: { name: 'No fall without scaling', lead: 'Without scaling, complexity need not fall with depth.', of: 'C1' },
  K3: { name: 'Clusters look thin', lead: 'Clustering lowers the dimension of all classes together.', of: 'C2' },
};

/** @type {Claim[]} */
export const CLAIMS = [
  {
    id: 'C1',
    name: 'Simplification',
    lead: 'A trained network draws each class together, layer by layer.',
    claimed: [
      'Take the images of one class. At each block they form a cloud of points, and the cloud has a barcode. Add up the lengths of its bars: the H0 sum says how far apart the points are, the H1 sum how much they wind into loops.',
      'The claim: over the first 20 to 40 % of the depth both sums stay level or rise a little. Then they fall, and at the output next to nothing is left. So it was for all four convolutional networks.',
    ],
    beware: [
      'The claim needs a ruler that fits each layer. Here every feature is brought to the range 0 to 1 before distances are taken. Without that (“ResNet without scaling”) a layer with large activations has long bars for no other reason than its size, and in residual networks activations tend to grow with depth: the curve can even turn over.',
      `Not everyone finds this. ${WHEELER} measured persistence landscapes layer by layer and report that complexity often grows with training and need not fall with depth. Take C1 as a finding about these networks and this scaling, not as a law.`,
    ],
    counter: 'K2',
    studies: [...FAMILY_STUDIES, 'raw-resnet', 'raw-trained'],
    figures: ['simplification', 'scaled', 'unscaled'],
  },
  {
    id: 'C2',
    name: 'Hunchback',
    lead: 'The dimension of the data rises, peaks inside the network, and falls to two or three.',
    claimed: [
      'Draw more and more points from a cloud and watch how fast the H0 sum grows: the power of that growth gives a dimension, the PH dimension. On a curve it is near 1, on a surface near 2.',
      'The claim: over depth this dimension rises, has its peak inside the network and falls to 2 or 3 at the output. The peaks were at different depths: .2–.3 for ResNet, .4 for VGG, .3–.5 for MobileNetV2, .7 for SE-ResNet. [Ansuini and others (2019)](https://arxiv.org/abs/1905.12784) found the same shape with another estimator, TwoNN.',
    ],
    beware: [
      'Clustering alone lowers this number. All classes are in one cloud here, as in the paper; ten well-separated clusters of dimension 10 give a pooled PH dimension of 4 to 6. So part of the fall towards the output is the classes moving apart. The thin line is the same dimension measured inside each class, where there are enough points for it.',
      'High dimensions are underestimated, the more so the higher they are: a 20-dimensional cube of 3,000 points gives about 15. Read peaks as “at least”.',
    ],
    counter: 'K3',
    studies: FAMILY_STUDIES,
    figures: ['dimension'],
  },
  {
    id: 'C3',
    name: 'Training simplifies',
    lead: 'As the network learns, its middle and late layers become simpler; its early layers hardly change.',
    claimed: [
      'Measure the same network again and again while it is trained: one curve for each checkpoint, coloured by its test accuracy.',
      'The claim: as accuracy goes from 60 to 95 %, lifespan sums of middle and late layers fall, those of early layers barely move. SE-ResNet was the exception: its H0 sums hardly changed.',
    ],
    beware: [
      `${WHEELER} report the opposite for their networks and their summary: complexity often grows with training.`,
      'The scaling is fitted anew for each layer of each checkpoint. A fall therefore means that a class became small in comparison with all classes together, not that activations became smaller.',
    ],
    counter: 'K1',
    studies: FAMILY_STUDIES,
    figures: ['trainingTopology'],
  },
  {
    id: 'C4',
    name: 'Training adds dimension',
    lead: 'As the network learns, early and middle layers gain dimension; late layers do not.',
    claimed: [
      'The claim: with training the PH dimension of early and middle layers rises, while that of late layers and of the output stays as it was.',
    ],
    beware: [
      'An untrained network is no blank sheet: random filters already spread images out. Whether training adds dimension depends on where one starts, so untrained checkpoints are drawn too.',
      'One draw of points for each size, as in the paper, leaves the slope noisy by several units where the dimension is high.',
    ],
    studies: FAMILY_STUDIES,
    figures: ['trainingDimension'],
  },
  {
    id: 'C5',
    name: 'Architecture',
    lead: 'Profiles look like their architecture.',
    claimed: [
      'The claim: the form of a profile is specific to the architecture. In the figures of 2022 the PH dimension of ResNet drops at .4 and has a bump at .6; SE-ResNet has its peak late and high.',
    ],
    beware: [
      'Widths and numbers of blocks are alike here (ten blocks, 48 features), so that clouds live in the same space. Where blocks halve the image differs between families, and much of a profile’s form is made there.',
      'How the paper of 2023 measured Transformers and texts is not known to us: which layers are measured, which vector stands for an input (class token or mean of the tokens) and which texts are read is our choice. Profiles on texts (dashed) also differ by their data.',
    ],
    studies: FAMILY_STUDIES,
    figures: ['architectures'],
  },
  {
    id: 'C6',
    name: 'Data set',
    lead: 'Harder data stay complex to a greater depth.',
    claimed: [
      'Train the same architecture on different data. The claim: the harder the data, the longer the sums stay high. Of the three data sets of 2022, images of buildings kept the largest H0 sums at depths .7 to .9, above SVHN and CIFAR-10.',
    ],
    beware: [
      'Two data sets make one comparison: it can contradict the claim, it cannot establish it. “Harder” means here: a lower test accuracy of the same architecture.',
      'Sums grow with the number of points, so both data sets are measured with equally many per class.',
    ],
    studies: ['data-sets'],
    figures: ['dataSets'],
  },
  {
    id: 'C7',
    name: 'Activation function',
    lead: 'ReLU and Swish simplify fastest, tanh and sigmoid slowest.',
    claimed: [
      'One architecture, six activation functions. The claim: at depth .8 the H0 sum is smallest for ReLU and Swish, then ELU, ReLU6 and tanh, and largest for sigmoid. [Naitzat, Zhitnikov and Lim (2020)](https://arxiv.org/abs/2004.06093) had found ReLU faster than tanh with another measurement.',
    ],
    beware: [
      'SiLU is Swish under its other name. Functions that saturate press activations against their bounds, and min-max scaling answers to that: part of the order may be the ruler’s.',
      'One network for each function: another random start may exchange neighbours in the order.',
      'Here all six networks had the same images, start, rates and ten epochs; the one with sigmoid, which learns slowest, had fourteen. They fit 96 to 99.6 % of their training images.',
    ],
    studies: ['activations'],
    figures: ['activations'],
  },
  {
    id: 'C8',
    name: 'Generalisation',
    lead: 'Networks with simpler outputs make fewer mistakes on new data.',
    claimed: [
      'Train many networks that differ in depth, width, length of training and noise. The claim: the smaller the lifespan sums of the training data at the logits, the smaller the test error.',
    ],
    beware: [
      'A correlation over networks that differ in many ways at once: what makes a network better may make its outputs simpler for reasons of its own. For a related measure, the dimension of training trajectories, [Tan and others (2024)](https://arxiv.org/abs/2406.02234) found the correlation confounded by hyper-parameters.',
      'The interval in brackets comes from resampling the networks; it covers chance among them, not the choice of them.',
    ],
    studies: ['generalisation'],
    figures: ['generalisation'],
  },
  {
    id: 'C9',
    name: 'Attack',
    lead: 'The stronger the attack on the images, the lower the curve at every depth.',
    claimed: [
      'Change every image a little so that the network takes it for one chosen class, and do so with more and more strength (targeted FGSM). The claim: the stronger the attack, and so the worse the network’s macro-F1, the lower is the H1 sum, at every depth.',
    ],
    beware: [
      'All classes are in one cloud of 800 images, and the scaling is fitted anew for each strength. That is as in the code of 2022.',
      'The order of curves is a statement about one network and one attack.',
    ],
    studies: ['attacks'],
    figures: ['attacks'],
  },
];
