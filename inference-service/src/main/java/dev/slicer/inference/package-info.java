/**
 * Puts the service together: starts and stops what the configuration asks for, and says whether it lives. Code that does
 * the service's work belongs into the packages below; none of them knows this one.
 */
package dev.slicer.inference;
