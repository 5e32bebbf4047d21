/**
 * Records of the topics: events written and read, how large they may be, and dead letters. Rules of one kind
 * of event belong to the event or to the service that uses it.
 */
package dev.slicer.kafka.records;
