/**
 * The figures of the Paper place: rows of reports arranged for the engine's drawing. Nothing is computed here.
 *
 * @typedef {import('./reports.js').Row} Row
 * @typedef {import('./figure-view.js').FigureOf} FigureOf
 * @typedef {import('./figure-view.js').Mark} Mark
 * @typedef {{rows: (studies: string[]) => Row[]}} Source
 * @typedef {{id: string, label: string, cloud: 'mean' | 'all', yLabel: string}} Measure
 */
import { short } from '../dom.js';
import { DEPTHS, PROFILES } from './published.js';
import { networksOf, profileOf } from './reports.js';
import { FAMILIES, FAMILY_STUDIES } from './studies.js';

/** @type {Measure} */
const H0 = { id: 'lifespans-0', label: 'H0', cloud: 'mean', yLabel: 'H0 lifespan sum' };
/** @type {Measure} */
const H1 = { id: 'lifespans-1', label: 'H1', cloud: 'mean', yLabel: 'H1 lifespan sum' };
/** @type {Measure} */
const DIMENSION = { id: 'phdim-0', label: 'PH dimension', cloud: 'all', yLabel: 'PH dimension' };
const TABS = { h0: H0, h1: H1, dimension: DIMENSION };

const ACCURACY = { label: 'test accuracy', low: 0.1, high: 0.95, spread: 'error', percent: true };
const DEPTH = 'relative depth';
/** How sums are measured. @param {number} n points of a class */
const perClass = (n) => `Sum of finite bars, Rips diameter, mean over the classes (${n} points each), every feature scaled to 0 … 1 over all classes.`;
const POOLED_DIMENSION = 'All classes in one cloud, unscaled; sizes and the one draw for each as in the paper.';
const DASHED = 'Dashed: the paper’s network of that name, read off the figures of the authors’ 2022 repository (±3 % of the axis; CIFAR-10, 128 channels instead of 48): compare shapes, not heights.';

/** @param {(keyof typeof TABS)[]} names */
const tabsOf = (...names) => names.map((id) => ({ id, label: TABS[id].label }));
/** @param {string} tab @returns {Measure} */
const measureOf = (tab) => TABS[/** @type {keyof typeof TABS} */ (tab)] ?? H0;
/** Columns of a sheet of families. @param {number} width */
const columnsFor = (width) => (width >= 760 ? 4 : 2);
/** @param {number} cells @param {number} columns @param {number} line height of a line of panels */
const sheetHeight = (cells, columns, line) => 56 + Math.ceil(cells / columns) * line;

/** @param {Row[]} profile @param {Record<string, any>} look */
const seriesOf = (profile, look) => ({ ...look, x: profile.map((row) => row.depth), y: profile.map((row) => row.value) });

/** The spread over classes as a band. @param {Row[]} profile */
const bandOf = (profile) => (profile.some((row) => typeof row.low === 'number') ? { low: profile.map((row) => row.low), high: profile.map((row) => row.high) } : {});

/** @param {Row[]} profile @param {[number, number]} cell @param {string} what @returns {Mark[]} */
const marksOf = (profile, cell, what) => profile.filter((row) => typeof row.value === 'number').map((row) => ({
  cell, x: row.depth, y: row.value, network: row.bundled, layer: row.layer,
  lines: [
    `${row.familyName}, ${stageOf(row)}${typeof row.testAccuracy === 'number' ? `, test accuracy ${(100 * row.testAccuracy).toFixed(1)} %` : ''}`,
    `${row.layer}, relative depth ${row.depth.toFixed(2)}`,
    `${what} ${row.value.toPrecision(6)}${typeof row.low === 'number' ? ` (one standard deviation: ${short(row.low)} to ${short(row.high)})` : ''}${row.n ? `, n = ${row.n}` : ''}`,
    'click: its clouds and barcodes',
  ],
}));

/** @param {Row} row */
const stageOf = (row) => row.stage ?? `checkpoint ${row.checkpoint}`;

/** Families with a report, with their networks by checkpoint. @param {Row[]} rows */
const familiesIn = (rows) => FAMILIES.map((family) => {
  const own = rows.filter((row) => row.family === family.id);
  return { ...family, name: own[0]?.familyName ?? family.name, own, networks: networksOf(own) };
}).filter(({ networks }) => networks.length > 0);

/** The trained network of each family: one row of numbers each. @param {Row[]} rows @param {Measure} measure @param {string} caption */
function depthTable(rows, measure, caption) {
  const lines = familiesIn(rows).map(({ name, own, networks }) => [name, profileOf(own, { network: /** @type {Row} */ (networks.at(-1)).network, descriptor: measure.id, cloud: measure.cloud })]);
  return tableOf(/** @type {[string, Row[]][]} */ (lines), caption);
}

/** @param {[string, Row[]][]} lines @param {string} caption @returns {import('./published.js').Table} */
function tableOf(lines, caption) {
  const longest = Math.max(0, ...lines.map(([, profile]) => profile.length));
  const last = longest - 1;
  return {
    caption,
    columns: ['', ...Array.from({ length: longest }, (_, i) => (i === last ? 'logits' : `block ${i + 1}`))],
    rows: lines.map(([name, profile]) => [name, ...profile.map(({ value }) => (typeof value === 'number' ? short(value) : 'undefined'))]),
  };
}

/** Coordinates of the bundled networks' blocks. */
const WIDTH = 48;
/** A dimension beyond that of the space is an estimate that failed: it would press all others flat. @param {Row[]} profile @returns {Row[]} */
const withinSpace = (profile) => profile.map((row) => (Number(row.value) > WIDTH ? { ...row, value: null } : row));

/**
 * A sheet with a panel for each family.
 * @param {Source} source
 * @param {{label: string, caption: (measure: Measure) => string, tabs: (keyof typeof TABS)[], series: (family: ReturnType<typeof familiesIn>[number], measure: Measure) => any[], marked: 'all' | 'trained', colorScale?: object}} options
 * @returns {FigureOf}
 */
function familySheet(source, { label, caption, tabs, series, marked, colorScale }) {
  const rows = source.rows(FAMILY_STUDIES);
  const families = familiesIn(rows);
  return {
    label,
    tabs: tabs.length > 1 ? tabsOf(...tabs) : [],
    caption: (tab) => caption(measureOf(tab || tabs[0])),
    height: (width) => sheetHeight(families.length, columnsFor(width), width >= 760 ? 176 : 150),
    draw: (width, tab) => {
      const measure = measureOf(tab || tabs[0]);
      const cells = families.map((family) => ({ title: family.name, series: series(family, measure) }));
      const marks = families.flatMap(({ own, networks }, i) => (marked === 'all' ? networks : networks.slice(-1)).flatMap(({ network }) =>
        marksOf(profileOf(own, { network, descriptor: measure.id, cloud: measure.cloud }), [0, i], measure.yLabel)));
      return { marks, figure: { kind: 'multiples', title: label, rows: [{ title: measure.yLabel, cells }], columns: columnsFor(width), xLabel: DEPTH, ...(colorScale ? { colorScale } : {}) } };
    },
    tables: (tab) => [depthTable(rows, measureOf(tab || tabs[0]), `${measureOf(tab || tabs[0]).yLabel} of the trained networks`)],
    ...(families.length ? {} : { empty: true }),
  };
}

/** One line for each checkpoint, coloured by test accuracy. @param {{own: Row[], networks: Row[]}} family @param {Measure} measure */
const checkpointSeries = ({ own, networks }, measure) => networks.map(({ network, testAccuracy }) =>
  seriesOf(profileOf(own, { network, descriptor: measure.id, cloud: measure.cloud }), { value: testAccuracy }));

/** The paper's line for a family, where there is one. @param {string} family @param {Measure} measure */
const published = (family, measure) => {
  const y = PROFILES[measure.id]?.[family];
  return y ? [{ name: 'the paper, 2022', color: 'muted', dashed: true, x: DEPTHS, y }] : [];
};

/** The last checkpoint. @param {{own: Row[], networks: Row[]}} family @param {string} descriptor @param {'mean' | 'all'} cloud */
const trainedProfile = ({ own, networks }, descriptor, cloud) => profileOf(own, { network: /** @type {Row} */ (networks.at(-1)).network, descriptor, cloud });

/**
 * Lines over one another in one panel.
 * @param {{label: string, caption: string | ((tab: string) => string), tabs: (keyof typeof TABS)[], lines: (measure: Measure, tab: string) => {name: string, profile: Row[], look: Record<string, any>}[],
 *   colorScale?: object, band?: boolean, measure?: (tab: string) => Measure}} options
 * @returns {FigureOf}
 */
function overlay({ label, caption, tabs, lines, colorScale, band = false, measure = (tab) => measureOf(tab || tabs[0]) }) {
  return {
    label,
    tabs: tabs.length > 1 ? tabsOf(...tabs) : [],
    caption: (tab) => (typeof caption === 'string' ? caption : caption(tab || tabs[0])),
    height: (width) => Math.round(Math.max(260, Math.min(380, width * 0.42))),
    draw: (_width, tab) => {
      const shown = lines(measure(tab), tab);
      const series = shown.map(({ name, profile, look }) => seriesOf(profile, { ...(colorScale ? {} : { name }), ...look, ...(band ? bandOf(profile) : {}) }));
      return {
        marks: shown.flatMap(({ profile }) => marksOf(profile, [0, 0], measure(tab).yLabel)),
        figure: { kind: 'profile', title: label, series, xLabel: DEPTH, yLabel: measure(tab).yLabel, ...(colorScale ? { colorScale } : {}) },
      };
    },
    tables: (tab) => [tableOf(lines(measure(tab), tab).map(({ name, profile }) => [name, profile]), measure(tab).yLabel)],
    ...(lines(measure(''), '').length ? {} : { empty: true }),
  };
}

/**
 * The checkpoints of one study in one panel.
 * @param {Source} source @param {string} study @param {string} label @param {string} caption
 */
function checkpointsOf(source, study, label, caption) {
  const rows = source.rows([study]);
  return overlay({
    label,
    caption,
    tabs: ['h0', 'h1'],
    colorScale: ACCURACY,
    lines: (measure) => networksOf(rows).map(({ network, testAccuracy, stage }) => ({ name: stage, profile: profileOf(rows, { network, descriptor: measure.id, cloud: 'mean' }), look: { value: testAccuracy } })),
  });
}

/** @type {Record<string, string>} names of activation functions, as people write them */
const ACTIVATION_NAMES = { relu: 'ReLU', silu: 'SiLU (Swish)', elu: 'ELU', relu6: 'ReLU6', tanh: 'tanh', sigmoid: 'sigmoid' };

/** What makes one small network different, in words. @param {Row} row */
const hyperWords = ({ hyper }) => (hyper ? Object.entries(hyper).map(([name, value]) => `${name} ${value}`).join(', ') : '');

/** @type {Record<string, (source: Source) => FigureOf>} */
export const FIGURES = {
  main: (source) => {
    const families = familiesIn(source.rows(FAMILY_STUDIES));
    const measures = [H0, H1, DIMENSION];
    return {
      label: 'Lifespan sums and PH dimension over depth, while networks learn',
      caption: () => `One line for each checkpoint, coloured by test accuracy. ${perClass(300)} PH dimension: all classes in one cloud, unscaled.`,
      least: 110 * families.length + 60,
      height: () => 56 + 3 * 150,
      draw: () => ({
        marks: measures.flatMap((measure, row) => families.flatMap(({ own, networks }, i) => networks.flatMap(({ network }) =>
          marksOf(profileOf(own, { network, descriptor: measure.id, cloud: measure.cloud }), [row, i], measure.yLabel)))),
        figure: {
          kind: 'multiples', columns: families.length, xLabel: DEPTH, colorScale: ACCURACY,
          rows: measures.map((measure) => ({ title: measure.yLabel, cells: families.map((family) => ({ title: family.name, series: checkpointSeries(family, measure) })) })),
        },
      }),
      tables: () => measures.map((measure) => depthTable(source.rows(FAMILY_STUDIES), measure, `${measure.yLabel} of the trained networks`)),
      ...(families.length ? {} : { empty: true }),
    };
  },

  simplification: (source) => familySheet(source, {
    label: 'Lifespan sums of trained networks over depth',
    caption: () => `${perClass(300)} The band is one standard deviation of the classes. ${DASHED}`,
    tabs: ['h0', 'h1'],
    marked: 'trained',
    series: (family, measure) => {
      const profile = trainedProfile(family, measure.id, measure.cloud);
      return [...published(family.id, measure), seriesOf(profile, { name: 'here', color: measure === H1 ? 'h1' : 'h0', ...bandOf(profile) })];
    },
  }),

  scaled: (source) => checkpointsOf(source, 'profiles-resnet', 'ResNet with scaling', 'Every feature from 0 to 1 in each layer. One line for each checkpoint.'),
  unscaled: (source) => checkpointsOf(source, 'raw-resnet', 'ResNet without scaling', 'Activations as they are; three of the checkpoints, the same images and classes.'),

  dimension: (source) => familySheet(source, {
      label: 'PH dimension of trained networks over depth',
      caption: () => `${POOLED_DIMENSION} Inside the classes: mean over the classes, where each has at least 80 points; beyond the ${WIDTH} dimensions of the space the estimate has failed, and a mark stands instead. TwoNN: the estimator of Ansuini and others, all classes in one cloud. ${DASHED}`,
      tabs: ['dimension'],
      marked: 'trained',
      series: (family, measure) => [
        ...published(family.id, measure),
        seriesOf(trainedProfile(family, 'twonn', 'all'), { name: 'TwoNN, all classes', color: 'class4' }),
        seriesOf(withinSpace(trainedProfile(family, 'phdim-0-class', 'mean')), { name: 'PH dimension inside the classes', color: 'class1' }),
        seriesOf(trainedProfile(family, 'phdim-0', 'all'), { name: 'PH dimension, all classes', color: 'class0' }),
      ].filter(({ x }) => x.length > 0),
    }),

  trainingTopology: (source) => familySheet(source, {
    label: 'Lifespan sums over depth, while networks learn',
    caption: () => `One line for each checkpoint, coloured by test accuracy. ${perClass(300)}`,
    tabs: ['h0', 'h1'],
    marked: 'all',
    series: checkpointSeries,
    colorScale: ACCURACY,
  }),

  trainingDimension: (source) => familySheet(source, {
    label: 'PH dimension over depth, while networks learn',
    caption: () => `One line for each checkpoint, coloured by test accuracy. ${POOLED_DIMENSION}`,
    tabs: ['dimension'],
    marked: 'all',
    series: checkpointSeries,
    colorScale: ACCURACY,
  }),

  architectures: (source) => {
    const families = familiesIn(source.rows(FAMILY_STUDIES));
    return overlay({
      label: 'Trained networks of all architectures over one another',
      caption: (tab) => (tab === 'dimension' ? POOLED_DIMENSION : perClass(300)),
      tabs: ['dimension', 'h0', 'h1'],
      lines: (measure) => families.map((family, i) => ({ name: family.name, profile: trainedProfile(family, measure.id, measure.cloud), look: { color: `class${i}`, dashed: family.data === 'wordnet' } })),
    });
  },

  dataSets: (source) => {
    const rows = source.rows(['data-sets']);
    const networks = networksOf(rows);
    return overlay({
      label: 'One architecture, two data sets',
      caption: `${perClass(170)} The band is one standard deviation of the classes.`,
      tabs: ['h0', 'h1'],
      band: true,
      lines: (measure) => networks.map(({ network, dataName, testAccuracy }, i) => ({
        name: `${String(dataName).split(',')[0]} (${(100 * testAccuracy).toFixed(1)} %)`,
        profile: profileOf(rows, { network, descriptor: measure.id, cloud: measure.cloud }), look: { color: `class${i}` },
      })),
    });
  },

  activations: (source) => {
    const own = source.rows(['activations']);
    const networks = networksOf(own);
    return overlay({
      label: 'One ResNet with six activation functions, trained',
      caption: (tab) => (tab === 'dimension' ? POOLED_DIMENSION : `${perClass(300)} The numbers of 2022 are in the table below.`),
      tabs: ['h0', 'h1', 'dimension'],
      lines: (measure) => networks.map(({ network, activation }, i) => ({
        name: ACTIVATION_NAMES[activation ?? 'relu'] ?? activation, profile: profileOf(own, { network, descriptor: measure.id, cloud: measure.cloud }), look: { color: `class${i}` },
      })),
    });
  },

  generalisation: (source) => {
    const rows = source.rows(['generalisation']).filter((row) => row.layer === 'logits' && row.class === 'mean');
    const of = (/** @type {string} */ tab) => rows.filter((row) => row.descriptor === measureOf(tab || 'h0').id && typeof row.value === 'number');
    const error = (/** @type {Row} */ row) => 1 - row.testAccuracy;
    return {
      label: 'Sums at the logits against test error',
      tabs: tabsOf('h0', 'h1'),
      caption: () => 'Each point is a network; the line is the least-squares line. Sums of the training images at the logits: finite bars, Rips diameter, mean over the classes (300 points each), every feature scaled to 0 … 1.',
      height: (width) => Math.round(Math.max(280, Math.min(420, width * 0.5))),
      draw: (_width, tab) => ({
        marks: of(tab).map((row) => ({ cell: /** @type {[number, number]} */ ([0, 0]), x: row.value, y: error(row), network: row.bundled, layer: row.layer, lines: [row.network, hyperWords(row), `${measureOf(tab).yLabel} ${row.value.toPrecision(6)}`, `test error ${(100 * error(row)).toFixed(2)} %`, 'click: its clouds and barcodes'].filter(Boolean) })),
        figure: { kind: 'relation', title: 'Sums at the logits against test error', points: of(tab).map((row) => ({ x: row.value, y: error(row) })), line: true, xLabel: `${measureOf(tab || 'h0').yLabel} at the logits`, yLabel: 'test error' },
      }),
      tables: (tab) => [{ caption: measureOf(tab).yLabel, columns: ['network', 'sum at the logits', 'test error'], rows: of(tab).map((row) => [row.network, short(row.value), `${(100 * error(row)).toFixed(2)} %`]) }],
      ...(rows.length ? {} : { empty: true }),
    };
  },

  attacks: (source) => {
    const rows = source.rows(['attacks']);
    return overlay({
      label: 'MobileNetV2 on attacked images',
      caption: 'One line for each strength of the attack, coloured by the network’s macro-F1. All classes in one cloud of 800 images, every feature scaled to 0 … 1 anew for each strength; finite bars, Rips diameter.',
      tabs: ['h1', 'h0'],
      measure: (tab) => ({ ...measureOf(tab || 'h1'), cloud: 'all' }),
      colorScale: { label: 'macro-F1', percent: true },
      lines: (measure) => networksOf(rows).map(({ network, attack }) => ({
        name: `strength ${attack.strength}, macro-F1 ${attack.macroF1.toFixed(2)}`,
        profile: profileOf(rows, { network, descriptor: measure.id, cloud: 'all' }), look: { value: attack.macroF1 },
      })),
    });
  },
};
