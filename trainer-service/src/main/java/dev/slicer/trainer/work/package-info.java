/**
 * The loop that runs jobs one after another, each under its lease, and reports on them. How a job is done is
 * in slicer-experiments.
 */
package dev.slicer.trainer.work;
