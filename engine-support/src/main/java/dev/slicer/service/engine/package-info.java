/**
 * The settings of the engine and of the checkpoint store, with the beans made of them, for services that run
 * a model. Nothing that the evaluator needs may come in.
 */
package dev.slicer.service.engine;
