/**
 * Kafka's clients, made in one way and with settings that lose nothing, and the waits for what they answer.
 * Settings that only one reader or writer needs stay with it; nothing here knows what is in a record.
 */
package dev.slicer.kafka.clients;
