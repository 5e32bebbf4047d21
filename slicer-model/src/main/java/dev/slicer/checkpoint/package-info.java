/**
 * Checkpoints on disk: weights, tokenizer files, manifests, and the store that publishes them whole or not at all. No
 * tensor is computed with here; a mean of weights is arithmetic on files.
 */
package dev.slicer.checkpoint;
