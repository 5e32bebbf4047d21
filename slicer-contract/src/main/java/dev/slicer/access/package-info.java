/**
 * What callers of the services may do, and the keys by which they are known. The command line makes keys and services check
 * them; how a request brings one is the services' matter.
 */
package dev.slicer.access;
