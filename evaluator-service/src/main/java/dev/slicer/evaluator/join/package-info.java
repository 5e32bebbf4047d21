/**
 * The Kafka Streams topology that sends labelled documents to be tagged, joins them with their answers and writes a score for
 * each. What is counted in a document belongs into {@code gold}; nothing that is shown to people is read from the join's stores.
 */
package dev.slicer.evaluator.join;
