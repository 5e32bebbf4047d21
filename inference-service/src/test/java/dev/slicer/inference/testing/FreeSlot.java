package dev.slicer.inference.testing;

import dev.slicer.inference.model.ModelSlot;

/** Has memory for as many models as are asked for. */
public final class FreeSlot implements ModelSlot {
    @Override
    public void take() {}

    @Override
    public void giveBack() {}
}
