/**
 * Requests and answers in the shape of the Open Inference Protocol.
 */
package dev.slicer.inference.rest.openinference;
