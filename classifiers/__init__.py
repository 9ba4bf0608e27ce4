"""What does it say: sentences, rules, learnt stages, the scan and the matter verdict. Imports only models."""
