/**
 * slicer demo: broker and services as processes on this machine, and one pass through all of them. It speaks to them
 * over Kafka and HTTP only, as any user does.
 */
package dev.slicer.cli.demo;
