"""Too little, right, too much: presets that underfit and overfit on purpose."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo.lecture_experiments._spec import Contender, LectureExperiment, register


def dense_network(*hidden: int) -> Graph:
    """784-…-10 with ReLU."""
    net = Sketch((1, 28, 28))
    net.add("flatten", "flatten")
    for number, units in enumerate(hidden, start=1):
        net.add("dense", f"fc{number}", out_features=units)
        net.add("relu", f"relu{number}")
    net.add("dense", f"fc{len(hidden) + 1}", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


_FEW = DataSettings("fashion_mnist", train_size=600, validation_fraction=0.2)
_ADAM = TrainingSettings(learning_rate=0.001, batch_size=32, epochs=60)

OVERFITTING = register(
    LectureExperiment(
        key="overfit",
        title="Overfit on purpose",
        question="Half a million weights and 600 pictures: enough to learn every single one by heart. When does it "
        "stop learning anything true?",
        look_at="where the curves part. Then try the coach's remedies beside this run.",
        measured="validation loss is lowest after 7 epochs, at 0.603; after 60 it is 1.32, with a training loss of "
        "0.08. 76.1 % of the test pictures are right. Twins from the same start ended at 0.66 with augmentation, 0.76 "
        "with dropout 0.5, 0.83 with weight decay 0.001, 1.06 (but 83.4 % right instead of 77.9 %) with four times "
        "the data.",
        source="Goodfellow, Bengio and Courville 2016, Deep learning, chapter 5",
        contenders=(Contender("overfits", partial(dense_network, 512, 256), _ADAM),),
        data=_FEW,
        seconds=10,
        kind="preset",
        words=("by heart", "coach", "remedies"),
    )
)

UNDERFITTING = register(
    LectureExperiment(
        key="underfit",
        title="Underfit on purpose",
        question="Sixteen hidden units, and a heavy penalty on every weight: too little freedom to tell ten kinds of "
        "clothes apart. How can one see that from the curves?",
        look_at="both losses stop early and high, close together: it does no better on what it learns from than on "
        "what it has not seen. More data would not help; try the coach's remedies.",
        measured="after 40 epochs training loss is 0.976 and validation loss 1.00; 68.1 % of the training and 68.0 % "
        "of the validation pictures are right. Without weight decay the losses are 0.12 and 0.681, and 80.8 % of the "
        "validation pictures are right.",
        source="Goodfellow, Bengio and Courville 2016, Deep learning, chapter 5",
        contenders=(
            Contender(
                "underfits",
                partial(dense_network, 16),
                TrainingSettings(learning_rate=0.003, batch_size=32, epochs=40, weight_decay=0.1),
            ),
        ),
        data=DataSettings("fashion_mnist", train_size=1000, validation_fraction=0.2),
        seconds=4,
        kind="preset",
        words=("too small", "coach", "remedies"),
    )
)

FITTING = register(
    LectureExperiment(
        key="fitting",
        title="Too small, right, too large",
        question="Three networks, the same 600 pictures. Which one does best on pictures that it has not seen?",
        look_at="the distance between training and validation: none where the network is too small, wide where it is "
        "too large.",
        measured="training and validation loss after 60 epochs are 1.38 and 1.56 with 2 units (44.1 % of the test "
        "pictures right), 0.139 and 0.651 with 32 (78.4 %), 0.08 and 1.32 with 512 + 256 (76.1 %).",
        source="Goodfellow, Bengio and Courville 2016, Deep learning, figure 5.3",
        contenders=(
            Contender("too small: 2 units", partial(dense_network, 2), _ADAM),
            Contender("right: 32 units", partial(dense_network, 32), _ADAM),
            Contender("too large: 512 + 256", partial(dense_network, 512, 256), _ADAM),
        ),
        data=_FEW,
        seconds=12,
        words=("underfitting", "overfitting", "capacity"),
    )
)
