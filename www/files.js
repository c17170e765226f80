/** Files the user drops or picks, folders included. */

/**
 * All files of a drop, with their path below the dropped folder as `path`.
 * @param {DataTransfer} transfer
 * @returns {Promise<File[]>}
 */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null && entry !== undefined);
  if (entries.length === 0) return [...transfer.files];
  const found = await Promise.all(entries.map(filesBelow));
  return found.flat();
}

/** @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesBelow(entry) {
  if (entry.isFile) {
    /** @type {File} */
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    return [Object.assign(file, { path: entry.fullPath.replace(/^\//, '') })];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const files = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return files;
    files.push(...(await Promise.all(part.map(filesBelow))).flat());
  }
}

/**
 * Calls `take` for whatever is dropped anywhere on the page.
 * @param {(files: File[]) => void} take
 */
export function acceptDrops(take) {
  const root = document.documentElement;
  let depth = 0;
  const mark = (/** @type {number} */ change) => {
    depth = Math.max(0, depth + change);
    root.classList.toggle('dropping', depth > 0);
  };
  window.addEventListener('dragenter', () => mark(1));
  window.addEventListener('dragleave', () => mark(-1));
  window.addEventListener('dragover', (event) => event.preventDefault());
  window.addEventListener('drop', async (event) => {
    event.preventDefault();
    mark(-depth);
    if (event.dataTransfer) take(await droppedFiles(event.dataTransfer));
  });
}

/** An ONNX file, perhaps with its tokenizer.json. @param {File[]} files */
export const isNetwork = (files) => files.some((file) => /\.onnx$/i.test(file.name)) && files.every((file) => /\.(onnx|json)$/i.test(file.name));
