/**
 * Checkpoints without the sub-tokens that their users do not need: which ones are needed, and the smaller files.
 */
package dev.slicer.vocabulary;
