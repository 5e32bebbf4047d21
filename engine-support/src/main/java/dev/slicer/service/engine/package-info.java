/**
 * The engine's settings and the checkpoint store, for the services that run a model. What a service without one needs
 * too is in service-support.
 */
package dev.slicer.service.engine;
