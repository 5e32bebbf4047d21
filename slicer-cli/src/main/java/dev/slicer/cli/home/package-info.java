/**
 * The folders that Slicer keeps on this machine, and one run's folder among them. What is inside of a checkpoint or a
 * model belongs to slicer-model.
 */
package dev.slicer.cli.home;
