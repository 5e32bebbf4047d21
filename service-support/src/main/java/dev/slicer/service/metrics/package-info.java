/**
 * Metrics that all services have, and counted parts that they share. A label may only have values whose
 * number is bounded.
 */
package dev.slicer.service.metrics;
