/**
 * The real Kafka that a test uses: in a container where a Docker engine answers, in a child process where none does. In
 * the test scope of other modules only.
 */
package dev.slicer.testbroker;
