"""The parts of need understanding: reading, retrieval, clue rules and the learned combination."""
