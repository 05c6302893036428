/**
 * External commands, run through Apache Commons Exec with their output kept for the error message.
 *
 * <p>Everything that starts another program goes through {@link ExternalCommand}; nothing else in
 * this package, and nothing here knows what the programs do.
 */
@NullMarked
package io.github.containersnap.command;

import org.jspecify.annotations.NullMarked;
