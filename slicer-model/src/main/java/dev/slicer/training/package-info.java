/**
 * Fine-tuning with the SLICER objective: batches, gradients, AdamW, and the files from which an interrupted run goes on.
 * What a run is for, and where its result goes, is decided elsewhere.
 */
package dev.slicer.training;
