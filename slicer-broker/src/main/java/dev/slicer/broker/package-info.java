/**
 * A real Kafka in processes of its own, one node or three, for tests, benchmarks and the demonstration; each can be
 * killed, hung or cut off. Not for production.
 */
package dev.slicer.broker;
