package dev.slicer.cli.arguments;

import dev.slicer.events.CheckpointIds;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the folder that a command is to write a checkpoint to: its name becomes the checkpoint's id. */
public final class CheckpointFolder implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        Path folder = Path.of(text).toAbsolutePath().normalize();
        Path name = folder.getFileName();
        if (name == null || !CheckpointIds.isValid(name.toString())) {
            throw new TypeConversionException(
                    "the folder's name becomes the checkpoint's id, which " + CheckpointIds.RULE);
        }
        return Path.of(text);
    }
}
