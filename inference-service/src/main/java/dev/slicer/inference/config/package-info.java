/**
 * The settings of the service, with their bounds and defaults. What the settings mean is written where they are used.
 */
package dev.slicer.inference.config;
