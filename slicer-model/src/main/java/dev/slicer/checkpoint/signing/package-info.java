/**
 * Signatures of checkpoints' manifests: Ed25519 keys in PEM files, and the envelope that lies beside a manifest. Nothing is known here of
 * what a manifest says.
 */
package dev.slicer.checkpoint.signing;
