/** Commands for those who run the brokers: who may do what there, and the topics that services may not make. */
package dev.slicer.cli.access;
