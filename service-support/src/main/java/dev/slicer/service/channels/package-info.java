/**
 * What SmallRye Reactive Messaging's channels do not bring themselves: settings that lose nothing, topics that are read whole, records
 * that are written for good. Which channels there are, each service's application.properties says.
 */
package dev.slicer.service.channels;
