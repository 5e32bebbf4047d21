package dev.slicer.io;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why reading or writing failed, for those who can remove the cause; what exceptions say of themselves is often but a path. */
public final class IoProblem {
    private IoProblem() {}

    /** With what could not be done before it, where that is said. */
    public static String of(UncheckedIOException problem) {
        String what = problem.getMessage();
        String why = of(problem.getCause());
        // Without a message of its own an exception has its cause's, with the name of a class.
        if (what == null || what.equals(problem.getCause().toString())) {
            return why;
        }
        return what.endsWith(why) ? what : what + ": " + why;
    }

    /** As {@code there is no /data/a.txt}. */
    public static String of(IOException problem) {
        if (problem instanceof FileSystemException file) {
            return of(file);
        }
        if (problem instanceof CharacterCodingException) {
            return "it is not UTF-8";
        }
        if (problem instanceof EOFException) {
            return "it is cut off";
        }
        if (problem instanceof UnknownHostException) {
            return "there is no host " + problem.getMessage();
        }
        if (problem instanceof HttpTimeoutException) {
            return "there was no answer in time";
        }
        if (problem instanceof ConnectException) {
            return "nothing listens there";
        }
        if (problem.getMessage() == null || problem.getMessage().isBlank()) {
            return problem instanceof FileNotFoundException
                    ? "a file is missing"
                    : "the connection or the disk failed without saying why";
        }
        return problem.getMessage();
    }

    private static String of(FileSystemException problem) {
        String file = problem.getFile();
        if (problem instanceof NoSuchFileException) {
            return "there is no " + file;
        }
        if (problem instanceof AccessDeniedException) {
            return "access to " + file + " is denied";
        }
        if (problem instanceof FileAlreadyExistsException) {
            return file + " is there already";
        }
        if (problem instanceof DirectoryNotEmptyException) {
            return "the folder " + file + " is not empty";
        }
        if (problem instanceof NotDirectoryException) {
            return file + " is no folder";
        }
        return problem.getMessage();
    }
}
