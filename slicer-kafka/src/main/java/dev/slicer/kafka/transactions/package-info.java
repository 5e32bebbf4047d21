/**
 * The watch of a stream that transactions hold up, and the end of those that hang, as KIP-664 describes them.
 * Nothing else may use requests that Kafka keeps for its brokers.
 */
package dev.slicer.kafka.transactions;
