/**
 * The requests that this trainer has to itself for a while: by a share group, or all of them where it is the only trainer.
 * What a request asks for is not looked at here.
 */
package dev.slicer.trainer.sharing;
