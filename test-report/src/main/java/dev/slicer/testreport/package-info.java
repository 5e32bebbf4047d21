/**
 * The last lines of the build: which Kafka the tests used, how many tests were skipped, and what they need.
 */
package dev.slicer.testreport;
