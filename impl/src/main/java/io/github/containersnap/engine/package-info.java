/**
 * The engine: what an administrator can ask for, one class each.
 *
 * <p>{@link io.github.containersnap.engine.Update} is the update transaction, top to bottom. All
 * locking and recovery is here. The engine reaches the outside only through {@code engine.port}, so
 * that the same code runs on a real host, on a recorded loopback disk and over a model. No class
 * here starts a program, writes a file or reads the time by itself.
 */
@NullMarked
package io.github.containersnap.engine;

import org.jspecify.annotations.NullMarked;
