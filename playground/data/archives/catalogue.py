"""The archives that there are, and the data sets that are made of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playground.data._spec import DataError, DataSet, Samples, register
from playground.data.archives._spec import Archive, RemoteFile, downloads_folder
from playground.data.pictures import FASHION_MNIST, MNIST, read_pictures


def _idx(base: str, sums: tuple[tuple[str, int, str], ...]) -> tuple[RemoteFile, ...]:
    return tuple(RemoteFile(name, base + name, size, md5) for name, size, md5 in sums)


MNIST_ARCHIVE = Archive(
    "mnist_full",
    "MNIST in full",
    "idx",
    _idx(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        (
            ("train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
            ("train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
            ("t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
            ("t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
        ),
    ),
)

FASHION_ARCHIVE = Archive(
    "fashion_mnist_full",
    "Fashion in full",
    "idx",
    _idx(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        (
            ("train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            ("train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
            ("t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
            ("t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
        ),
    ),
)

CIFAR_ARCHIVE = Archive(
    "cifar10",
    "CIFAR-10",
    "cifar-10",
    (
        RemoteFile(
            "cifar-10-binary.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            170_052_171,
            "c32a1d4ab5d03f1284b67883e8d87530",
        ),
    ),
)

ARCHIVES = {archive.key: archive for archive in (MNIST_ARCHIVE, FASHION_ARCHIVE, CIFAR_ARCHIVE)}
"""By the key of their data set."""


def archive_of(key: str) -> Archive | None:
    """The archive that a data set is made of; None for those that ship or are the user's own."""
    return ARCHIVES.get(key)


def path_of(key: str) -> Path:
    """Where the data set lies once it has been fetched."""
    return downloads_folder() / f"{key}.npz"


def is_here(key: str) -> bool:
    """Whether the examples of a data set are on this machine; those without an archive always are."""
    return key not in ARCHIVES or path_of(key).is_file()


def _load(key: str, shape: tuple[int, ...], *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader."""
    if not is_here(key):
        raise DataError(
            f"{ARCHIVES[key].title} is not on this machine yet. Choose it in the list of data sets, and it can be "
            "downloaded, or opened from a file."
        )
    path = path_of(key)
    try:
        return read_pictures(path, classes=10, shape=shape)
    except DataError as error:
        if isinstance(error.__cause__, OSError):
            raise
        beside = path.with_suffix(".damaged")
        path.replace(beside)  # so that it is offered for download again
        raise DataError(
            f"The file of {ARCHIVES[key].title} on this machine is damaged; it was put aside as {beside.name}. "
            "Choose the set again in the list of data sets, and it can be downloaded again, or opened from files."
        ) from error


MNIST_FULL = register(
    DataSet(
        key=MNIST_ARCHIVE.key,
        title=MNIST_ARCHIVE.title,
        summary="All handwritten digits of MNIST: 60,000 to learn from, 10,000 to test. Downloaded once, 12 MB.",
        sample_shape=MNIST.sample_shape,
        classes=MNIST.classes,
        target_shape=(),
        options=(),
        group="To download",
        source="Y. LeCun, C. Cortes and C. Burges (1998); CC BY-SA 3.0.",
        loader=partial(_load, MNIST_ARCHIVE.key, (28, 28)),
    )
)

FASHION_FULL = register(
    DataSet(
        key=FASHION_ARCHIVE.key,
        title=FASHION_ARCHIVE.title,
        summary="All of Fashion-MNIST: 60,000 articles to learn from, 10,000 to test. Downloaded once, 31 MB.",
        sample_shape=FASHION_MNIST.sample_shape,
        classes=FASHION_MNIST.classes,
        target_shape=(),
        options=(),
        group="To download",
        source="H. Xiao, K. Rasul and R. Vollgraf, Zalando (2017); MIT licence.",
        loader=partial(_load, FASHION_ARCHIVE.key, (28, 28)),
    )
)

CIFAR_10 = register(
    DataSet(
        key=CIFAR_ARCHIVE.key,
        title=CIFAR_ARCHIVE.title,
        summary="Small colour photos of ten things: 50,000 to learn from, 10,000 to test. Downloaded once, 170 MB.",
        sample_shape=(3, 32, 32),
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        target_shape=(),
        options=(),
        group="To download",
        source="A. Krizhevsky (2009), Learning Multiple Layers of Features from Tiny Images; no licence stated.",
        loader=partial(_load, CIFAR_ARCHIVE.key, (32, 32, 3)),
    )
)
