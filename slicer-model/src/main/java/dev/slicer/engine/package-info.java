/**
 * PyTorch as the rest uses it: one stateless program, number formats, devices, threads. The only package that may reach
 * PyTorch's internals; it knows no model.
 */
package dev.slicer.engine;
