/**
 * The transformer encoder: its configuration, its parameters and its forward pass over packed batches. Heads and losses
 * belong to tagging and training.
 */
package dev.slicer.encoder;
