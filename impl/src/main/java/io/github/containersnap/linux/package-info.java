/**
 * The native edge: what Linux offers and the Java library does not.
 *
 * <p>Kernel strings (file names, link targets, attribute names) are bytes, not characters; {@link
 * EscapedBytes} and {@link PathBytes} carry them through Java without loss. {@link
 * ExtendedAttributes}, {@link SpecialFiles}, {@link ExclusiveDevice} and {@link BtrfsHandle} call
 * the C library through the Foreign Function API; no memory segment and no raw errno leaves this
 * package. It needs {@code --enable-native-access} for this module (or the class path) and depends
 * on no other package of the project; every adapter may depend on it.
 */
@NullMarked
package io.github.containersnap.linux;

import org.jspecify.annotations.NullMarked;
