/**
 * What the scores of all documents come to, added up by Kafka Streams: of each document and model the last score counts, and
 * each change of it goes to the one task that has its benchmark, model and language. What comes of it is published on a
 * compacted topic; nothing here is shown to people.
 */
package dev.slicer.evaluator.totals;
