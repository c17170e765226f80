"""Files as ONNX Runtime's optimisers save them: with operators of its own that each stand for several."""

import networks as n


def saved(plain, path, samples):
    """As a session saves it that is told to optimise for any processor."""
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    runtime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])


def of_transformers(kind, heads, width, **wishes):
    """As `python -m onnxruntime.transformers.optimizer` and `optimum-cli onnxruntime optimize` do."""

    def change(plain, path, samples):
        import logging

        from onnxruntime.transformers import optimizer
        from onnxruntime.transformers.fusion_options import FusionOptions

        logging.disable(logging.WARNING)
        options = FusionOptions(kind)
        for name, value in wishes.items():
            setattr(options, name, value)
        model = optimizer.optimize_model(str(plain), model_type=kind, num_heads=heads, hidden_size=width, optimization_options=options, opt_level=0, use_gpu=False)
        model.save_model_to_file(str(path))

    return change


def items():
    from gallery import derived

    o, v, t, h = "own", "torchvision", "timm", "transformers"
    variant, for_texts = "optimised by ONNX Runtime", "optimised for Transformers by ONNX Runtime"
    hf = lambda config, model, **options: lambda: n.hugging_face(config, model, **options)
    small = {"n_embd": 48, "n_layer": 3, "n_head": 4, "n_positions": 64, "hidden_size": None, "num_hidden_layers": None, "num_attention_heads": None, "intermediate_size": None, "max_position_embeddings": None}
    three = ("input_ids", "attention_mask", "token_type_ids")
    yield derived("small-resnet-optimised", "small ResNet", o, n.small_resnet, variant, saved)
    yield derived("plain-cnn-optimised", "plain CNN", o, n.plain_cnn, variant, saved)
    yield derived("activations-optimised", "MLP of 19 activations", o, n.activations, variant, saved)
    yield derived("mobilenet-v3-optimised", "MobileNetV3", v, lambda: n.torchvision_model("mobilenet_v3_small", 64), variant, saved)
    yield derived("efficientnet-b0-optimised", "EfficientNet-B0", v, lambda: n.torchvision_model("efficientnet_b0", 64), variant, saved)
    yield derived("swin-tiny-optimised", "Swin-tiny", t, lambda: n.timm_model("swin_tiny_patch4_window7_224", 64, img_size=64, depths=(2, 2, 2, 2)), variant, saved)
    yield derived("mpnet-optimised", "MPNet", h, hf("MPNetConfig", "MPNetForSequenceClassification"), variant, saved, free=(1,))
    yield derived("gpt2-optimised", "GPT-2", h, hf("GPT2Config", "GPT2Model", **small), variant, saved, free=(1,))
    yield derived("deberta-v2-optimised", "DeBERTa-v2", h, hf("DebertaV2Config", "DebertaV2ForSequenceClassification", relative_attention=True, position_buckets=8, pos_att_type=["p2c", "c2p"], norm_rel_ebd="layer_norm", share_att_key=True), variant, saved, free=(1,))
    bert = hf("BertConfig", "BertForSequenceClassification", names=three)
    yield derived("bert-fused", "BERT", h, bert, for_texts, of_transformers("bert", 4, 48), opset=14, names=list(three), free=(1,))
    yield derived("bert-fused-index", "BERT", h, bert, f"{for_texts}, masks as lengths", of_transformers("bert", 4, 48, attention_mask_format=1), opset=14, names=list(three), free=(1,))
    yield derived("bert-fused-heads", "BERT", h, bert, f"{for_texts}, MultiHeadAttention", of_transformers("bert", 4, 48, use_multi_head_attention=True), opset=14, names=list(three), free=(1,))
    yield derived("distilbert-fused", "DistilBERT", h, hf("DistilBertConfig", "DistilBertForSequenceClassification", dim=48, hidden_dim=96, n_layers=3, n_heads=4, hidden_size=None, num_hidden_layers=None, num_attention_heads=None, intermediate_size=None), for_texts, of_transformers("bert", 4, 48), opset=14, free=(1,))
    yield derived("gpt2-fused", "GPT-2", h, hf("GPT2Config", "GPT2Model", **small), for_texts, of_transformers("gpt2", 4, 48), opset=14, free=(1,))
    yield derived("vit-tiny-fused", "ViT-tiny", t, lambda: n.timm_model("vit_tiny_patch16_224", 64, img_size=64), for_texts, of_transformers("vit", 3, 192), opset=14)
    tiny = {"num_hidden_layers": 2, "hidden_size": 20, "num_attention_heads": 2, "intermediate_size": 40, "max_position_embeddings": 24}
    yield derived("tiny-bert-fused", "BERT", h, hf("BertConfig", "BertForSequenceClassification", names=three, **tiny), for_texts, of_transformers("bert", 2, 20), opset=14, names=list(three), free=(1,))
