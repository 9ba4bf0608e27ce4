"""How the weights are made from the authored corpus; scikit-learn is imported here only, nothing of it serves."""
