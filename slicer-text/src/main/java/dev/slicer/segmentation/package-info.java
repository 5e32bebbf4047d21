/**
 * A text as models read it, its words and its sentences, and words put together to a text again, for all scripts.
 * Offsets are always those of the text that was sent.
 */
package dev.slicer.segmentation;
