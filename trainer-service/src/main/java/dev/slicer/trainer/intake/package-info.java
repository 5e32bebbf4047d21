/**
 * Requests on their way to the board, from the topic and from REST: checked, refused, reported as queued. No
 * job runs here.
 */
package dev.slicer.trainer.intake;
