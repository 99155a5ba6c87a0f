"""What the window and ``models`` say of each network: whether its weights are here, could be, or are random."""

from inspector.core.network.offers import OfferState
from inspector.nets import entries, offers, summaries


def test_whose_weights_are_here(tmp_path, monkeypatch):
    monkeypatch.setattr("inspector.core.places.downloads", lambda: tmp_path)
    (tmp_path / "resnet18-f37072fd.pth").write_bytes(b"fetched before")
    seen = {offer.id: offer for offer in offers()}
    assert list(seen) == [one.id for one in entries()]
    states = {id: seen[id].state for id in ("lenet5", "resnet18", "vgg16", "lenet5-1998")}
    assert states == {
        "lenet5": OfferState.SHIPPED, "resnet18": OfferState.SHIPPED, "vgg16": OfferState.DOWNLOADABLE,
        "lenet5-1998": OfferState.UNTRAINED,
    }  # fmt: skip
    assert seen["lenet5"].line == "MNIST · 0.63 % error · 61,706 parameters"
    assert seen["vgg16"].line == "ImageNet · 138,357,544 parameters"
    weights = {one.id: one.weights for one in summaries()}
    assert [weights[id] for id in states] == ["shipped", "downloaded", "", ""]
