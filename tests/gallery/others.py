"""scikit-learn through skl2onnx, and Keras through tf2onnx."""

import numpy as np
import onnx

from item import Item


def scikit(name, architecture, build, opset=17, variant="", zipmap=False, n_classes=3):
    def make(path):
        from sklearn.datasets import make_classification
        from skl2onnx import to_onnx

        x, y = make_classification(300, 12, n_informative=6, n_classes=n_classes, random_state=3)
        x = x.astype(np.float32)
        model = build().fit(x, y)
        wishes = {"options": {"zipmap": zipmap}} if hasattr(model, "classes_") else {}
        proto = to_onnx(model, x[:1], target_opset={"": opset, "ai.onnx.ml": 3}, **wishes)
        proto.ir_version = 8
        onnx.save(proto, path)
        return x[:2], None

    return Item(name, architecture, "scikit-learn", "skl2onnx", opset, "free", make, variant)


def scikit_items():
    def pipeline(*parts):
        from sklearn.pipeline import make_pipeline

        return make_pipeline(*parts)

    def mlp(**options):
        from sklearn.neural_network import MLPClassifier

        return MLPClassifier(hidden_layer_sizes=(24, 16), max_iter=30, random_state=1, **options)

    def regressor():
        from sklearn.neural_network import MLPRegressor

        return MLPRegressor(hidden_layer_sizes=(24, 16), max_iter=30, random_state=1, activation="tanh")

    def logistic():
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=300)

    def scaler():
        from sklearn.preprocessing import StandardScaler

        return StandardScaler()

    def pca():
        from sklearn.decomposition import PCA

        return PCA(5, random_state=1)

    def trees(kind, **options):
        import sklearn.ensemble

        return getattr(sklearn.ensemble, kind)(random_state=1, **options)

    def tree(kind, **options):
        import sklearn.tree

        return getattr(sklearn.tree, kind)(random_state=1, **options)

    def machine(kind, **options):
        import sklearn.svm

        return getattr(sklearn.svm, kind)(**options)

    yield scikit("sk-mlp", "MLP (scikit-learn)", mlp)
    yield scikit("sk-mlp-zipmap", "MLP (scikit-learn)", mlp, zipmap=True, variant="ZipMap")
    yield scikit("sk-mlp-regressor", "MLP regressor (scikit-learn)", regressor, opset=15)
    yield scikit("sk-logistic", "logistic regression", logistic)
    yield scikit("sk-logistic-zipmap", "logistic regression", logistic, zipmap=True, variant="ZipMap")
    yield scikit("sk-scaler-mlp", "pipeline: scaler, MLP", lambda: pipeline(scaler(), mlp(activation="logistic")))
    yield scikit("sk-pca-logistic", "pipeline: scaler, PCA, logistic regression", lambda: pipeline(scaler(), pca(), logistic()), opset=18)
    yield scikit("sk-forest", "random forest", lambda: trees("RandomForestClassifier", n_estimators=5, max_depth=4))
    yield scikit("sk-forest-large", "random forest", lambda: trees("RandomForestClassifier", n_estimators=60), opset=15, zipmap=True, variant="ZipMap")
    yield scikit("sk-forest-binary", "random forest", lambda: trees("RandomForestClassifier", n_estimators=8), variant="two classes", n_classes=2)
    yield scikit("sk-forest-regressor", "random forest regressor", lambda: trees("RandomForestRegressor", n_estimators=8))
    yield scikit("sk-boosting", "gradient boosting", lambda: trees("GradientBoostingClassifier", n_estimators=10))
    yield scikit("sk-boosting-binary", "gradient boosting", lambda: trees("GradientBoostingClassifier", n_estimators=10), variant="two classes", n_classes=2)
    yield scikit("sk-tree", "decision tree", lambda: pipeline(scaler(), tree("DecisionTreeClassifier", max_depth=5)))
    yield scikit("sk-tree-regressor", "decision tree regressor", lambda: tree("DecisionTreeRegressor", max_depth=6))
    yield scikit("sk-svc", "support vector classifier", lambda: pipeline(scaler(), machine("SVC")), variant="RBF")
    yield scikit("sk-svc-pairs", "support vector classifier", lambda: machine("SVC", kernel="poly", decision_function_shape="ovo"), variant="polynomial, a score per pair of classes")
    yield scikit("sk-svr", "support vector regressor", lambda: pipeline(scaler(), machine("SVR")), variant="RBF")
    yield scikit("sk-svr-poly", "support vector regressor", lambda: pipeline(scaler(), machine("SVR", kernel="poly", coef0=0.5)), variant="polynomial")
    yield scikit("sk-svr-linear", "support vector regressor", lambda: machine("SVR", kernel="linear"), variant="linear")


# ---- Keras


def keras(name, architecture, build, shape, opset=15, variant="", batch="free", refused=""):
    def make(path):
        import keras
        import tensorflow as tf
        import tf2onnx

        keras.utils.set_random_seed(7)
        model = build(keras.layers, keras)
        size = None if batch == "free" else int(batch)
        signature = [tf.TensorSpec([size, *shape], tf.float32, name="input")]
        proto, _ = tf2onnx.convert.from_function(tf.function(lambda x: model(x, training=False)), input_signature=signature, opset=opset)
        proto.ir_version = 8
        onnx.save(proto, path)
        return np.random.default_rng(5).standard_normal((2, *shape)).astype(np.float32), None

    return Item(name, architecture, "Keras", "tf2onnx", opset, batch, make, variant, environment="tensorflow", refused=refused)


# Kept in tests/data/gallery, see gallery.KEPT.
KEPT = ["keras-cnn", "keras-gru"]


def keras_items():
    def cnn(layers, keras):
        return keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(8, 3, padding="same", activation="relu"), layers.BatchNormalization(), layers.MaxPooling2D(),
                                 layers.Conv2D(16, 3, strides=2, padding="same", activation="swish"), layers.GlobalAveragePooling2D(), layers.Dense(4, activation="softmax")])

    def flat_cnn(layers, keras):
        return keras.Sequential([keras.Input((14, 14, 1)), layers.Conv2D(6, 5, activation="tanh"), layers.AveragePooling2D(2), layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10)])

    def mlp(layers, keras):
        return keras.Sequential([keras.Input((12,)), layers.Dense(24, activation="relu"), layers.Dense(24, activation="elu"), layers.Dense(3, activation="softmax")])

    def residual(layers, keras):
        x = start = keras.Input((16, 16, 3))
        x = layers.Conv2D(8, 3, padding="same")(x)
        for _ in range(3):
            y = layers.SeparableConv2D(8, 3, padding="same")(layers.ReLU()(layers.BatchNormalization()(x)))
            x = layers.Add()([x, y])
        return keras.Model(start, layers.Dense(4)(layers.GlobalMaxPooling2D()(layers.LayerNormalization()(x))))

    def lstm(layers, keras):
        return keras.Sequential([keras.Input((10, 6)), layers.LSTM(12, return_sequences=True), layers.LSTM(8), layers.Dense(3)])

    def gru(layers, keras):
        return keras.Sequential([keras.Input((10, 6)), layers.GRU(8), layers.Dense(3)])

    def attention(layers, keras):
        x = start = keras.Input((10, 16))
        x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 8)(x, x))
        x = layers.LayerNormalization()(x + layers.Dense(16)(layers.Dense(32, activation="silu")(x)))
        return keras.Model(start, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))

    def mobilenet(layers, keras):
        return keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, classes=10)

    def generator(layers, keras):
        return keras.Sequential([keras.Input((7, 7, 4)), layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="leaky_relu"), layers.UpSampling2D(), layers.Conv2D(1, 3, padding="same", activation="sigmoid")])

    yield keras("keras-cnn", "CNN (Keras)", cnn, (16, 16, 3))
    yield keras("keras-cnn-fixed", "CNN (Keras)", cnn, (16, 16, 3), opset=13, batch="1")
    yield keras("keras-lenet", "LeNet (Keras)", flat_cnn, (14, 14, 1), opset=12)
    yield keras("keras-mlp", "MLP (Keras)", mlp, (12,), opset=13)
    yield keras("keras-residual", "separable ResNet (Keras)", residual, (16, 16, 3), opset=18)
    yield keras("keras-lstm", "LSTM (Keras)", lstm, (10, 6))
    yield keras("keras-gru", "GRU (Keras)", gru, (10, 6))
    yield keras("keras-attention", "Transformer block (Keras)", attention, (10, 16), opset=17)
    yield keras("keras-mobilenet-v2", "MobileNetV2 (Keras)", mobilenet, (32, 32, 3), opset=15)
    yield keras("keras-generator", "generator (Keras)", generator, (7, 7, 4), opset=15)
