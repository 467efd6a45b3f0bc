"""The audio encoder: sessions, checkpoints, ONNX export, identity."""
