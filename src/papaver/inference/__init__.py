"""Fits of the model's core to findings marked as fits; the posteriors they give are shipped as data."""
