/**
 * Documents from Kafka and entities to Kafka, exactly once: consumed, read, tagged and produced in batches that are
 * transactions. What is done with a batch is behind DocumentWork; documents on trial are in trial.
 */
package dev.slicer.inference.stream;
