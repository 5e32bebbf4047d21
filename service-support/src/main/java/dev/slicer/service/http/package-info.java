/**
 * Errors over HTTP in one shape, and requests that are refused before a resource sees them. Resources belong
 * to the services; Kafka may not come in.
 */
package dev.slicer.service.http;
