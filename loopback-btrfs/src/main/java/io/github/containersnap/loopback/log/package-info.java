/**
 * The write log of a run: every block write, discard and flush of a disk, in order.
 *
 * <p>{@link io.github.containersnap.loopback.log.WriteLog} reads and checks the file, {@link
 * io.github.containersnap.loopback.log.LogEntry} is what it holds, {@link
 * io.github.containersnap.loopback.log.Epoch} groups the changes between two flushes, {@link
 * io.github.containersnap.loopback.log.MarkSector} is how a run says where in the log it is.
 * Nothing in here starts a program or needs a privilege. Packages {@code disk} and {@code crash}
 * and the modules below may use it.
 */
@NullMarked
package io.github.containersnap.loopback.log;

import org.jspecify.annotations.NullMarked;
