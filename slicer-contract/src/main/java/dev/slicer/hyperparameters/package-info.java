/**
 * How a run fine-tunes, as requests and manifests say it: hyperparameters, slice sizes, which models are kept on the
 * way. Values and their limits only; what they do is in the module of the model.
 */
package dev.slicer.hyperparameters;
