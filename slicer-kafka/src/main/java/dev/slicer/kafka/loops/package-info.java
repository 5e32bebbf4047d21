/**
 * Threads that read and write topics for as long as a process runs: how they begin, pause and end. No Kafka
 * client may come in.
 */
package dev.slicer.kafka.loops;
