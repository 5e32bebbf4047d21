/**
 * Models of the HuggingFace hub, by reference, each locked while it is fetched and hashed when it is there.
 */
package dev.slicer.models.hub;
