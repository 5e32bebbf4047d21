/**
 * Records on the wire, one type a topic, how they are read from and written as JSON, and the names of topics.
 * What a record says is checked when it is made, so that no reader meets a wrong one. A new event comes with its
 * schema and a golden file; code that talks to a broker does not belong here.
 */
package dev.slicer.events;
