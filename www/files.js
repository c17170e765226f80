/** Files the user drops, picks or pastes, folders included. */

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

/** Whether something from outside the page is dragged. @param {DragEvent} event */
const bringsSomething = ({ dataTransfer }) => ['Files', 'text/uri-list', 'text/plain'].some((type) => dataTransfer?.types.includes(type)) && !dataTransfer?.types.some((type) => type.startsWith('text/x-'));

/**
 * Calls `take` for whatever is dropped anywhere on the page, or pasted outside of text fields.
 * @param {{onFiles: (files: File[]) => void, onText: (text: string) => void}} take
 */
export function acceptDrops({ onFiles, onText }) {
  const root = document.documentElement;
  const mark = (/** @type {boolean} */ on) => root.classList.toggle('dropping', on);
  window.addEventListener('dragover', (event) => {
    if (!bringsSomething(event)) return;
    event.preventDefault();
    mark(true);
  });
  window.addEventListener('dragleave', (event) => { if (event.relatedTarget === null) mark(false); });
  window.addEventListener('drop', async (event) => {
    mark(false);
    if (!event.dataTransfer || !bringsSomething(event)) return;
    event.preventDefault();
    const text = event.dataTransfer.getData('text/uri-list') || event.dataTransfer.getData('text/plain');
    const files = await droppedFiles(event.dataTransfer);
    if (files.length) onFiles(files);
    else if (text.trim()) onText(text);
  });
  document.addEventListener('paste', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]');
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (typing && !files.length) return;
    if (!files.length && !text.trim()) return;
    event.preventDefault();
    if (files.length) onFiles(files);
    else onText(text);
  });
}
