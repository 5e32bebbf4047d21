package dev.slicer.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Neither this module's tests nor those that other modules lend it. */
public final class ShippedClasses implements ImportOption {
    private final ImportOption notTests = new DoNotIncludeTests();

    @Override
    public boolean includes(Location location) {
        return notTests.includes(location) && !location.contains("-tests.jar");
    }
}
