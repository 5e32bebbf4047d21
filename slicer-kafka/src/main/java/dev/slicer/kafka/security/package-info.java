/** How a client proves to a broker who it is: its settings from a file, its secrets from others, and the name that it gets. */
package dev.slicer.kafka.security;
