package dev.slicer.inference;

/** Room in memory for one model beside the one that serves: for the next one or for one on trial, not both. */
interface Room {
    /** As much as is asked for. */
    Room AMPLE = new Room() {
        @Override
        public void take() {}

        @Override
        public void giveBack() {}
    };

    /** Waits until the room is free; the thread that took it gives it back. */
    void take();

    void giveBack();
}
