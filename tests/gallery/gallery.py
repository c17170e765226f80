"""The list of the gallery: every file, what it is and how it is made."""

import zlib

import export
import networks as n
import others
from item import Item

# Kept in tests/data/gallery and run with every test run: of every kind one.
KEPT = ["plain-cnn-dy20", "activations-ts17", "small-resnet-half-module-ts17", "small-resnet-free-ts17", "lstm-dy20b1", "bilstm-ts17", "autoencoder-ts17", "unet-dy20",
        "super-resolution-ts17", "sequence-cnn-ts17", "mlp-dynamic", "encoder-external", "handmade-dy20", "plain-cnn-qdq", "small-resnet-qoperator", "sk-mlp-zipmap",
        "sk-logistic", "tiny-bert-ts14", "tiny-roberta-dy20", "tiny-gpt2-ts17b1", "tiny-deberta-ts17b1", "tiny-vit-ts17", "tiny-swin-dy20", "small-resnet-optimised", "tiny-bert-fused", "sk-boosting-binary"]

EXPORTERS = {"ts": "torchscript", "dy": "dynamo"}


def pytorch(name, architecture, source, build, *wishes, variant="", **options):
    """One file per wish: `ts17`, `ts13/1` (batch fixed to 1), `dy20`, …"""
    for wish in wishes:
        kind, _, batch = wish.partition("/")
        exporter, opset = EXPORTERS[kind[:2]], int(kind[2:])
        yield Item(f"{name}-{wish.replace('/', 'b')}", architecture, source, exporter, opset, batch or "free",
                   torch_maker(name, build, exporter=exporter, opset=opset, batch=int(batch) if batch else None, **options),
                   variant)


def torch_maker(name, build, **options):
    def make(path):
        module, samples = seeded(name, build)
        export.export(module, path, samples, **options)
        return samples, export.widened(path) if options.get("half") else None

    return make


def seeded(name, build):
    import torch

    torch.manual_seed(zlib.crc32(name.encode()))
    return build()


def derived(name, architecture, source, build, variant, change, opset=17, batch="free", exporter="torchscript", **options):
    """A variant of a file: `change(plain, path, samples)` writes it, and may give back the model to compare with."""

    def make(path):
        module, samples = seeded(name, build)
        plain = path.with_name(f".{path.stem}.plain.onnx")
        try:
            export.export(module, plain, samples, exporter=exporter, opset=opset, batch=None if batch == "free" else int(batch), **options)
            return samples, change(plain, path, samples)
        finally:
            plain.unlink(missing_ok=True)

    return Item(name, architecture, source, exporter, opset, batch, make, variant)


def vision():
    tv = lambda model, size, **o: lambda: n.torchvision_model(model, size, **o)
    tm = lambda model, size, **o: lambda: n.timm_model(model, size, **o)
    v, t = "torchvision", "timm"
    yield from pytorch("resnet18", "ResNet-18", v, tv("resnet18", 64), "ts11", "ts17/1", "dy20")
    yield from pytorch("resnet50", "ResNet-50", v, tv("resnet50", 64), "ts13", "dy18/1")
    yield from pytorch("vgg11", "VGG-11", v, lambda: n.vgg("vgg11"), "ts12", "dy20")
    yield from pytorch("vgg11-bn", "VGG-11 with batch normalisation", v, lambda: n.vgg("vgg11_bn"), "ts17/2")
    yield from pytorch("alexnet", "AlexNet", v, n.alexnet, "ts11")
    yield from pytorch("mobilenet-v2", "MobileNetV2", v, tv("mobilenet_v2", 64), "ts11/1", "dy20")
    yield from pytorch("mobilenet-v3-small", "MobileNetV3", v, tv("mobilenet_v3_small", 64), "ts14", "dy20/1")
    yield from pytorch("efficientnet-b0", "EfficientNet-B0", v, tv("efficientnet_b0", 64), "ts15", "dy20")
    yield from pytorch("densenet121", "DenseNet-121", v, tv("densenet121", 64), "ts16")
    yield from pytorch("convnext-tiny", "ConvNeXt-tiny", v, tv("convnext_tiny", 64), "ts17")
    yield from pytorch("shufflenet-v2", "ShuffleNetV2", v, tv("shufflenet_v2_x0_5", 64), "ts13", "ts13/1")
    yield from pytorch("squeezenet", "SqueezeNet", v, tv("squeezenet1_1", 64), "ts11", "dy20")
    yield from pytorch("regnet-y", "RegNetY", v, tv("regnet_y_400mf", 64), "ts18")
    yield from pytorch("googlenet", "GoogLeNet (Inception)", v, n.googlenet, "ts17")
    yield from pytorch("mnasnet", "MNASNet", v, tv("mnasnet0_5", 64), "ts17")
    yield from pytorch("resnext", "ResNeXt", v, n.resnext, "ts19")
    yield from pytorch("vit", "ViT", v, n.torchvision_vit, "ts17", "dy20")
    yield from pytorch("swin-torchvision", "Swin-tiny", v, tv("swin_t", 64), "ts17/1")
    yield from pytorch("lraspp", "LR-ASPP (segmentation)", v, n.segmentation, "ts17/1")
    yield from pytorch("vit-tiny", "ViT-tiny", t, tm("vit_tiny_patch16_224", 64, img_size=64), "ts14", "dy20")
    yield from pytorch("deit-tiny", "DeiT-tiny", t, tm("deit_tiny_patch16_224", 64, img_size=64), "ts17")
    yield from pytorch("deit-tiny-distilled", "DeiT-tiny, distilled", t, tm("deit_tiny_distilled_patch16_224", 64, img_size=64), "ts17/1")
    yield from pytorch("swin-tiny", "Swin-tiny", t, tm("swin_tiny_patch4_window7_224", 64, img_size=64, depths=(2, 2, 2, 2)), "ts17", "dy20")
    yield from pytorch("convmixer", "ConvMixer", t, n.convmixer, "ts17", "dy20")
    yield from pytorch("mixer", "MLP-Mixer", t, tm("mixer_s32_224", 64, img_size=64), "ts17", "dy20")
    yield from pytorch("resmlp", "ResMLP", t, tm("resmlp_12_224", 64, img_size=64), "ts17")
    yield from pytorch("gmlp", "gMLP", t, tm("gmlp_ti16_224", 64, img_size=64), "ts17")
    yield from pytorch("convnext-atto", "ConvNeXt-atto", t, tm("convnext_atto", 64), "ts17/1", "dy20")
    yield from pytorch("mobilevit", "MobileViT", t, tm("mobilevit_xxs", 64), "ts17")
    yield from pytorch("ghostnet", "GhostNet", t, tm("ghostnet_050", 64), "ts17")
    yield from pytorch("lcnet", "PP-LCNet", t, tm("lcnet_050", 64), "ts17")
    yield from pytorch("repvgg", "RepVGG", t, tm("repvgg_a0", 64), "ts17")
    yield from pytorch("seresnet18", "SE-ResNet-18", t, tm("seresnet18", 64), "ts17")
    yield from pytorch("res2net", "Res2Net", t, tm("test_resnet", 64), "ts17")
    yield from pytorch("nfnet", "NFNet", t, tm("test_nfnet", 64), "ts17")
    yield from pytorch("mambaout", "MambaOut", t, tm("test_mambaout", 64), "ts17")
    yield from pytorch("maxvit", "MaxViT", t, tm("test_maxvit", 64, img_size=64), "ts17/1")
    yield from pytorch("coatnet", "CoAtNet", t, tm("test_coatnet", 64, img_size=64), "ts17")
    yield from pytorch("cait", "CaiT", t, tm("cait_xxs24_224", 32, img_size=32, depth=6), "ts17")
    yield from pytorch("levit", "LeViT", t, tm("levit_128s", 224), "ts17")
    yield from pytorch("edgenext", "EdgeNeXt", t, tm("edgenext_xx_small", 64), "ts17")
    yield from pytorch("fastvit", "FastViT", t, tm("fastvit_t8", 64), "ts17")
    yield from pytorch("efficientvit", "EfficientViT", t, tm("efficientvit_b0", 64), "ts17")
    yield from pytorch("mobilenet-v4", "MobileNetV4", t, tm("mobilenetv4_conv_small_050", 64), "ts17")
    yield from pytorch("xcit", "XCiT", t, tm("xcit_nano_12_p16_224", 64, img_size=64), "ts17")
    yield from pytorch("poolformer", "PoolFormer", t, tm("poolformer_s12", 64), "ts17")
    yield from pytorch("hrnet", "HRNet", t, tm("hrnet_w18_small", 64), "ts17")
    yield from pytorch("pit", "PiT", t, tm("pit_ti_224", 224), "ts17")
    yield from pytorch("hf-vit", "ViT", "transformers", lambda: n.picture_transformer("ViTConfig", "ViTForImageClassification"), "ts17", "dy20")
    yield from pytorch("dinov2", "DINOv2", "transformers", lambda: n.picture_transformer("Dinov2Config", "Dinov2ForImageClassification"), "ts17/1")
    yield from pytorch("beit", "BEiT", "transformers", lambda: n.picture_transformer("BeitConfig", "BeitForImageClassification"), "ts17/1")


def language():
    h = "transformers"
    hf = lambda config, model, **o: lambda: n.hugging_face(config, model, **o)
    three = ("input_ids", "attention_mask", "token_type_ids")
    bert = hf("BertConfig", "BertForSequenceClassification", names=three)
    yield from pytorch("bert", "BERT", h, bert, "ts14", "dy20", names=list(three), free=(1,))
    yield from pytorch("bert-fixed", "BERT", h, bert, "ts17/1", names=list(three))
    yield from pytorch("bert-sdpa", "BERT", h, hf("BertConfig", "BertModel", attention="sdpa"), "ts17", free=(1,), variant="scaled_dot_product_attention")
    yield from pytorch("minilm", "MiniLM", h, hf("BertConfig", "BertModel", names=three, num_hidden_layers=6, hidden_size=96, num_attention_heads=12, intermediate_size=192), "ts14", "dy18", names=list(three), free=(1,))
    yield from pytorch("roberta", "RoBERTa", h, hf("RobertaConfig", "RobertaForSequenceClassification"), "ts17", "dy20", free=(1,))
    yield from pytorch("distilbert", "DistilBERT", h, hf("DistilBertConfig", "DistilBertForSequenceClassification", dim=48, hidden_dim=96, n_layers=3, n_heads=4, hidden_size=None, num_hidden_layers=None, num_attention_heads=None, intermediate_size=None), "ts14", "dy20", free=(1,))
    yield from pytorch("albert", "ALBERT", h, hf("AlbertConfig", "AlbertForSequenceClassification", embedding_size=24), "ts17", "dy20", free=(1,))
    yield from pytorch("electra", "ELECTRA", h, hf("ElectraConfig", "ElectraForSequenceClassification", embedding_size=24), "ts17", free=(1,))
    yield from pytorch("deberta-v2", "DeBERTa-v2", h, hf("DebertaV2Config", "DebertaV2ForSequenceClassification", relative_attention=True, position_buckets=8, pos_att_type=["p2c", "c2p"], norm_rel_ebd="layer_norm", share_att_key=True), "ts17", free=(1,))
    yield from pytorch("deberta-v2-fixed", "DeBERTa-v2", h, hf("DebertaV2Config", "DebertaV2ForSequenceClassification", relative_attention=True, position_buckets=8, pos_att_type=["p2c", "c2p"], norm_rel_ebd="layer_norm", share_att_key=True), "ts17/1")
    yield from pytorch("modernbert", "ModernBERT", h, hf("ModernBertConfig", "ModernBertForSequenceClassification", pad_token_id=0, bos_token_id=1, eos_token_id=1, cls_token_id=1, sep_token_id=1), "ts17", "dy20", free=(1,))
    yield from pytorch("gpt2", "GPT-2", h, hf("GPT2Config", "GPT2Model", n_embd=48, n_layer=3, n_head=4, n_positions=64, hidden_size=None, num_hidden_layers=None, num_attention_heads=None, intermediate_size=None, max_position_embeddings=None), "ts17", "dy20", free=(1,))
    yield from pytorch("gpt2-fixed", "GPT-2", h, hf("GPT2Config", "GPT2Model", n_embd=48, n_layer=3, n_head=4, n_positions=64, hidden_size=None, num_hidden_layers=None, num_attention_heads=None, intermediate_size=None, max_position_embeddings=None), "ts17/1")
    yield from pytorch("mpnet", "MPNet", h, hf("MPNetConfig", "MPNetForSequenceClassification"), "ts17", free=(1,))
    yield from pytorch("xlm-roberta", "XLM-RoBERTa", h, hf("XLMRobertaConfig", "XLMRobertaModel"), "ts17", free=(1,))
    yield from pytorch("convbert", "ConvBERT", h, hf("ConvBertConfig", "ConvBertForSequenceClassification", embedding_size=24), "ts17", free=(1,))
    yield from pytorch("squeezebert", "SqueezeBERT", h, hf("SqueezeBertConfig", "SqueezeBertForSequenceClassification", embedding_size=48), "ts17", free=(1,))
    yield from pytorch("mobilebert", "MobileBERT", h, hf("MobileBertConfig", "MobileBertForSequenceClassification", embedding_size=24, intra_bottleneck_size=24, true_hidden_size=24), "ts17", free=(1,))
    yield from pytorch("t5-encoder", "T5 encoder", h, hf("T5Config", "T5EncoderModel", d_model=48, d_kv=12, d_ff=96, num_layers=3, num_heads=4, hidden_size=None, num_hidden_layers=None, num_attention_heads=None, intermediate_size=None), "ts17", free=(1,))
    yield from pytorch("llama", "Llama", h, hf("LlamaConfig", "LlamaModel", num_key_value_heads=2, head_dim=12), "ts17", "dy20", free=(1,))
    yield from pytorch("text-lstm", "LSTM on words", "own", n.text_recurrent, "ts17", names=["input_ids"])


def own():
    o = "own"
    yield from pytorch("mlp", "MLP", o, n.mlp, "ts11", "ts20", "dy20")
    yield from pytorch("activations", "MLP of 19 activations", o, n.activations, "ts17", "dy20")
    yield from pytorch("plain-cnn", "plain CNN", o, n.plain_cnn, "ts11", "ts12/1", "ts13", "ts14", "ts15", "ts16/2", "ts18", "ts19", "ts20", "dy18", "dy20")
    yield from pytorch("small-resnet", "small ResNet", o, n.small_resnet, "ts17", "dy20/1")
    yield from pytorch("small-resnet-free", "small ResNet", o, n.small_resnet, "ts17", free=(2, 3), variant="free height and width")
    yield from pytorch("lstm", "LSTM", o, lambda: n.recurrent("LSTM"), "ts17", "dy20/1")
    yield from pytorch("gru", "GRU", o, lambda: n.recurrent("GRU"), "ts17", "ts14/1")
    yield from pytorch("bilstm", "bidirectional LSTM", o, lambda: n.recurrent("LSTM", bidirectional=True, num_layers=2), "ts17")
    yield from pytorch("rnn", "RNN", o, lambda: n.recurrent("RNN"), "ts17")
    yield from pytorch("autoencoder", "autoencoder (ConvTranspose)", o, n.autoencoder, "ts17", "dy20")
    yield from pytorch("unet", "U-Net (Resize)", o, n.unet, "ts17", "dy20")
    yield from pytorch("unet-nearest", "U-Net (Resize)", o, lambda: n.unet("nearest"), "ts13")
    yield from pytorch("super-resolution", "super-resolution (PixelShuffle)", o, n.super_resolution, "ts17")
    yield from pytorch("sequence-cnn", "1-D CNN", o, n.sequence_cnn, "ts17", "dy20")
    yield from pytorch("volume-cnn", "3-D CNN", o, n.volume_cnn, "ts17")
    yield from pytorch("norms", "CNN of five normalisations", o, n.norms, "ts17", "dy20")
    yield from pytorch("encoder", "Transformer encoder (PyTorch)", o, n.encoder, "ts17", "dy20")
    yield from pytorch("encoder-post", "Transformer encoder (PyTorch)", o, lambda: n.encoder(norm_first=False), "ts14/1")
    yield from pytorch("handmade", "hand-written operators", o, n.handmade, "ts17", "dy20")


def tiny():
    """Small enough to be kept in the repository."""
    h, t = "transformers", "timm"
    small = {"hidden_size": 20, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24, "max_position_embeddings": 24}
    none = dict.fromkeys(small)
    hf = lambda config, model, **o: lambda: n.hugging_face(config, model, **{**small, **o})
    three = ("input_ids", "attention_mask", "token_type_ids")
    yield from pytorch("tiny-bert", "BERT", h, hf("BertConfig", "BertForSequenceClassification", names=three), "ts14", names=list(three), free=(1,))
    yield from pytorch("tiny-roberta", "RoBERTa", h, hf("RobertaConfig", "RobertaModel"), "dy20", free=(1,))
    yield from pytorch("tiny-gpt2", "GPT-2", h, hf("GPT2Config", "GPT2Model", **{**none, "n_embd": 20, "n_layer": 2, "n_head": 2, "n_positions": 24}), "ts17/1")
    yield from pytorch("tiny-deberta", "DeBERTa-v2", h, hf("DebertaV2Config", "DebertaV2Model", relative_attention=True, position_buckets=4, pos_att_type=["p2c", "c2p"], share_att_key=True), "ts17/1")
    yield from pytorch("tiny-vit", "ViT", t, n.tiny_vit, "ts17")
    yield from pytorch("tiny-swin", "Swin", t, n.tiny_swin, "dy20")


def half():
    change = lambda keep: lambda plain, path, samples: export.with_half_weights(plain, path, keep)
    v, o = "torchvision", "own"
    yield derived("resnet18-half", "ResNet-18", v, lambda: n.torchvision_model("resnet18", 64), "float16, float32 input", change(True))
    yield derived("mobilenet-v2-half", "MobileNetV2", v, lambda: n.torchvision_model("mobilenet_v2", 64), "float16, float32 input", change(True), batch="1")
    yield derived("plain-cnn-half", "plain CNN", o, n.plain_cnn, "float16 throughout", change(False))
    yield derived("mlp-half", "MLP", o, n.mlp, "float16, float32 input", change(True))
    yield derived("vit-half", "ViT", v, n.torchvision_vit, "float16, float32 input", change(True))
    yield derived("bert-half", "BERT", "transformers", lambda: n.hugging_face("BertConfig", "BertModel"), "float16", change(True), free=(1,))
    yield from pytorch("small-resnet-half-module", "small ResNet", o, n.small_resnet, "ts17", half=True, variant="float16 throughout (module.half())")


def external():
    v, o = "torchvision", "own"
    change = lambda plain, path, samples: export.with_external_weights(plain, path)
    yield derived("mobilenet-v3-external", "MobileNetV3", v, lambda: n.torchvision_model("mobilenet_v3_small", 64), "weights in a file of their own", change)
    yield derived("encoder-external", "Transformer encoder (PyTorch)", o, n.encoder, "weights in a file of their own", change)
    yield derived("minilm-external", "MiniLM", "transformers", lambda: n.hugging_face("BertConfig", "BertModel"), "weights in a file of their own", change, free=(1,))
    yield from pytorch("convmixer-external", "ConvMixer", "timm", n.convmixer, "dy20", external=True, variant="weights in a file of their own")


def items():
    import optimised
    import quantised

    for group in (own, tiny, language, vision, half, external, quantised.items, optimised.items, others.scikit_items):
        yield from group()
