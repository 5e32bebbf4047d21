/**
 * A real Kafka in processes of its own, one node or three, for benchmarks, the demonstration, and tests where
 * there is no container; each can be killed, hung or cut off. Not for production.
 */
package dev.slicer.broker;
