/**
 * Commands that make a new checkpoint of others without training: slicer average and slicer trim. The arithmetic is in
 * slicer-model.
 */
package dev.slicer.cli.checkpoints;
