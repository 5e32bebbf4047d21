/**
 * slicer sweep: a grid of training runs, here or on trainers. What a run does is in slicer-experiments; this only
 * starts it and shows how far it is.
 */
package dev.slicer.cli.sweep;
