/**
 * Which rights each client of the services' topics needs, all of them and no others: as a table, as ACLs, asked of a broker, and
 * in the words for one that a broker denies. Nothing here is about one service's work, or how clients prove who they are.
 */
package dev.slicer.kafka.access;
