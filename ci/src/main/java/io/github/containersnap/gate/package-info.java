/**
 * The gate: its command line, its progress on a terminal and its reports. It puts the other modules
 * together and renders what they say; it judges nothing itself.
 */
@NullMarked
package io.github.containersnap.gate;

import org.jspecify.annotations.NullMarked;
