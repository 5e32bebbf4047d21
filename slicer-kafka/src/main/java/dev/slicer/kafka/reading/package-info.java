/**
 * Readers of whole topics, without a consumer group, and how far readers are. What becomes of a record is for
 * the handler to say.
 */
package dev.slicer.kafka.reading;
