/**
 * The engine: what a deployment is and how an update changes the machine from one to the next.
 *
 * <p>{@link io.github.containersnap.engine.Update} is the update transaction, top to bottom. The
 * engine reaches the outside only through {@link io.github.containersnap.engine.port}, so that the
 * same code runs on a real host, on a recorded loopback disk and over a model. No class here starts
 * a program, writes a file or reads the time by itself.
 */
@NullMarked
package io.github.containersnap.engine;

import org.jspecify.annotations.NullMarked;
