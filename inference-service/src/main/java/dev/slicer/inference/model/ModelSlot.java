package dev.slicer.inference.model;

/** Room in memory for one model beside the one that serves: for the next one or for one on trial, not both. */
public interface ModelSlot {
    /** As much as is asked for. */
    ModelSlot AMPLE = new ModelSlot() {
        @Override
        public void take() {}

        @Override
        public void giveBack() {}
    };

    /** Waits until the room is free; the thread that took it gives it back. */
    void take();

    void giveBack();
}
