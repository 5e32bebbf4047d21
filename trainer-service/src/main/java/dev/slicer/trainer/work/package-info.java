/**
 * What becomes of the requests that this trainer gets: their jobs are run one after another and reported on, or put back. How a job is done is
 * in slicer-experiments.
 */
package dev.slicer.trainer.work;
