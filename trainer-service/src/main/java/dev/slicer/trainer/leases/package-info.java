/**
 * Leases over a topic, by which each job belongs to one trainer at a time. Nothing here knows what a job is.
 */
package dev.slicer.trainer.leases;
