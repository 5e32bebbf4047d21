/**
 * slicer train: fine-tunes one model. Grids of runs are in sweep, and what is made of checkpoints afterwards in
 * checkpoints.
 */
package dev.slicer.cli.train;
