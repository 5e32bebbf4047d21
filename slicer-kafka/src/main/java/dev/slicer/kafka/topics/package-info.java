/**
 * The topics as they are to be: created where they are missing, checked where others made them. Their names
 * are in the contract.
 */
package dev.slicer.kafka.topics;
