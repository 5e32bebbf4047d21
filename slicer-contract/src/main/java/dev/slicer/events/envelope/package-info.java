/**
 * What an event is wrapped in on the wire: the record's key, value and headers, CloudEvents' attributes and media types, the
 * headers of dead letters, and how large a record may be. What an event itself says is in the package above.
 */
package dev.slicer.events.envelope;
