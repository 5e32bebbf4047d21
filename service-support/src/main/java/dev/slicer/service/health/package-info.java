/**
 * What probes ask of every service: whether its readers read, and whether records are passed over. No part
 * may decide anything by it.
 */
package dev.slicer.service.health;
