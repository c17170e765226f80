import { isReport, isStudy } from './bettiscope/report.js';
import { nameOf } from './bettiscope/sources.js';
import { isLinks } from './link.js';

/**
 * What dropped, chosen, pasted or downloaded files are, by looking at them.
 *
 * @typedef {'network' | 'weights' | 'tokenizer' | 'companion' | 'report' | 'study' | 'data' | 'aside' | 'foreign'} Role
 * @typedef {{file: File, weights: File[], tokenizer: File | undefined, companion: File | undefined}} Parcel a network and what belongs to it
 * @typedef {{networks: Parcel[], data: File[], reports: File[], studies: File[], taken: string[], refused: string[]}} Sorted
 *   `taken` says what each was taken for, `refused` why one is of no use, with what to do
 */

/** So much of a file is looked at. */
const HEAD_BYTES = 4096;

/** Files of other programs that people try: what they are and what to do. @type {[RegExp, string][]} */
const FOREIGN = [
  [/\.(pt|pth|ckpt|pkl|pickle|joblib)$/i, 'is a Python pickle, which only Python can run; export the network with torch.onnx.export, or save arrays with numpy.savez'],
  [/\.(h5|hdf5|keras)$/i, 'is a Keras file; convert the network with tf2onnx, or save arrays with numpy.savez'],
  [/\.(pb|tflite|mlmodel|mlpackage|pte|engine|gguf|ggml|caffemodel|prototxt|torchscript)$/i, 'is a network in a format other than ONNX; export it to .onnx'],
  [/\.(tar|tgz|tar\.gz|7z|rar|bz2|xz|zst)$/i, 'is an archive of a kind this page does not open; unpack it and drop the folder, or pack it as .zip'],
  [/\.(pdf|docx?|xlsx?|pptx?|odt|ods|parquet|feather|arrow|mat|db|sqlite)$/i, 'is of a kind this page does not read; save the numbers as CSV or .npy'],
  [/\.(heic|heif|avif|tiff?|svg|mp4|mov|webm|mp3|wav|ogg|flac)$/i, 'is of a kind this page does not read; save pictures as PNG or JPEG'],
  [/\.(py|ipynb|exe|dll|so|js|html?)$/i, 'is a program or a page, not a network or data'],
];
/** What Hugging Face and others lay beside a network, and this page has no use for. */
const ASIDE = /^(tokenizer_config|special_tokens_map|generation_config|model_card|modules|sentence_bert_config|config_sentence_transformers|added_tokens|vocab)\.json$|^(vocab|merges)\.txt$|^(README|LICENSE)(\.[a-z]+)?$|^\.DS_Store$|^Thumbs\.db$|^\.gitattributes$/i;
/** How pictures are prepared for a network. */
const COMPANION = /^(preprocessor_)?config\.json$/i;
/** Also those of exporters that give each tensor a file of its own, named after it. */
const WEIGHTS = /^onnx__|(\.data|_data|\.bin|\.weights?|\.bias|\.running_(mean|var)|\.raw|\.ext(ernal)?)$/i;

/** @param {File} file @returns {Promise<Role>} */
export async function roleOf(file) {
  const { name } = file;
  if (/\.onnx$/i.test(name)) return 'network';
  if (ASIDE.test(name)) return 'aside';
  if (COMPANION.test(name)) return 'companion';
  if (/\.json$/i.test(name)) {
    if (await isReport(file)) return 'report';
    if (await isStudy(file)) return 'study';
    const head = await file.slice(0, HEAD_BYTES).text();
    if (/^tokenizer/i.test(name) || /"(added_tokens|pre_tokenizer|normalizer|post_processor)"\s*:/.test(head)) return 'tokenizer';
    return 'data';
  }
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  // A protocol buffer that begins with ONNX's fields ir_version and producer_name, domain or graph.
  if (!/\.[a-z0-9]{2,5}$/i.test(name) && head[0] === 0x08 && head[1] > 2 && head[1] < 32 && [0x12, 0x1a, 0x22, 0x3a, 0x42].includes(head[2])) return 'network';
  if (WEIGHTS.test(name)) return 'weights';
  return FOREIGN.some(([pattern]) => pattern.test(name)) ? 'foreign' : 'data';
}

/** @param {File[]} files @returns {Promise<Sorted>} */
export async function sortFiles(files) {
  const roles = await Promise.all(files.map(async (file) => ({ file, role: await roleOf(file) })));
  const of = (/** @type {Role} */ role) => roles.filter((it) => it.role === role).map(({ file }) => file);
  const [onnx, weights, tokenizers, data] = [of('network'), of('weights'), of('tokenizer'), of('data')];
  // Hugging Face's preprocessor_config.json says more than its config.json.
  const companions = of('companion').sort((a, b) => b.name.length - a.name.length);
  const beside = (/** @type {File} */ file, /** @type {File[]} */ others) => others.find((it) => folderOf(it) === folderOf(file)) ?? others[0];
  const networks = onnx.map((file) => ({ file, weights: belonging(file, weights, onnx), tokenizer: beside(file, tokenizers), companion: beside(file, companions) }));
  // Without a network, .bin and .data files may be data: DIPHA's distances end so.
  if (onnx.length === 0) data.push(...weights);
  const names = (/** @type {File[]} */ list) => (list.length > 3 ? `${list[0].name} and ${list.length - 1} more` : list.map(({ name }) => name).join(', '));
  const taken = [];
  if (onnx.length) taken.push(`${names(onnx)} as ${onnx.length > 1 ? 'networks' : 'the network'}`);
  if (onnx.length && weights.length) taken.push(`${names(weights)} as ${onnx.length > 1 ? 'their' : 'its'} weights`);
  if (onnx.length && tokenizers.length) taken.push(`${names(tokenizers)} as the tokenizer`);
  if (onnx.length && companions.length) taken.push(`${companions[0].name} as how pictures are prepared`);
  if (data.length) taken.push(`${names(data)} as data`);
  if (of('aside').length) taken.push(`${names(of('aside'))} as something not needed here`);
  const refused = of('foreign').map((file) => `${nameOf(file)} ${FOREIGN.find(([pattern]) => pattern.test(file.name))?.[1]}`);
  if (companions.length && !onnx.length) refused.push(`${companions[0].name} says how pictures are prepared for a network; open it together with that network`);
  if (tokenizers.length && !onnx.length) refused.push(`${tokenizers[0].name} is a tokenizer; open it together with the network that reads its tokens`);
  return { networks, data, reports: of('report'), studies: of('study'), taken, refused };
}

/** @param {File} file */
const folderOf = (file) => nameOf(file).split('/').slice(0, -1).join('/');

/** The weight files of a network: those named after it, where any is named after a network of the drop; else all in its folder. @param {File} network @param {File[]} weights @param {File[]} networks */
function belonging(network, weights, networks) {
  const stem = (/** @type {File} */ { name }) => name.replace(/\.onnx$/i, '');
  const near = weights.filter((file) => folderOf(file) === folderOf(network));
  const candidates = near.length ? near : weights;
  const named = candidates.filter((file) => file.name.startsWith(stem(network)));
  return named.length ? named : candidates.filter((file) => !networks.some((other) => other !== network && file.name.startsWith(stem(other))));
}

/**
 * @typedef {{network: import('./network-place.js').NetworkPlace, study: import('./study-place.js').StudyPlace, points: import('./points-place.js').PointsPlace}} Places
 */

/**
 * Brings files to where they belong: the place that is shown, if it can do something with them.
 * @param {File[]} files
 * @param {Places} places
 * @param {import('./state.js').State} state
 * @param {import('./views/alerts.js').Alerts} alerts
 */
export async function openFiles(files, places, state, alerts) {
  if (files.length === 0) return;
  const sorted = await sortFiles(files);
  const { networks, data, reports, studies, taken, refused } = sorted;
  const several = taken.length > 1 || refused.length > 0;
  const remarks = [...(several && taken.length ? [`took ${taken.join('; ')}`] : []), ...refused];
  const { place } = state.choices;
  if (reports.length || studies.length) await places.study.openFiles([...reports, ...studies]);
  else if (networks.length === 0 && data.length === 0) alerts.show({ message: refused.length ? refused.join('; ') : `${taken.join('; ')}: there is no network and no data among them`, kind: 'unknown-format' });
  else if (place === 'study') await places.study.openOwn(sorted, remarks);
  else if (place === 'points' && networks.length === 0) await places.points.open(data, remarks);
  else await places.network.open(sorted, remarks);
}

/**
 * Text that was pasted or dropped: addresses, numbers, or texts.
 * @param {string} text
 * @param {Places} places
 * @param {import('./state.js').State} state
 * @param {import('./views/door.js').Door} door
 */
export async function openText(text, places, state, door) {
  if (isLinks(text)) return door.offer(text);
  const isNumbers = /^[\s\d.,;:eE+\-|naNAN]+$/.test(text);
  if (!isNumbers) return places.network.openTexts(text);
  const file = new File([text], 'pasted numbers.csv', { type: 'text/csv' });
  if (state.choices.place === 'points') await places.points.open([file]);
  else await places.network.open({ networks: [], data: [file] });
}
