/**
 * slicer verify and slicer keys: whether a checkpoint is what it says, and keys to sign checkpoints with. What is checked is
 * dev.slicer.checkpoint's to say.
 */
package dev.slicer.cli.trust;
