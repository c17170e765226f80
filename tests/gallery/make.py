"""Makes the gallery: `python tests/gallery/make.py --out target/gallery`, or only some files of it.

Files that are there already stay as they are, so an interrupted run goes on where it stopped; several may run side by
side (`--shard 1/2`). Each file is made in a process of its own, from a fixed seed.
"""

import argparse
import os
import sys
import time
import traceback
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
sys.path.insert(0, str(Path(__file__).parent))


def make(item, folder, is_kept):
    import record

    path = folder / f"{item.name}.onnx"
    began = time.time()
    try:
        samples, reference = item.make(path)
        facts = record.record(path, item.facts(), samples, reference, is_kept)
    except Exception:
        for part in folder.glob(f"{item.name}.onnx*"):
            part.unlink()
        (folder / f"{item.name}.failed.txt").write_text(traceback.format_exc())
        raise
    (folder / f"{item.name}.failed.txt").unlink(missing_ok=True)
    print(f"{item.name}: {len(facts['layers'])} tensors, {facts['bytes'] / 1e6:.2f} MB, {time.time() - began:.1f} s", flush=True)


def warm_up(folder):
    """Imports once what all forks need, the exporters included."""
    import timm, torch, torchvision, transformers  # noqa: E401, F401

    import export
    import networks

    torch.set_num_threads(1)
    path = folder / f".warm-up-{os.getpid()}.onnx"
    module, samples = networks.plain_cnn()
    export.export(module, path, samples, exporter="dynamo", opset=20)
    path.unlink()


def in_own_process(item, folder, is_kept):
    """A fork inherits the imported libraries and gives all memory back."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            make(item, folder, is_kept)
            code = 0
        except Exception as error:
            print(f"{item.name} FAILED: {type(error).__name__}: {str(error)[:300]}", flush=True)
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("target/gallery"))
    parser.add_argument("--only", nargs="*", help="names, or beginnings of names")
    parser.add_argument("--kept", action="store_true", help="those of tests/data/gallery, with few recorded values (--out tests/data/gallery)")
    parser.add_argument("--environment", choices=["torch", "tensorflow"], default="torch")
    parser.add_argument("--shard", default="1/1", help="this part of so many")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.environment == "torch":
        import gallery

        items, kept = list(gallery.items()), gallery.KEPT
    else:
        import others

        items, kept = list(others.keras_items()), others.KEPT
    if options.kept:
        items = [item for item in items if item.name in kept]
    if options.only:
        items = [item for item in items if any(item.name.startswith(only) for only in options.only)]
    if options.list:
        for item in items:
            print(item.name)
        return 0
    part, parts = map(int, options.shard.split("/"))
    options.out.mkdir(parents=True, exist_ok=True)
    todo = [item for item in items[part - 1 :: parts] if not (options.out / f"{item.name}.json").exists()]
    if options.environment == "torch" and todo:
        warm_up(options.out)
    failed = [item.name for item in todo if not in_own_process(item, options.out, options.kept)]
    print(f"{len(todo) - len(failed)} made, {len(items) - len(todo)} there already or of other shards, {len(failed)} failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
