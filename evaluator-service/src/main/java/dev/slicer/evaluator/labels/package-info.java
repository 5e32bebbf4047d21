/** The labels that the evaluator's metrics share, bounded whatever senders write. */
package dev.slicer.evaluator.labels;
