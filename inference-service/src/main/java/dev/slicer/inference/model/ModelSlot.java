package dev.slicer.inference.model;

/** Memory for one model beside the one that serves: for the next one or for one on trial, not both. */
public interface ModelSlot {
    /** Waits until the slot is free; the thread that took it gives it back. */
    void take();

    void giveBack();
}
